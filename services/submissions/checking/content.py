"""What was read from a report, in one shape whatever the format: a column of cells per field, not an object
per row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.submissions.checking.findings import Finding, Place

SECTION_HEADER, SECTION_OBSERVATIONS, SECTION_NIL, SECTION_NARRATIVE, SECTION_TABLES = range(5)
SECTION_RULES, SECTION_HISTORY = 5, 6
ALL_TABLES = "*"


class Places(Protocol):
    """Says where things stand in the file that was sent."""

    def of_cell(self, row: int, column: str) -> Place:
        """The place of a cell. `column` is a field or a dimension, `row` its number in the file."""

    def of_nil(self, number: int) -> Place:
        """The place of one nil declaration."""

    def of_narrative(self, key: str, part: str | None = None) -> Place:
        """The place of a narrative section, or of its status or text."""

    def of_table(self, number: int, table: str) -> Place:
        """The place of a statement about a whole table."""

    def names_row(self, row: int) -> tuple[str, str]:
        """How a row is called in a sentence, in Vietnamese and English."""


@dataclass(slots=True)
class ParsedContent:
    """The columns of a report. All have the same length; a cell that was not given is None."""

    places: Places
    rows: Sequence[int]
    """The number of each row, as a person sees it in a file; the position in the list for JSON."""
    indicator: list[Any]
    dimensions: dict[str, list[Any]]
    """One column per dimension of the form."""
    value: list[Any]
    status: list[Any]
    reason: list[Any]
    decimal_comma: bool = False
    """The file's numbers may be written 1.234,5."""
    strays: list[tuple[int, str, Any]] = field(default_factory=list)
    """Cells of dimensions that the form does not have: row, dimension, value."""
    nil: list[Any] = field(default_factory=list)
    narrative: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    """What reading already found."""
    actions: list[str] = field(default_factory=list)
    """What each row does to the version before; empty where the rows are the whole report."""
    explanations: dict[int, str] = field(default_factory=dict)
    """What is said beside figures to explain warnings, by row."""
    made_for: dict[str, str] = field(default_factory=dict)
    """What a file says of itself: `occurrence`, `form`, `form_version`, `period`, `agency`."""
