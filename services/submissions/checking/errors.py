"""Why a body cannot be read at all. What can be read and is wrong is a finding."""

from kernel.errors import BadRequest


class EncodingUnknown(BadRequest):
    """The text is in none of the encodings that are read here."""

    code = "encoding_unknown"
    title = "The encoding of the file is not known"

    def __init__(self, byte_offset: int, row: int) -> None:
        super().__init__(
            f"The file is neither UTF-8 nor UTF-16 with a byte order mark: byte {byte_offset}, line {row}.",
            byte_offset=byte_offset,
            row=row,
        )


class CsvMalformed(BadRequest):
    """The quotes of the file do not close, or a cell is too long."""

    code = "csv_malformed"
    title = "The CSV cannot be read"

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"The CSV cannot be read near line {row}: {reason}.", row=row)


class JsonMalformed(BadRequest):
    """The body is not JSON."""

    code = "json_malformed"
    title = "The body is not JSON"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The body is not JSON: {reason}.")
