"""Webhook secrets: made here, kept encrypted, shown once."""

import base64
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

PREFIX = "whsec_"
SECRET_BYTES = 32


class SecretUnreadable(ValueError):
    """No key of the key file opens a kept secret."""


def new_secret() -> str:
    """Return a new secret of 256 bits, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class SecretBox:
    """Encrypts secrets with the first key of the key file and reads those of any."""

    def __init__(self, keys: list[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self.open = lru_cache(maxsize=4096)(self._open)

    @classmethod
    def load(cls, path: Path) -> "SecretBox":
        """Read the key file: one key a line, the first encrypts."""
        return cls(path.read_bytes().split())

    def close(self, secret: str) -> str:
        """Return the secret as it is kept."""
        return self._fernet.encrypt(secret.encode()).decode()

    def _open(self, kept: str) -> bytes:
        """Return the bytes that sign."""
        try:
            secret = self._fernet.decrypt(kept.encode()).decode()
        except InvalidToken as error:
            raise SecretUnreadable("no key of webhook-keys opens this secret") from error
        return base64.b64decode(secret.removeprefix(PREFIX))
