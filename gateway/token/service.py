"""The stories of a token: given out, looked into, taken back."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from gateway.client.rules import is_live
from gateway.client.secrets import Pepper
from gateway.client.store import ClientStore
from gateway.client.tables import Client
from gateway.token import rules
from gateway.token.claims import AccessToken, TokenRefused
from gateway.token.credentials import Credentials
from gateway.token.errors import InvalidClient, InvalidRequest, UnauthorizedClient
from gateway.token.memory import TokenMemory
from gateway.token.signing import TokenSmith
from gateway.token.standing import Standing
from gateway.token.store import RevocationStore
from kernel.clock import Clock
from kernel.ids import new_id

log = structlog.get_logger()


class TokenService:
    """Gives clients their tokens."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        revocations: RevocationStore,
        pepper: Pepper,
        smith: TokenSmith,
        memory: TokenMemory,
        standing: Standing,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._revocations = revocations
        self._pepper = pepper
        self._smith = smith
        self._memory = memory
        self._standing = standing
        self._clock = clock

    async def authenticate(self, credentials: Credentials) -> Client:
        """Return the client that these credentials prove, or refuse."""
        now = self._clock()
        found = await self._clients.find_credentialed(credentials.client_id, now)
        digests = found.digests if found else []
        proved = self._pepper.matches(credentials.secret, digests)
        if found is None or not proved or not is_live(found.client.enabled, found.client.expires_at, now):
            log.warning("client_refused", client_id=credentials.client_id[:80])
            raise InvalidClient()
        return found.client

    async def issue(self, form: dict[str, str], client: Client) -> dict[str, Any]:
        """Give an access token to a client that proved itself."""
        rules.require_grant(form)
        scope = rules.choose_scope(form.get("scope"), client.scopes)
        token, lives = self._smith.issue(
            new_id(),
            client_id=client.id,
            agency=client.agency,
            scope=scope,
            plans=client.plans,
            generation=client.generation,
            not_after=client.expires_at.timestamp() if client.expires_at else None,
        )
        await self._clients.note_use(client.id, self._clock())
        return {"access_token": token, "token_type": "Bearer", "expires_in": lives, "scope": scope}

    async def revoke(self, form: dict[str, str], client: Client) -> None:
        """Take a token back. One that proves nothing is as good as taken back (RFC 7009)."""
        token = self._find(form)
        if token is None:
            return
        if token.client_id != client.id and "admin" not in client.scopes:
            raise UnauthorizedClient("The token belongs to another client.")
        expires_at = datetime.fromtimestamp(token.expires_at, UTC)
        await self._revocations.revoke(token.jti, token.client_id, expires_at)
        self._revocations.once_committed(partial(self._standing.revoke, token.jti, token.expires_at))
        log.info("access_revoked", client_id=token.client_id, by=client.id)

    async def introspect(self, form: dict[str, str], client: Client) -> dict[str, Any]:
        """Say what a token is worth now; another's token is worth nothing to one who is not an administrator."""
        token = self._find(form)
        if token is None or (token.client_id != client.id and "admin" not in client.scopes):
            return {"active": False}
        return {"active": True, **self._smith.describe(token)}

    def _find(self, form: dict[str, str]) -> AccessToken | None:
        if "token" not in form:
            raise InvalidRequest("token is missing.")
        try:
            return self._memory.prove(form["token"].encode())
        except TokenRefused:
            return None
