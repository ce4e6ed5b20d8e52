"""What the rows of an SDMX message do to the version before, or to a draft. Values in, value out.

- `M` merge, and `I` information: what the row gives is written, what it leaves empty stays. A value takes the
  place of a status with its reason, and a status that of a value.
- `A` append: a figure that is new is added; one that is there stays, and it is said so.
- `R` replace: the figure is what the row gives, and nothing else of it stays.
- `D` delete: the figures that the row names are taken out; an empty dimension stands for all of its codes. When
  the row marks a value, status or reason (by convention with `-`), only that is taken out.

Rows act one after the other. Figures that no row names stay, as do words and declarations of nil, except that a
table with figures is not nil."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from services.submissions.checking.check_figures import CellStatus
from services.submissions.checking.check_keys import found_repeated
from services.submissions.checking.content import ALL_TABLES, SECTION_OBSERVATIONS, ParsedContent, Places
from services.submissions.checking.findings import Place, found
from services.submissions.form.definition import UNKNOWN, FormDefinition

PARTS = ("value", "status", "reason")
Key = tuple[str, ...]


class Action(StrEnum):
    """What a row does."""

    INFORMATION = "I"
    APPEND = "A"
    MERGE = "M"
    REPLACE = "R"
    DELETE = "D"


@dataclass(frozen=True, slots=True)
class Before:
    """The version that a message changes; empty when there is none."""

    version: int = 0
    observations: Sequence[Any] = ()
    """Rows with `line`, `indicator`, `d1` to `d4`, `value`, `status`, `reason`."""
    nil: Sequence[str] = ()
    narrative: Any = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure while rows act on it."""

    row: int
    """The row of the message that wrote it last; the negative number that it had before where none did."""
    indicator: Any
    codes: dict[str, Any]
    value: Any
    status: Any
    reason: Any
    of_row: int | None = None
    """Where in the message it is given whole."""


class _ChangedPlaces:
    """Places in the message; figures that it does not name are places in the version before."""

    def __init__(self, own: Places) -> None:
        self._own = own

    def of_cell(self, row: int, column: str) -> Place:
        if row >= 0:
            return self._own.of_cell(row, column)
        pointer = f"/previous/observations/{-row}/{column}"
        return Place((SECTION_OBSERVATIONS, row, 0, pointer), pointer=pointer)

    def of_nil(self, number: int) -> Place:
        return self._own.of_nil(number)

    def of_narrative(self, key: str, part: str | None = None) -> Place:
        return self._own.of_narrative(key, part)

    def of_table(self, number: int, table: str) -> Place:
        return self._own.of_table(number, table)

    def names_row(self, row: int) -> tuple[str, str]:
        if row >= 0:
            return self._own.names_row(row)
        return f"số liệu {-row} của phiên bản trước", f"figure {-row} of the version before"


def apply_actions(message: ParsedContent, before: Before, form: FormDefinition) -> ParsedContent:
    """Return the whole report after a message acted on the version before."""
    if not (before.observations or before.nil or Action.DELETE in message.actions):
        return replace(message, actions=[], narrative=dict(before.narrative or {}))  # there is nothing to act on
    names = {
        one.code: [use.dimension for use in one.dimensions] for table in form.tables for one in table.indicators
    }
    acting = _Acting(message, (_stored(row, names.get(row.indicator, [])) for row in before.observations), form)
    return acting.content(before)


def act_on_cells(message: ParsedContent, cells: Iterable[Cell], form: FormDefinition) -> list[Cell]:
    """Return figures after a message acted on them; a row that gives one a second time is a mistake."""
    acting = _Acting(message, cells, form)
    for first, again in acting.repeated:
        message.findings.append(found_repeated(again.indicator, first.row, again.row, message.places))
    return acting.cells()


def keeps_nil(declared: Iterable[str], cells: Sequence[Cell], form: FormDefinition) -> list[str]:
    """Return the declarations of nil that stay: a table with figures is not nil."""
    tables = {one.code: table.code for table in form.tables for one in table.indicators}
    filled = {tables.get(cell.indicator) for cell in cells}
    return [table for table in declared if table not in filled and not (table == ALL_TABLES and cells)]


def given_cell(content: ParsedContent, at: int) -> Cell:
    """Return what one row of a message or a file says; a dimension that it leaves empty is not among the codes."""
    codes = {name: column[at] for name, column in content.dimensions.items() if column[at] is not None}
    said = (content.value[at], content.status[at], content.reason[at])
    return Cell(content.rows[at], content.indicator[at], codes, *said, at)


def _stored(row: Any, names: list[str]) -> Cell:
    codes = dict(zip(names, (row.d1, row.d2, row.d3, row.d4), strict=False))
    status = None if row.status == CellStatus.VALUE else row.status
    return Cell(-row.line, row.indicator, codes, row.value, status, row.reason)


class _Acting:
    """One message at work."""

    def __init__(self, message: ParsedContent, cells: Iterable[Cell], form: FormDefinition) -> None:
        self._message, self._form = message, form
        self._uses = {one.code: one.dimensions for table in form.tables for one in table.indicators}
        self._cells: dict[Key, Cell] = {}
        self._loose: list[Cell] = []
        """Rows whose figure cannot be named, or that name one a second time: the checks say what is wrong."""
        self.repeated: list[tuple[Cell, Cell]] = []
        """Rows that give a figure, and others that give it again."""
        for cell in cells:
            self._take_over(cell)
        for position, action in enumerate(message.actions):
            if action == Action.DELETE:
                self._delete(position)
            else:
                self._write(position, action)

    def cells(self) -> list[Cell]:
        """Return all figures as they are now."""
        cells = [*self._cells.values(), *self._loose]
        self._fill_left_out(cells)
        return cells

    def _take_over(self, cell: Cell) -> None:
        key = self._key(cell.indicator, cell.codes)
        while key in self._cells:  # a draft may hold a figure twice
            key = (*key, "")
        self._cells[key] = cell

    def _key(self, indicator: Any, codes: dict[str, Any]) -> Key:
        names = [use.dimension for use in self._uses.get(indicator, ())]
        foreign = [f"{name}={codes[name]}" for name in sorted(codes.keys() - set(names)) if codes[name]]
        return (indicator, *(str(codes.get(name) or UNKNOWN) for name in names), *foreign)

    def _write(self, position: int, action: str) -> None:
        given = given_cell(self._message, position)
        key = self._key(given.indicator, given.codes)
        old = self._cells.get(key)
        if old is not None and old.of_row is not None:
            self.repeated.append((old, given))
            self._loose.append(given)
        elif given.indicator not in self._uses:
            self._loose.append(given)
        elif old is None or action == Action.REPLACE:
            self._cells[key] = given
        elif action == Action.APPEND:
            self._note("append_kept_old", position)
        else:
            self._cells[key] = _merged(old, given)

    def _delete(self, position: int) -> None:
        given = given_cell(self._message, position)
        named = [key for key, cell in self._cells.items() if _matches(cell, given)]
        if not named:
            self._note("delete_names_nothing", position)
        emptied: dict[str, Any] = {part: None for part in PARTS if getattr(given, part) is not None}
        for key in named:
            if emptied:
                self._cells[key] = replace(self._cells[key], row=given.row, **emptied)
            else:
                del self._cells[key]

    def _fill_left_out(self, cells: list[Cell]) -> None:
        """Where the version before was given without a dimension, a message without it means the same."""
        used = {(cell.indicator, name) for cell in cells for name in cell.codes}
        for cell in cells:
            for use in self._uses.get(cell.indicator, ()):
                name = use.dimension
                if name not in self._message.dimensions and not use.required and (cell.indicator, name) in used:
                    cell.codes.setdefault(name, UNKNOWN)

    def _note(self, rule: str, position: int) -> None:
        message = self._message
        place = message.places.of_cell(message.rows[position], "indicator")
        message.findings.append(found(rule, place, message.indicator[position]))

    def content(self, before: Before) -> ParsedContent:
        """Return all figures with the words and declarations of the version before."""
        message, cells = self._message, self.cells()
        names = {name for cell in cells for name in cell.codes}
        return ParsedContent(
            places=_ChangedPlaces(message.places),
            rows=[cell.row for cell in cells],
            indicator=[cell.indicator for cell in cells],
            dimensions={name: [cell.codes.get(name) for cell in cells] for name in sorted(names)},
            value=[cell.value for cell in cells],
            status=[cell.status for cell in cells],
            reason=[cell.reason for cell in cells],
            decimal_comma=message.decimal_comma,
            nil=[*message.nil, *keeps_nil(before.nil, cells, self._form)],
            narrative=dict(before.narrative or {}),
            findings=message.findings,
            explanations=message.explanations,
            made_for=message.made_for,
        )


def _merged(old: Cell, given: Cell) -> Cell:
    """Return a figure after a merge: what is given is written, what is left empty stays."""
    if given.value is not None:
        return Cell(given.row, old.indicator, old.codes, given.value, given.status, given.reason, given.of_row)
    if given.status is not None:
        reason = given.reason if given.reason is not None else old.reason
        return Cell(given.row, old.indicator, old.codes, None, given.status, reason, given.of_row)
    reason = given.reason if given.reason is not None else old.reason
    return Cell(given.row, old.indicator, old.codes, old.value, old.status, reason, given.of_row)


def _matches(cell: Cell, given: Cell) -> bool:
    if given.indicator not in (None, cell.indicator):
        return False
    return all((cell.codes.get(name) or UNKNOWN) == code for name, code in given.codes.items())
