"""Why a file cannot be imported as a whole. What is wrong with one row is a finding of that row."""

from typing import Any

from kernel.errors import Conflict, NotFound, Unprocessable, UnsupportedMedia


class ImportUnknown(NotFound):
    """There is no such import, or another agency sent it."""

    code = "import_unknown"
    title = "There is no such import"


class ImportMediaUnread(UnsupportedMedia):
    """The content type is none of the two that are read."""

    def __init__(self, content_type: str, read: list[str]) -> None:
        super().__init__(f"Send {' or '.join(read)}.", content_type=content_type[:100], read=read)


class ImportEmpty(Unprocessable):
    """The file has no rows."""

    code = "import_empty"
    title = "The file has no rows"


class ImportColumnsMissing(Unprocessable):
    """No line of the file names the columns that are needed."""

    code = "import_columns_missing"
    title = "The file does not name its columns"

    def __init__(self, missing: list[str], known: dict[str, list[str]]) -> None:
        super().__init__(f"No header line names: {', '.join(missing)}.", missing=missing, known=known)


class ImportTooLarge(Unprocessable):
    """The file has more rows or columns than are taken at once."""

    code = "import_too_large"
    title = "The file has too many rows or columns"

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"At most {limit} {what} are taken at once.", limit=limit)


class ImportOutdated(Conflict):
    """The registry changed since the preview, so that it would do something else now."""

    code = "import_outdated"
    title = "The registry changed since the preview"

    def __init__(self, differs: list[dict[str, Any]]) -> None:
        super().__init__("Send the file again and look at the new preview.", differs=differs)
