"""Decisions about tokens that need neither key nor database."""

from collections.abc import Sequence

from gateway.client.rules import is_held
from gateway.token.errors import InvalidRequest, InvalidScope, UnsupportedGrant

GRANT = "client_credentials"
MAX_SCOPE_LENGTH = 1000


def require_grant(form: dict[str, str]) -> None:
    """Refuse every grant but client_credentials; the password grant above all (RFC 9700)."""
    grant = form.get("grant_type")
    if grant is None:
        raise InvalidRequest("grant_type is missing.")
    if grant != GRANT:
        raise UnsupportedGrant(f"This server gives {GRANT}.")


def choose_scope(asked: str | None, held: Sequence[str]) -> str:
    """Return the scope of a new token: what was asked for, if the client holds it; all of it when nothing was.

    Who holds a wider scope may ask for a part of it: of `data:confidential` for one group."""
    if asked is None:
        return " ".join(held)
    if len(asked) > MAX_SCOPE_LENGTH:
        raise InvalidScope("The scope is too long.")
    wanted = list(dict.fromkeys(asked.split(" ")))
    if not all(is_held(scope, held) for scope in wanted):
        raise InvalidScope(f"The client holds: {' '.join(held)}.")
    return " ".join(wanted)
