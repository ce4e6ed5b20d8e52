"""Tokens that were proved before: found again by their hash, and doubted again on every hit."""

import time
from collections.abc import Callable
from hashlib import sha256

from gateway.token.claims import MAX_TOKEN_LENGTH, AccessToken, TokenRefused
from gateway.token.signing import TokenSmith
from gateway.token.standing import Standing


class TokenMemory:
    """Proves a token once, then remembers it; expiry and revocation are looked at each time.

    Refused tokens are not remembered: an attacker could fill a memory of those.
    """

    def __init__(
        self,
        smith: TokenSmith,
        standing: Standing,
        *,
        size: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._smith = smith
        self._standing = standing
        self._size = size
        self._now = now
        self._known: dict[bytes, AccessToken] = {}

    def __len__(self) -> int:
        return len(self._known)

    def prove(self, token: bytes) -> AccessToken:
        """Return what a token says, or raise TokenRefused."""
        if len(token) > MAX_TOKEN_LENGTH:
            raise TokenRefused("too long")
        key = sha256(token).digest()
        known = self._known.get(key)
        if known is None:
            known = self._remember(key, self._smith.prove(token.decode("latin-1")))
        if known.expires_at <= self._now():
            self._known.pop(key, None)
            raise TokenRefused("expired")
        if not self._standing.holds(known.jti, known.client_id, known.generation):
            self._known.pop(key, None)
            raise TokenRefused("revoked")
        return known

    def _remember(self, key: bytes, token: AccessToken) -> AccessToken:
        while len(self._known) >= self._size:
            del self._known[next(iter(self._known))]  # the one proved longest ago
        self._known[key] = token
        return token
