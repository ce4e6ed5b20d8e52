"""What an access token says, once every byte of it was doubted. Values in, value or refusal out; no key."""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Any

MAX_TOKEN_LENGTH = 4096
MAX_HEADER_LENGTH = 512
TYP = "at+jwt"
ALGORITHM = "ES256"
LEEWAY_SECONDS = 5

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SCOPE = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")


class TokenRefused(Exception):
    """A token that proves nothing. The text is for the log; the caller only learns `invalid_token`."""


@dataclass(slots=True)
class AccessToken:
    """A verified access token: who calls, for which agency, with which rights, until when."""

    jti: str
    client_id: str
    agency: str
    scope: str
    plans: tuple[str, ...]
    generation: int
    issued_at: int
    expires_at: int
    internal: dict[str, tuple[bytes, float]] = field(default_factory=dict, repr=False, compare=False)
    """Internal tokens made for this very token, by audience: they cannot outlive it nor its revocation."""


def read_kid(token: str) -> str:
    """Return the key id of a token whose outer shape is that of our access tokens, or refuse it."""
    if len(token) > MAX_TOKEN_LENGTH or not _COMPACT.fullmatch(token):
        raise TokenRefused("not a compact JWS")
    head = token.split(".", 1)[0]
    if len(head) > MAX_HEADER_LENGTH:
        raise TokenRefused("header too long")
    header = _read_object(head)
    if header.get("alg") != ALGORITHM or header.get("typ") != TYP or "crit" in header:
        raise TokenRefused("wrong alg, typ or crit")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise TokenRefused("no kid")
    return kid


def read_claims(token: str, *, issuer: str, audience: str, now: float, lifetime: int) -> AccessToken:
    """Return what a token says; its signature is checked elsewhere, everything else here."""
    claims = _read_object(token.split(".")[1])
    if claims.get("iss") != issuer:
        raise TokenRefused("foreign issuer")
    if claims.get("aud") not in (audience, [audience]):
        raise TokenRefused("foreign audience")
    issued_at, expires_at = _whole(claims, "iat"), _whole(claims, "exp")
    if expires_at <= now:
        raise TokenRefused("expired")
    if issued_at > now + LEEWAY_SECONDS or not 0 < expires_at - issued_at <= lifetime:
        raise TokenRefused("impossible lifetime")
    client_id = _text(claims, "client_id")
    if _text(claims, "sub") != client_id:
        raise TokenRefused("subject is not the client")
    return AccessToken(
        jti=_text(claims, "jti"),
        client_id=client_id,
        agency=_text(claims, "agency"),
        scope=_scope(claims),
        plans=_plans(claims),
        generation=_whole(claims, "gen"),
        issued_at=issued_at,
        expires_at=expires_at,
    )


def _read_object(segment: str) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        value = json.loads(raw.decode(), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise TokenRefused("segment cannot be read") from error
    if not isinstance(value, dict):
        raise TokenRefused("segment is no object")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _whole(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int or value < 0:  # True is an int to Python and 12.0 a float: neither is a claim
        raise TokenRefused(f"{name} is no whole number")
    return value


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise TokenRefused(f"{name} is no text")
    return value


def _scope(claims: dict[str, Any]) -> str:
    value = claims.get("scope")
    if not isinstance(value, str) or not (value == "" or _SCOPE.fullmatch(value)):
        raise TokenRefused("scope is no scope")
    return value


def _plans(claims: dict[str, Any]) -> tuple[str, ...]:
    value = claims.get("plans")
    if not isinstance(value, list) or not all(isinstance(plan, str) for plan in value):
        raise TokenRefused("plans is no list of codes")
    return tuple(value)
