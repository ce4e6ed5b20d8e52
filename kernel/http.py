"""How one service asks another: its own token, a time limit, the trace of whoever asked it."""

import time
from typing import Any, Self

import httpx
import orjson
import structlog

from kernel.errors import Gone, NotFound, ServiceSilent
from kernel.ids import new_id
from kernel.jose import SigningKey

SERVICE_TOKEN_TYP = "gcm-service+jwt"
TOKEN_SECONDS = 60

TIMEOUT = httpx.Timeout(30, connect=2)


class ServiceClient:
    """Speaks to one other service of the platform."""

    def __init__(
        self,
        base_url: str,
        *,
        caller: str,
        audience: str,
        signer: SigningKey,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._caller = caller
        self._audience = audience
        self._signer = signer
        self._token = ("", 0.0)
        self._client = httpx.AsyncClient(
            base_url=base_url,
            timeout=TIMEOUT,
            trust_env=False,
            limits=httpx.Limits(max_connections=10),
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        """Read one inside door as JSON. Silence and failure are ServiceSilent; 404 and 410 stay themselves."""
        return await self._ask("GET", path, params=params)

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        """Put a JSON body to one inside door."""
        return await self._ask("PUT", path, content=orjson.dumps(body))

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = await self._client.request(method, path, headers=self._headers(), **options)
        except httpx.HTTPError as error:
            raise ServiceSilent(self._audience) from error
        if answer.status_code == 404:
            raise NotFound(f"{self._audience} has no {path}.")
        if answer.status_code == 410:
            raise Gone(f"{self._audience} has begun a new log.")
        if not answer.is_success:
            raise ServiceSilent(self._audience)
        return orjson.loads(answer.content) if answer.content else None

    def _headers(self) -> dict[str, str]:
        context = structlog.contextvars.get_contextvars()
        headers = {"Authorization": f"Bearer {self._own_token()}", "Content-Type": "application/json"}
        for name, header in (("request_id", "X-Request-ID"), ("traceparent", "traceparent")):
            if name in context:
                headers[header] = str(context[name])
        return headers

    def _own_token(self) -> str:
        token, fresh_until = self._token
        now = time.time()
        if now < fresh_until:
            return token
        claims = {
            "iss": self._caller,
            "sub": self._caller,
            "aud": self._audience,
            "iat": int(now),
            "exp": int(now) + TOKEN_SECONDS,
            "jti": str(new_id()),
        }
        token = self._signer.sign(claims, SERVICE_TOKEN_TYP)
        self._token = (token, now + TOKEN_SECONDS / 2)
        return token
