"""What crosses the door in header fields. Coming in, only what a service has use for."""

from collections.abc import Iterable

from kernel.errors import BadRequest

Headers = Iterable[tuple[bytes, bytes]]

LET_IN = frozenset(
    {
        b"accept",
        b"accept-encoding",
        b"accept-language",
        b"content-digest",
        b"content-disposition",
        b"content-encoding",
        b"content-language",
        b"content-type",
        b"idempotency-key",
        b"if-match",
        b"if-modified-since",
        b"if-none-match",
        b"if-range",
        b"if-unmodified-since",
        b"prefer",
        b"range",
        b"tracestate",
        b"user-agent",
    }
)
"""Whoever adds a field to a door adds it here. A list of what may pass is safer than one of what may not:
nobody can think of every header that names an identity."""

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
NOT_TO_BE_DOUBLED = frozenset({b"authorization", b"content-length", b"content-type", b"host", b"idempotency-key"})
OURS_TO_SAY = frozenset({b"date", b"server", b"x-request-id", b"ratelimit", b"ratelimit-policy"})


class HeaderTwice(BadRequest):
    """A header field that means one thing came more than once."""

    code = "header_twice"
    title = "A header field may stand only once"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} stands more than once.", header=name)


def read_singles(headers: Headers) -> dict[bytes, bytes]:
    """Return the fields that routing needs, by name; refuse those that came twice and must not."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in found and name in NOT_TO_BE_DOUBLED:
            raise HeaderTwice(name.decode())
        found[name] = value
    return found


def pass_in(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return what a service gets of the caller's header fields; what `Connection` names stays here."""
    named = _named(headers)
    return [(name, value) for name, value in headers if name in LET_IN and name not in named]


def pass_out(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return what the caller gets of a service's header fields."""
    lowered = [(name.lower(), value) for name, value in headers]
    dropped = HOP_BY_HOP | OURS_TO_SAY | _named(lowered)
    return [(name, value) for name, value in lowered if name not in dropped]


def _named(headers: Headers) -> frozenset[bytes]:
    listed = [value for name, value in headers if name == b"connection"]
    return frozenset(name.strip().lower() for value in listed for name in value.split(b","))
