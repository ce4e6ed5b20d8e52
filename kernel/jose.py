"""Signing and checking of our own tokens: the only place outside the token gateway that touches `jose`."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jose import jwk, jws, jwt
from jose.backends.base import Key

ALGORITHM = "ES256"
MAX_TOKEN_LENGTH = 8192
LEEWAY_SECONDS = 10


class InvalidToken(Exception):
    """A token that proves nothing; the text says why, for the log only."""


class SigningKey:
    """One private key, parsed once."""

    def __init__(self, pem: bytes, name: str) -> None:
        private = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
            raise ValueError(f"{name}: an EC P-256 private key is needed")
        self.public_jwk = public_jwk(private.public_key(), name)
        self.kid: str = self.public_jwk["kid"]
        self._key: Key = jwk.construct(pem.decode(), ALGORITHM)
        self._secret = private.private_numbers().private_value.to_bytes(32, "big")

    @classmethod
    def load(cls, path: Path) -> "SigningKey":
        """Read a PEM file; the file's stem names the key."""
        return cls(path.read_bytes(), path.stem)

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes that follow from this key for one purpose and tell nothing about it (HKDF)."""
        return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(self._secret)

    def sign(self, claims: dict[str, Any], typ: str) -> str:
        """Return the claims as a compact JWS of our algorithm."""
        return jws.sign(claims, self._key, headers={"kid": self.kid, "typ": typ}, algorithm=ALGORITHM)


class KeySet:
    """Public keys by `kid`, each parsed once."""

    def __init__(self, keys: list[dict[str, Any]]) -> None:
        self._keys: dict[str, Key] = {}
        for key in keys:
            if key.get("kty") != "EC" or key.get("crv") != "P-256":
                raise ValueError("a key set of ours holds EC P-256 keys only")
            self._keys[key["kid"]] = jwk.construct(key, ALGORITHM)

    @classmethod
    def load(cls, path: Path) -> "KeySet":
        """Read a JWKS file."""
        return cls(json.loads(path.read_text())["keys"])

    def get(self, kid: str) -> Key | None:
        """Return the key of that id."""
        return self._keys.get(kid)

    def of(self, service: str) -> "KeySet":
        """Return only the keys of one service, so that no service can sign as another."""
        own = KeySet([])
        own._keys = {kid: key for kid, key in self._keys.items() if kid.startswith(f"service-{service}-")}
        return own


def public_jwk(key: ec.EllipticCurvePublicKey, name: str) -> dict[str, str]:
    """Return a public key as JWK; its `kid` is the name and the start of its RFC 7638 thumbprint."""
    numbers = key.public_numbers()
    core = {"crv": "P-256", "kty": "EC", "x": _b64(numbers.x), "y": _b64(numbers.y)}
    thumb = hashlib.sha256(json.dumps(core, separators=(",", ":"), sort_keys=True).encode()).hexdigest()
    return {**core, "kid": f"{name}-{thumb[:8]}", "use": "sig", "alg": ALGORITHM}


def _b64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def read_header(token: str) -> dict[str, Any]:
    """Return the header of a compact JWS, refusing anything that is not plainly one."""
    if len(token) > MAX_TOKEN_LENGTH or token.count(".") != 2 or not token.isascii():
        raise InvalidToken("not a compact JWS")
    head = token.split(".", 1)[0]
    try:
        header = orjson.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except ValueError as error:
        raise InvalidToken("header cannot be read") from error
    if not isinstance(header, dict):
        raise InvalidToken("header is no object")
    return header


def verify(token: str, keys: KeySet, *, typ: str, issuer: str, audience: str) -> dict[str, Any]:
    """Return the claims of a token that one of these keys signed for this audience, or raise InvalidToken."""
    header = read_header(token)
    if header.get("alg") != ALGORITHM or header.get("typ") != typ or "crit" in header:
        raise InvalidToken("wrong alg, typ or crit")
    kid = header.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise InvalidToken("unknown kid")
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            options={
                "require_exp": True,
                "require_iat": True,
                "require_aud": True,
                "require_iss": True,
                "require_sub": True,
                "leeway": LEEWAY_SECONDS,
            },
        )
    except Exception as error:
        raise InvalidToken(type(error).__name__) from error


def verify_statement(token: str, keys: KeySet, *, typ: str) -> dict[str, Any]:
    """Return the claims of a statement that does not expire (a receipt), or raise InvalidToken."""
    header = read_header(token)
    key = keys.get(str(header.get("kid")))
    if header.get("alg") != ALGORITHM or header.get("typ") != typ or "crit" in header or key is None:
        raise InvalidToken("wrong alg, typ, crit or kid")
    try:
        claims = orjson.loads(jws.verify(token, key, algorithms=[ALGORITHM]))
    except Exception as error:
        raise InvalidToken(type(error).__name__) from error
    if not isinstance(claims, dict):
        raise InvalidToken("claims are no object")
    return claims
