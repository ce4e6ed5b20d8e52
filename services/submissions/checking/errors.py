"""Why a body cannot be read at all. What can be read and is wrong is a finding."""

from kernel.errors import BadRequest


class JsonMalformed(BadRequest):
    """The body is not JSON."""

    code = "json_malformed"
    title = "The body is not JSON"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The body is not JSON: {reason}.")
