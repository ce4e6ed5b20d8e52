"""Why a file is not read."""

from kernel.errors import Unprocessable, UnsupportedMedia


class MediaTypeUnread(UnsupportedMedia):
    """Only documents, workbooks, CSV and plain text are read."""

    code = "document_type_unsupported"
    title = "Files of this type are not read"

    def __init__(self, media_type: str, known: list[str]) -> None:
        text = f"{media_type} is not read here." if media_type else "Say the type of the file: Content-Type."
        super().__init__(text, media_type=media_type, known=known)


class FileNotText(Unprocessable):
    """The bytes are no text in any encoding that is read."""

    code = "file_not_text"
    title = "The file is not text"

    def __init__(self, why: str) -> None:
        super().__init__(f"The content is not text: {why}. Save it as UTF-8.")


class LegacyFont(Unprocessable):
    """The text was typed for a font of before Unicode, where letters stand in the place of others."""

    code = "text_in_legacy_font"
    title = "The text is written in a font of before Unicode"

    def __init__(self, encoding: str) -> None:
        super().__init__(f"The text is in {encoding}. Convert it to Unicode and send it again.", encoding=encoding)


class DocumentTooLong(Unprocessable):
    """The file holds more than a plan has, and is not read in part."""

    code = "document_too_long"
    title = "The document is longer than is read"

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"At most {limit} {what} are read in one file.", limit=limit, counted=what)
