"""Refusals as RFC 9457 problems. A subclass fixes status, code and title; its constructor writes the sentence."""

from typing import Any, ClassVar

PROBLEM_BASE = "/docs/problems#"


class Problem(Exception):
    """A refusal that the caller may read. What is not a Problem is a bug."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str = "", *, headers: dict[str, str] | None = None, **facts: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.headers = headers or {}
        self.facts = facts

    def body(self, instance: str, request_id: str) -> dict[str, Any]:
        """Return the problem document."""
        return {
            "type": PROBLEM_BASE + self.code,
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "instance": instance,
            "request_id": request_id,
            **self.facts,
        }


class BadRequest(Problem):
    """The request cannot be parsed."""

    status = 400
    code = "bad_request"
    title = "The request cannot be read"


class Unauthenticated(Problem):
    """Nobody we know is calling."""

    status = 401
    code = "unauthenticated"
    title = "A valid access token is needed"

    def __init__(self, detail: str = "", *, error: str | None = None) -> None:
        challenge = 'Bearer realm="gcm-hub"' + (f', error="{error}"' if error else "")
        super().__init__(detail, headers={"WWW-Authenticate": challenge})


class Forbidden(Problem):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "You may not do this"


class ScopeMissing(Forbidden):
    """The token lacks the scope that the door asks for."""

    code = "scope_missing"
    title = "The token lacks a scope"

    def __init__(self, needed: str) -> None:
        super().__init__(f"This needs the scope {needed}.", scope=needed)


class NotFound(Problem):
    """It is not there, or it is not the caller's."""

    status = 404
    code = "not_found"
    title = "Not there, or not yours"


class MethodNotAllowed(Problem):
    """The path exists and has no such method."""

    status = 405
    code = "method_not_allowed"
    title = "This path does not take that method"


class NotAcceptable(Problem):
    """None of the asked-for formats is on offer."""

    status = 406
    code = "not_acceptable"
    title = "None of the formats you accept is on offer"


class Conflict(Problem):
    """The content may be right; the moment or the state is wrong."""

    status = 409
    code = "conflict"
    title = "This does not fit the present state"


class Gone(Problem):
    """It was there once."""

    status = 410
    code = "gone"
    title = "No longer there"


class PreconditionFailed(Problem):
    """Someone else changed it in between."""

    status = 412
    code = "version_stale"
    title = "It changed since you read it"


class TooLarge(Problem):
    """The body is larger than this door takes."""

    status = 413
    code = "body_too_large"
    title = "The body is too large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"This door takes at most {limit} bytes.", limit_bytes=limit)


class UnsupportedMedia(Problem):
    """The content type is not one that this door reads."""

    status = 415
    code = "media_type_unsupported"
    title = "This content type is not read here"


class Unprocessable(Problem):
    """The content was read and is wrong."""

    status = 422
    code = "content_invalid"
    title = "The content is wrong"


class PreconditionRequired(Problem):
    """A change needs the version that it is based on."""

    status = 428
    code = "if_match_required"
    title = "If-Match is needed"


class TooManyRequests(Problem):
    """The caller is faster than its limit."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"


class ServiceSilent(Problem):
    """Someone behind us does not answer."""

    status = 503
    code = "service_silent"
    title = "A service behind this door does not answer"

    def __init__(self, service: str, retry_after: int = 2) -> None:
        super().__init__(
            f"{service} does not answer now; try again.",
            headers={"Retry-After": str(retry_after)},
            service=service,
        )
