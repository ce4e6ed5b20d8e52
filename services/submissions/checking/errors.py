"""Why a body cannot be read at all. What can be read and is wrong is a finding."""

from kernel.errors import BadRequest
from services.submissions.checking.findings import shown


class JsonMalformed(BadRequest):
    """The body is not JSON."""

    code = "json_malformed"
    title = "The body is not JSON"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The body is not JSON: {reason}.")


class JsonKeyRepeated(BadRequest):
    """An object of the body gives a key twice."""

    code = "json_key_repeated"
    title = "A key is given twice"

    def __init__(self, key: str, pointer: str) -> None:
        super().__init__(
            f"The key {shown(key)} is given twice at {pointer}; which one is meant is not known.",
            key=shown(key),
            pointer=pointer,
        )
