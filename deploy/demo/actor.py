"""An agency's own system in the story: a client with a token that speaks to the gateway and nobody else."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import httpx

from kernel.ids import new_id

PATIENCE = 60.0

REPORTER = ("registry:read", "submissions:read", "submissions:write", "notifications:manage")
RECIPIENT = (*REPORTER, "submissions:review")


class Actor:
    """One client of the platform, bound to one agency. Asks again while a service is away (503)."""

    def __init__(self, url: str, agency: str, client_id: str, client_secret: str) -> None:
        self.agency = agency
        self.webhook_secret = ""
        self._credentials = (client_id, client_secret)
        self._http = httpx.AsyncClient(base_url=url, timeout=60, trust_env=False)
        self._token = ("", 0.0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get(self, path: str, **options: Any) -> Any:
        """Read, expecting success."""
        return await self._expecting((200,), "GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """Send JSON, expecting success."""
        return await self._expecting((200, 201, 202), "POST", path, json=body, **options)

    async def list(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Read a list to its end."""
        items: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        while True:
            page = await self.get(path, params={"limit": 500, **params, **cursor})
            items += page["items"]
            if not page["next_cursor"]:
                return items
            cursor = {"cursor": page["next_cursor"]}

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request and return whatever is answered; while someone is away, try again.

        Every POST has an Idempotency-Key, so trying again is harmless.
        """
        until = time.monotonic() + PATIENCE
        headers = {"Idempotency-Key": str(new_id())} if method == "POST" else {}
        headers |= options.pop("headers", {})
        while True:
            try:
                headers["Authorization"] = await self.authorization()
                answer = await self._http.request(method, path, headers=headers, **options)
            except httpx.TransportError:
                answer = httpx.Response(503)
            if answer.status_code not in (502, 503, 504) or time.monotonic() > until:
                return answer
            await asyncio.sleep(0.3)

    async def authorization(self) -> str:
        """Return the Authorization field of a request that is sent by other means."""
        return f"Bearer {await self._fresh_token()}"

    async def _expecting(self, fine: tuple[int, ...], method: str, path: str, **options: Any) -> Any:
        answer = await self.ask(method, path, **options)
        if answer.status_code not in fine:
            raise AssertionError(f"{self.agency}: {method} {path} → {answer.status_code} {answer.text[:2000]}")
        return answer.json() if answer.content else None

    async def _fresh_token(self) -> str:
        token, fresh_until = self._token
        if time.monotonic() < fresh_until:
            return token
        form = {"grant_type": "client_credentials"}
        answer = await self._http.post("/oauth/token", data=form, auth=self._credentials)
        if answer.status_code >= 500:
            raise httpx.TransportError("the gateway is away")
        answer.raise_for_status()
        words = answer.json()
        self._token = (words["access_token"], time.monotonic() + words["expires_in"] / 2)
        return str(words["access_token"])


async def wait_for(what: str, found: Callable[[], Awaitable[bool]], patience: float = PATIENCE) -> None:
    """Wait until something is true; say what was awaited when it never becomes so."""
    until = time.monotonic() + patience
    while not await found():
        if time.monotonic() > until:
            raise AssertionError(f"waited {patience:.0f} s in vain: {what}")
        await asyncio.sleep(0.2)
