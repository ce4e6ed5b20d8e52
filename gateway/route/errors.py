"""Why a request does not get through."""

from kernel.errors import BadRequest, NotFound, Problem


class NoSuchPath(NotFound):
    """No service answers for this path."""

    code = "path_unknown"
    title = "No such path"


class ServiceSlow(Problem):
    """A service took the request and did not answer in time. Whether it had an effect is not known."""

    status = 504
    code = "service_slow"
    title = "A service behind this door takes too long"

    def __init__(self, service: str) -> None:
        super().__init__(
            f"{service} did not answer in time. Read before you repeat a change, or repeat it with its "
            "Idempotency-Key.",
            headers={"Retry-After": "5"},
            service=service,
        )


class BodyStalled(Problem):
    """The caller began a body and stopped sending."""

    status = 408
    code = "body_stalled"
    title = "The body did not arrive"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Nothing came for {seconds:g} s.", headers={"Connection": "close"})


class LengthUnreadable(BadRequest):
    """Content-Length is no plain number."""

    code = "length_unreadable"
    title = "Content-Length is no number"
