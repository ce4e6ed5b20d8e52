"""Refusals of the OAuth doors: RFC 6749's JSON and not problem documents, for OAuth libraries read that."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthRefusal(Exception):
    """A refusal with one of the error codes of RFC 6749 section 5.2."""

    status = 400
    error = "invalid_request"

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description

    def headers(self) -> dict[str, str]:
        """Return the header fields that go with the refusal."""
        return dict(NO_STORE)


class InvalidRequest(OAuthRefusal):
    """The request is not one that this door can read."""


class InvalidClient(OAuthRefusal):
    """The client did not prove who it is, or may get no token now. Which of both is not told."""

    status = 401
    error = "invalid_client"

    def __init__(self) -> None:
        super().__init__("The client is unknown, disabled or expired, or its secret is wrong.")

    def headers(self) -> dict[str, str]:
        """Return the challenge that a 401 carries."""
        return {**NO_STORE, "WWW-Authenticate": 'Basic realm="gcm-hub", charset="UTF-8"'}


class UnauthorizedClient(OAuthRefusal):
    """The client is known and may not do this."""

    error = "unauthorized_client"


class UnsupportedGrant(OAuthRefusal):
    """A grant that this server does not give, such as the password grant."""

    error = "unsupported_grant_type"


class InvalidScope(OAuthRefusal):
    """The client asked for a scope that it does not hold."""

    error = "invalid_scope"


async def answer_oauth_refusal(_: Request, refusal: Exception) -> Response:
    """Write a refusal the way RFC 6749 wants it."""
    assert isinstance(refusal, OAuthRefusal)
    return JSONResponse(
        {"error": refusal.error, "error_description": refusal.description},
        status_code=refusal.status,
        headers=refusal.headers(),
    )
