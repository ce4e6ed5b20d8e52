"""The keys of access tokens: parsed once, chosen by `kid`, never by what a token brings along."""

from pathlib import Path
from typing import Any

from jose import jwk
from jose.backends.cryptography_backend import CryptographyECKey, CryptographyRSAKey

from kernel.jose import KeySet, SigningKey


class AccessKeys:
    """All keys that may have signed a living access token; the last by name signs new ones."""

    def __init__(self, keys: list[SigningKey]) -> None:
        require_cryptography_backend()
        if not keys:
            raise ValueError("no access-*.pem among the keys")
        self.signing = keys[-1]
        self.known = KeySet([key.public_jwk for key in keys])
        self._published = [key.public_jwk for key in keys]

    @classmethod
    def load(cls, keys_dir: Path) -> "AccessKeys":
        """Read every `access-*.pem` of the folder."""
        return cls([SigningKey.load(path) for path in sorted(keys_dir.glob("access-*.pem"))])

    def published(self) -> dict[str, Any]:
        """Return the JWKS that anyone may read: public parts only."""
        return {"keys": self._published}


def require_cryptography_backend() -> None:
    """Stop the start when python-jose would fall back to its slow pure Python keys."""
    if jwk.get_key("ES256") is not CryptographyECKey or jwk.get_key("RS256") is not CryptographyRSAKey:
        raise RuntimeError("python-jose must run on the cryptography backend")
