"""Making and proving access tokens. Beside `kernel.jose` and `keys.py` the only place that touches `jose`."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from jose import jwt

from gateway.token.claims import ALGORITHM, TYP, AccessToken, TokenRefused, read_claims, read_kid
from gateway.token.keys import AccessKeys

_OPTIONS = {
    "require_exp": True,
    "require_iat": True,
    "require_iss": True,
    "require_aud": True,
    "require_sub": True,
    "require_jti": True,
    "leeway": 0,
}


class TokenSmith:
    """Issues access tokens of one issuer, and says whether a token is one of them."""

    def __init__(
        self,
        keys: AccessKeys,
        *,
        issuer: str,
        audience: str,
        lifetime: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._lifetime = lifetime
        self._now = now

    def issue(
        self,
        jti: UUID,
        *,
        client_id: str,
        agency: str,
        scope: str,
        plans: list[str],
        generation: int,
        not_after: float | None,
    ) -> tuple[str, int]:
        """Return a signed token and the seconds it lives; it never outlives the client itself."""
        issued_at = int(self._now())
        lives = self._lifetime if not_after is None else min(self._lifetime, int(not_after) - issued_at)
        claims = {
            "iss": self._issuer,
            "sub": client_id,
            "aud": self._audience,
            "iat": issued_at,
            "exp": issued_at + lives,
            "jti": str(jti),
            "client_id": client_id,
            "agency": agency,
            "scope": scope,
            "plans": plans,
            "gen": generation,
        }
        return self._keys.signing.sign(claims, TYP), lives

    def prove(self, token: str) -> AccessToken:
        """Return what a token says when every proof holds; TokenRefused otherwise, whatever the bytes."""
        key = self._keys.known.get(read_kid(token))
        if key is None:
            raise TokenRefused("unknown kid")
        try:
            jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options=_OPTIONS,
            )
        except Exception as error:
            raise TokenRefused(type(error).__name__) from error
        return read_claims(
            token, issuer=self._issuer, audience=self._audience, now=self._now(), lifetime=self._lifetime
        )

    def describe(self, token: AccessToken) -> dict[str, Any]:
        """Return the claims of a proved token as introspection shows them (RFC 7662)."""
        return {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": token.client_id,
            "client_id": token.client_id,
            "agency": token.agency,
            "scope": token.scope,
            "plans": list(token.plans),
            "iat": token.issued_at,
            "exp": token.expires_at,
            "jti": token.jti,
            "token_type": "Bearer",
        }
