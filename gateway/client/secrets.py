"""Secrets of clients: 256 random bits, kept only as HMAC-SHA-256 with the installation's pepper."""

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

PREFIX = "gcm_"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """Return a fresh secret; the prefix lets scanners of source code find a leaked one."""
    return PREFIX + secrets.token_urlsafe(32)


def new_client_id(agency: str) -> str:
    """Return a client id that a person recognises: the agency's code and eight random letters."""
    return agency.lower() + "-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


class Pepper:
    """The key of the digests: a file beside the database, never in it."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("the client pepper has at least 256 bits")
        self._key = key

    @classmethod
    def load(cls, path: Path) -> "Pepper":
        """Read the pepper's hex text."""
        return cls(bytes.fromhex(path.read_text().strip()))

    def digest(self, secret: str) -> bytes:
        """Return what is kept of a secret."""
        return hmac.new(self._key, secret.encode(), sha256).digest()

    def matches(self, secret: str, digests: Iterable[bytes]) -> bool:
        """Say whether a secret is one of those kept, in the same time whether or not there are any."""
        offered = self.digest(secret)
        found = False
        for kept in (bytes(32), *digests):
            found |= hmac.compare_digest(offered, kept)
        return found
