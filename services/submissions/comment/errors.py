"""Why a comment is refused."""

from uuid import UUID

from kernel.errors import Unprocessable


class ReplyUnknown(Unprocessable):
    """The comment that is answered does not stand beside this submission."""

    code = "reply_unknown"
    title = "The comment that is answered is not there"

    def __init__(self, reply_to: UUID) -> None:
        super().__init__("Answer a comment on this very version.", reply_to=str(reply_to))
