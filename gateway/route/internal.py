"""Internal tokens: what a service learns about the caller, for one audience and at most a minute."""

import time
from collections.abc import Callable

from gateway.token.claims import AccessToken
from kernel.callers import INTERNAL_ISSUER, INTERNAL_TOKEN_TYP
from kernel.ids import new_id
from kernel.jose import SigningKey

LIFETIME = 60
RENEW_BEFORE = 10


class InternalTokens:
    """Makes an internal token for each access token and audience, and uses it again while it lives.

    It is kept beside the proved access token itself. So it is never another's, covers every right that the access
    token names, ends no later, and is out of reach the moment the access token is revoked.
    """

    def __init__(self, signer: SigningKey, now: Callable[[], float] = time.time) -> None:
        self._signer = signer
        self._now = now

    def authorization(self, token: AccessToken, audience: str) -> bytes:
        """Return the Authorization field for a service."""
        now = self._now()
        kept = token.internal.get(audience)
        if kept is not None and now < kept[1]:
            return kept[0]
        expires_at = min(int(now) + LIFETIME, token.expires_at)
        signed = self._signer.sign(self._claims(token, audience, int(now), expires_at), INTERNAL_TOKEN_TYP)
        header = b"Bearer " + signed.encode()
        token.internal[audience] = (header, expires_at - RENEW_BEFORE)
        return header

    def _claims(self, token: AccessToken, audience: str, now: int, expires_at: int) -> dict[str, object]:
        return {
            "iss": INTERNAL_ISSUER,
            "aud": audience,
            "sub": token.client_id,
            "client_id": token.client_id,
            "agency": token.agency,
            "scope": token.scope,
            "plans": list(token.plans),
            "iat": now,
            "exp": expires_at,
            "jti": str(new_id()),
        }
