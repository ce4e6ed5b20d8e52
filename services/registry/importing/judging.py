"""What becomes of each row of a file, in a registry as it stands. Values in, verdicts out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.registry.importing.catalogue import Finding
from services.registry.importing.reading import Row
from services.registry.importing.tables import Outcome
from services.registry.importing.values import CellWrong, is_formula_error

T = TypeVar("T")


@dataclass(slots=True)
class Verdict:
    """What becomes of one row: its outcome, whom it is about, what it would change, and what was found."""

    row: Row
    outcome: Outcome = Outcome.REJECTED
    subject: str | None = None
    change: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    act: Any = None
    """What is carried out when the import is applied."""

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)

    def reject(self, *findings: Finding) -> None:
        """Let the row have no effect."""
        self.findings += findings
        self.outcome, self.act, self.change = Outcome.REJECTED, None, {}


class Cells:
    """The cells of one row, read one by one; what cannot be read is found and left out."""

    def __init__(self, cells: Mapping[str, str], findings: list[Finding]) -> None:
        self._cells, self._findings = cells, findings
        for name, cell in cells.items():
            if is_formula_error(cell):
                findings.append(Finding("formula_error", name, cell))

    def text(self, name: str, *, longest: int = 300, needed: bool = False) -> str | None:
        """Return a cell's text; None where it is empty or too long."""
        cell = self._cells.get(name, "")
        if not cell and needed:
            self._findings.append(Finding("value_missing", name))
        if len(cell) > longest:
            self._findings.append(Finding("text_too_long", name, cell, str(longest)))
            return None
        return cell or None

    def read(self, name: str, reader: Callable[[str], T], *, needed: bool = False) -> T | None:
        """Return what a cell means; None where it is empty or means nothing."""
        cell = self.text(name, needed=needed)
        if cell is None or is_formula_error(cell):
            return None
        try:
            return reader(cell)
        except CellWrong as wrong:
            self._findings.append(Finding("value_invalid", name, cell, str(wrong)))
            return None
