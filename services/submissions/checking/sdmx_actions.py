"""What the rows of an SDMX message do to the version before. Values in, value out.

- `M` merge, and `I` information: what the row gives is written, what it leaves empty stays. A value takes the
  place of a status with its reason, and a status that of a value.
- `A` append: a figure that is new is added; one that is there stays, and it is said so.
- `R` replace: the figure is what the row gives, and nothing else of it stays.
- `D` delete: the figures that the row names are taken out; an empty dimension stands for all of its codes. When
  the row marks a value, status or reason (by convention with `-`), only that is taken out.

Rows act one after the other. Figures that no row names stay, as do words and declarations of nil, except that a
table with figures is not nil."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.submissions.checking.check_figures import CellStatus
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


@dataclass(slots=True)
class _Cell:
    """One figure while rows act on it, and the row to which its mistakes belong."""

    row: int
    indicator: Any
    codes: dict[str, Any]
    value: Any
    status: Any
    reason: Any
    of_row: int | None = None


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
    return _Acting(message, before, form).run()


class _Acting:
    """One message at work."""

    def __init__(self, message: ParsedContent, before: Before, form: FormDefinition) -> None:
        self._message, self._before, self._form = message, before, form
        self._uses = {one.code: one.dimensions for table in form.tables for one in table.indicators}
        self._tables = {one.code: table.code for table in form.tables for one in table.indicators}
        self._cells: dict[Key, _Cell] = {}
        self._loose: list[_Cell] = []
        """Rows whose figure cannot be named, or that name one a second time: the checks say what is wrong."""

    def run(self) -> ParsedContent:
        for row in self._before.observations:
            self._take_over(row)
        for position, action in enumerate(self._message.actions):
            if action == Action.DELETE:
                self._delete(position)
            else:
                self._write(position, action)
        return self._content()

    def _take_over(self, row: Any) -> None:
        slots = (row.d1, row.d2, row.d3, row.d4)
        codes = {use.dimension: code for use, code in zip(self._uses.get(row.indicator, ()), slots, strict=False)}
        status = None if row.status == CellStatus.VALUE else row.status
        cell = _Cell(-row.line, row.indicator, codes, row.value, status, row.reason)
        self._cells[self._key(row.indicator, codes)] = cell

    def _key(self, indicator: Any, codes: dict[str, Any]) -> Key:
        uses = self._uses.get(indicator, ())
        return (indicator, *(str(codes.get(use.dimension) or UNKNOWN) for use in uses))

    def _given(self, position: int) -> _Cell:
        message = self._message
        return _Cell(
            message.rows[position],
            message.indicator[position],
            {
                name: column[position]
                for name, column in message.dimensions.items()
                if column[position] is not None
            },
            message.value[position],
            message.status[position],
            message.reason[position],
            position,
        )

    def _write(self, position: int, action: str) -> None:
        given = self._given(position)
        key = self._key(given.indicator, given.codes)
        old = self._cells.get(key)
        if given.indicator not in self._uses or (old is not None and old.of_row is not None):
            self._loose.append(given)
        elif old is None or action == Action.REPLACE:
            self._cells[key] = given
        elif action == Action.APPEND:
            self._note("append_kept_old", position)
        else:
            self._cells[key] = _merged(old, given)

    def _delete(self, position: int) -> None:
        given = self._given(position)
        named = [key for key, cell in self._cells.items() if _matches(cell, given)]
        if not named:
            self._note("delete_names_nothing", position)
        marked = [part for part in PARTS if getattr(given, part) is not None]
        for key in named:
            for part in marked:
                setattr(self._cells[key], part, None)
            if not marked:
                del self._cells[key]

    def _fill_left_out(self, cells: list[_Cell]) -> None:
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

    def _content(self) -> ParsedContent:
        message, cells = self._message, [*self._cells.values(), *self._loose]
        self._fill_left_out(cells)
        names = {name for cell in cells for name in cell.codes}
        filled = {self._tables.get(cell.indicator) for cell in cells}
        kept_nil = [t for t in self._before.nil if t not in filled and not (t == ALL_TABLES and cells)]
        return ParsedContent(
            places=_ChangedPlaces(message.places),
            rows=[cell.row for cell in cells],
            indicator=[cell.indicator for cell in cells],
            dimensions={name: [cell.codes.get(name) for cell in cells] for name in sorted(names)},
            value=[cell.value for cell in cells],
            status=[cell.status for cell in cells],
            reason=[cell.reason for cell in cells],
            decimal_comma=message.decimal_comma,
            nil=[*message.nil, *kept_nil],
            narrative=dict(self._before.narrative or {}),
            findings=message.findings,
            explanations=message.explanations,
            made_for=message.made_for,
        )


def _merged(old: _Cell, given: _Cell) -> _Cell:
    """Return a figure after a merge: what is given is written, what is left empty stays."""
    if given.value is not None:
        return _Cell(given.row, old.indicator, old.codes, given.value, given.status, given.reason, given.of_row)
    if given.status is not None:
        reason = given.reason if given.reason is not None else old.reason
        return _Cell(given.row, old.indicator, old.codes, None, given.status, reason, given.of_row)
    reason = given.reason if given.reason is not None else old.reason
    return _Cell(given.row, old.indicator, old.codes, old.value, old.status, reason, given.of_row)


def _matches(cell: _Cell, given: _Cell) -> bool:
    if given.indicator not in (None, cell.indicator):
        return False
    return all((cell.codes.get(name) or UNKNOWN) == code for name, code in given.codes.items())
