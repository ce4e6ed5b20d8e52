"""Who is calling, as the gateway's internal token says it, and what that lets them do."""

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from kernel.errors import ScopeMissing, Unauthenticated
from kernel.http import SERVICE_TOKEN_TYP
from kernel.jose import InvalidToken, KeySet, verify

INTERNAL_TOKEN_TYP = "gcm-internal+jwt"
INTERNAL_ISSUER = "gcm-gateway"
REMEMBERED_TOKENS = 4096

SCOPES = {
    "registry:read": "Read agencies, instruments, plans, obligations and the calendar.",
    "registry:write": "Change the registry, as its steward.",
    "submissions:read": "Read cycles, occurrences, submissions and completeness.",
    "submissions:write": "Draft and submit for the own agency.",
    "submissions:review": "Accept or return what is owed to the own agency.",
    "notifications:manage": "Manage webhook endpoints, deliveries, inbox and reminders.",
    "data:read": "Query figures.",
    "data:confidential": "See confidential indicators where plan and line allow it.",
    "admin": "Manage clients and the installation.",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A client (an agency's system) acting for an agency."""

    client: str
    agency: str
    scopes: frozenset[str]
    plans: frozenset[str] = frozenset()
    on_behalf_of: str | None = None

    @property
    def acting_agency(self) -> str:
        """The agency in whose name the call is made."""
        return self.on_behalf_of or self.agency

    def has_scope(self, scope: str) -> bool:
        """Say whether the token carries a scope."""
        return scope in self.scopes

    def require_scope(self, scope: str) -> None:
        """Refuse when the token lacks a scope."""
        if scope not in self.scopes:
            raise ScopeMissing(scope)

    def may_see_plan(self, plan: str | None) -> bool:
        """Say whether the client is open to a plan; a client without a list is open to all."""
        return not self.plans or plan in self.plans


bearer = HTTPBearer(scheme_name="accessToken", description="From POST /oauth/token.", auto_error=False)
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


class TokenReader:
    """Turns internal tokens into callers and remembers them until they expire."""

    def __init__(self, audience: str, keys: KeySet) -> None:
        self._audience = audience
        self._keys = keys
        self._known: dict[str, tuple[float, Caller]] = {}

    def read(self, token: str) -> Caller:
        """Return the caller that a token names, or raise InvalidToken."""
        known = self._known.get(token)
        if known is not None and known[0] > time.time():
            return known[1]
        claims = verify(token, self._keys, typ=INTERNAL_TOKEN_TYP, issuer=INTERNAL_ISSUER, audience=self._audience)
        caller = _caller(claims)
        if len(self._known) >= REMEMBERED_TOKENS:
            self._known.clear()
        self._known[token] = (float(claims["exp"]), caller)
        return caller


class ServiceTokenReader:
    """Says which service of the platform a token speaks for, and remembers it until the token expires."""

    def __init__(self, audience: str, keys: KeySet) -> None:
        self._audience = audience
        self._keys = keys
        self._known: dict[tuple[str, str], float] = {}

    def is_from(self, name: str, token: str) -> bool:
        """Say whether this service signed a token for us that still holds."""
        if self._known.get((name, token), 0.0) > time.time():
            return True
        try:
            claims = verify(
                token, self._keys.of(name), typ=SERVICE_TOKEN_TYP, issuer=name, audience=self._audience
            )
        except InvalidToken:
            return False
        if len(self._known) >= REMEMBERED_TOKENS:
            self._known.clear()
        self._known[name, token] = float(claims["exp"])
        return True


def _caller(claims: dict[str, Any]) -> Caller:
    try:
        return Caller(
            client=str(claims["client_id"]),
            agency=str(claims["agency"]),
            scopes=frozenset(str(claims.get("scope", "")).split()),
            plans=frozenset(claims.get("plans") or ()),
            on_behalf_of=claims.get("on_behalf_of"),
        )
    except (KeyError, TypeError) as error:
        raise InvalidToken("claims are incomplete") from error


async def current_caller(request: Request, credentials: Bearer) -> Caller:
    """Say who is calling, or refuse with 401."""
    if credentials is None:
        raise Unauthenticated()
    try:
        caller = request.app.state.token_reader.read(credentials.credentials)
    except InvalidToken as error:
        raise Unauthenticated("The access token is not valid here.", error="invalid_token") from error
    request.state.caller = caller
    return caller  # type: ignore[no-any-return]  # app.state is untyped


AnyCaller = Annotated[Caller, Depends(current_caller)]


def requires(*scopes: str) -> Callable[[Caller], Coroutine[Any, Any, Caller]]:
    """Return a dependency that lets in callers with all of these scopes."""

    async def let_in(caller: AnyCaller) -> Caller:
        for scope in scopes:
            caller.require_scope(scope)
        return caller

    return let_in


def requires_service(*names: str) -> Callable[..., Coroutine[Any, Any, str]]:
    """Return a dependency that lets in these services of the platform, and nobody else."""

    async def let_in(request: Request, credentials: Bearer) -> str:
        if credentials is None:
            raise Unauthenticated()
        reader: ServiceTokenReader = request.app.state.service_token_reader
        for name in names:
            if reader.is_from(name, credentials.credentials):
                return name
        raise Unauthenticated("No service of the platform.", error="invalid_token")

    return let_in
