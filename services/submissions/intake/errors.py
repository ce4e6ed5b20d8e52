"""Why the intake of large reports refuses something."""

from kernel.errors import BadRequest, Conflict, TooManyRequests, Unprocessable


class UploadBroken(BadRequest):
    """The connection ended before the body was whole."""

    code = "upload_broken"
    title = "The upload broke off"

    def __init__(self) -> None:
        super().__init__("The connection ended before the body was whole; nothing of it was kept.")


class UploadsWaiting(TooManyRequests):
    """So many uploads of the agency wait that no further one is taken."""

    code = "uploads_waiting"
    title = "Many uploads of your agency wait to be checked"

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(
            f"At most {most} uploads of one agency wait at the same time.",
            headers={"Retry-After": str(seconds)},
            limit=most,
        )


class RowsTooLong(Unprocessable):
    """The rows of a large file are longer than any report needs."""

    code = "rows_too_long"
    title = "The rows of the file are too long"

    def __init__(self, row: int, limit: int) -> None:
        super().__init__(
            f"Near row {row}, rows of a large file have more than {limit} characters on average.",
            row=row,
            limit=limit,
        )


class UploadUnchecked(Conflict):
    """Every worker that checked the upload ended with it."""

    code = "upload_unchecked"
    title = "The upload could not be checked"

    def __init__(self, attempts: int) -> None:
        super().__init__(f"Checking it was begun {attempts} times and never came to an end. Nothing was stored.")


class FindingsTooMany(Unprocessable):
    """A report without mistakes of which more is to be said than is kept."""

    code = "findings_too_many"
    title = "Too much is to be said about the report"

    def __init__(self, every: int, most: int) -> None:
        super().__init__(
            f"{every} warnings and notes were found; at most {most} are kept with a report. Nothing was stored.",
            findings_found=every,
            limit=most,
        )
