"""Why an attachment is refused, beside what the kernel refuses of any file."""

from uuid import UUID

from kernel.errors import Conflict, NotFound


class AttachmentNotFound(NotFound):
    """The submission has no such attachment, or is not the caller's."""

    def __init__(self, attachment: UUID) -> None:
        super().__init__("There is no such attachment that concerns you.", attachment=str(attachment))


class AttachmentLimitReached(Conflict):
    """The submission has as many attachments as it may have."""

    code = "attachment_limit_reached"
    title = "The submission has as many attachments as it may have"

    def __init__(self, limit: int) -> None:
        super().__init__(f"At most {limit} files stand beside one version.", limit=limit)
