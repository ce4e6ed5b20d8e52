"""An SDMX-CSV 2.0 message as columns: `STRUCTURE`, `STRUCTURE_ID`, `ACTION`, the dimensions, `OBS_VALUE`,
`OBS_STATUS`, `REASON`, `EXPLANATION`. Each row says what it does to the version before; see sdmx_actions.

Identifiers of SDMX have no points, so `LABOUR_OUT_FLOW` is taken for `LABOUR.OUT.FLOW`; either is read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kernel.tabular import Sheet, decode_csv, read_sheet
from kernel.text import fold
from services.submissions.checking.check_figures import CellStatus
from services.submissions.checking.content import SECTION_HEADER, SECTION_OBSERVATIONS, ParsedContent
from services.submissions.checking.findings import Finding, Place, found
from services.submissions.checking.read_csv import CsvPlaces
from services.submissions.checking.read_json import Envelope
from services.submissions.checking.sdmx_actions import Action
from services.submissions.checking.text import clean, texts_of
from services.submissions.form.definition import FormDefinition

FIXED = {
    "structure": "structure",
    "structure_id": "structure_id",
    "action": "action",
    "indicator": "indicator",
    "obs_value": "value",
    "obs_status": "status",
    "reason": "reason",
    "explanation": "explanation",
    "time_period": "period",
    "reporter": "agency",
    "structure_name": "",
    "series_key": "",
    "obs_key": "",
}
"""What each column means; those that mean nothing here are passed over."""
NEEDED = ("structure", "structure_id", "indicator")
STRUCTURES = {"dataflow", "datastructure", "dataprovision"}
STRUCTURE_ID = re.compile(r"[A-Za-z0-9_.-]+:([A-Za-z0-9_@$.-]+)\((\d{1,9})(?:\.\d+|\.\d+\.\d+)?\+?\)", re.ASCII)
STATUSES = {
    "a": None,
    "m": CellStatus.NOT_APPLICABLE,
    "l": CellStatus.NOT_AVAILABLE,
    "o": CellStatus.NOT_AVAILABLE,
}
"""The statuses of SDMX that are taken beside ours: normal; cannot exist; not collected; missing."""
NO_SUCH_DIMENSION = "_Z"
"""What figures that were read from the hub have where the indicator lacks a dimension."""
LABELLED = ": "


@dataclass(slots=True)
class SdmxBody:
    """A message that was read, before it is known which form it answers."""

    sheet: Sheet
    nil: list[Any] = field(default_factory=list)

    @property
    def envelope(self) -> Envelope:
        """The period and agency that the first row names; the obligation comes beside the message."""
        first = self.sheet.rows[1] if len(self.sheet.rows) > 1 else []
        named = {name: clean(cell) for name, cell in zip(self._header(), first, strict=False)}
        return Envelope(period=named.get("time_period"), agency=named.get("reporter"))

    def columns(self, form: FormDefinition) -> ParsedContent:
        """Return the content as columns of this form, with the action of each row."""
        return _Reading(self.sheet, self._header(), form, self.nil).content()

    def _header(self) -> list[str]:
        return [_component(name) for name in (self.sheet.rows[0] if self.sheet.rows else [])]


def read_sdmx_csv(raw: bytes, nil: Iterable[str] = ()) -> SdmxBody:
    """Read a message; its separator is the one behind the first column's name."""
    return SdmxBody(
        read_sheet(decode_csv(raw), lambda names: sum(_component(n) in FIXED for n in names)), list(nil)
    )


def _component(name: str) -> str:
    """Return what a column is called, without its label and without the mark of several values."""
    return fold(name.partition(LABELLED)[0].partition("[")[0])


class _Reading:
    """One message on its way into the columns of one form."""

    def __init__(self, sheet: Sheet, header: list[str], form: FormDefinition, nil: list[Any]) -> None:
        self._sheet, self._header, self._form, self._nil = sheet, header, form, nil
        dimensions = {fold(dimension.code): dimension.code for dimension in form.dimensions}
        self._codes = [FIXED[name] if name in FIXED else dimensions.get(name) for name in header]
        written = sheet.rows[0] if sheet.rows else []
        self._places = CsvPlaces({code: name for code, name in zip(self._codes, written, strict=True) if code})
        self._is_labelled = [LABELLED in name for name in written]
        self._known = _without_points(form)
        self._findings: list[Finding] = []

    def content(self) -> ParsedContent:
        numbers, rows = self._sheet.numbers[1:], self._sheet.rows[1:]
        cells = [self._cells(row) for row in rows]
        self._check_header()
        for number, row in zip(numbers, cells, strict=True):
            self._check_row(number, row)
        content = ParsedContent(
            places=self._places,
            rows=numbers,
            indicator=[self._code("indicator", row) for row in cells],
            dimensions={
                dimension.code: [self._code(dimension.code, row) for row in cells]
                for dimension in self._form.dimensions
                if dimension.code in self._codes
            },
            value=[row.get("value") for row in cells],
            status=[_status(row.get("status")) for row in cells],
            reason=[row.get("reason") for row in cells],
            explanations=texts_of(numbers, [row.get("explanation") for row in cells]),
            decimal_comma=self._sheet.has_decimal_comma,
            nil=list(self._nil),
            findings=self._findings,
            made_for=_made_for(cells),
        )
        content.actions = [_action(row) for row in cells]
        return content

    def _cells(self, row: list[str]) -> dict[str, str | None]:
        found_cells: dict[str, str | None] = {}
        for code, is_labelled, cell in zip(self._codes, self._is_labelled, row, strict=False):
            if code:
                found_cells[code] = clean(cell.partition(LABELLED)[0] if is_labelled else cell)
        return found_cells

    def _code(self, column: str, row: dict[str, str | None]) -> str | None:
        given = row.get(column)
        return None if given in (None, NO_SUCH_DIMENSION) else self._known[column].get(given, given)

    def _check_header(self) -> None:
        row = self._sheet.numbers[0] if self._sheet.numbers else 1
        written = self._sheet.rows[0] if self._sheet.rows else []
        seen: set[str] = set()
        for at, (name, code) in enumerate(zip(written, self._codes, strict=True)):
            place = Place((SECTION_HEADER, row, at, name), row=row, column=name)
            if code is None:
                self._findings.append(found("column_unknown", place, name))
            elif code and code in seen:
                self._findings.append(found("column_repeated", place, name))
            seen.add(code or "")
        for needed in NEEDED:
            if needed not in seen:
                place = Place((SECTION_HEADER, row, len(written), needed), row=row, column=needed.upper())
                self._findings.append(found("column_missing", place, needed.upper()))

    def _check_row(self, number: int, row: dict[str, str | None]) -> None:
        if "structure" in self._codes and fold(row.get("structure") or "") not in STRUCTURES:
            self._note("structure_unknown", number, "structure", row, known=", ".join(sorted(STRUCTURES)))
        if "structure_id" in self._codes and not self._is_of_form(row.get("structure_id") or ""):
            wanted = f"GCM:{self._form.id}({self._form.version}.0)"
            self._note("structure_not_of_form", number, "structure_id", row, wanted=wanted)
        if fold(row.get("action") or "I").upper() not in set(Action):
            self._note("action_unknown", number, "action", row, known=", ".join(Action))

    def _is_of_form(self, text: str) -> bool:
        match = STRUCTURE_ID.fullmatch(text.partition(LABELLED)[0])
        same = match is not None and match[1].replace(".", "_") == self._form.id.replace(".", "_")
        return same and match is not None and int(match[2]) == self._form.version

    def _note(self, rule: str, number: int, column: str, row: dict[str, str | None], **facts: Any) -> None:
        name = self._places.written.get(column, column)
        place = Place((SECTION_OBSERVATIONS, number, -1, column), row=number, column=name)
        self._findings.append(found(rule, place, row.get(column), **facts))


def _without_points(form: FormDefinition) -> dict[str, dict[str, str]]:
    """Return, for each column, the codes that SDMX must write in another way."""
    indicators = [indicator.code for table in form.tables for indicator in table.indicators]
    lists = {dimension.code: [item.code for item in dimension.codes] for dimension in form.dimensions}
    every = {"indicator": indicators} | lists
    return {name: {code.replace(".", "_"): code for code in codes if "." in code} for name, codes in every.items()}


def _status(cell: str | None) -> str | None:
    if cell is None or fold(cell) not in STATUSES:
        return None if cell == CellStatus.VALUE else cell
    ours = STATUSES[fold(cell)]
    return None if ours is None else ours.value


def _action(row: dict[str, str | None]) -> str:
    given = fold(row.get("action") or "I").upper()
    return given if given in set(Action) else Action.INFORMATION.value


def _made_for(cells: list[dict[str, str | None]]) -> dict[str, str]:
    """Return period and agency of the message: another one in some row stands for the whole."""
    made_for: dict[str, str] = {}
    for column in ("period", "agency"):
        named = list(dict.fromkeys(row[column] for row in cells if row.get(column)))
        if named:
            made_for[column] = " | ".join(str(one) for one in named)
    return made_for
