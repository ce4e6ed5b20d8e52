"""An SDMX-CSV 2.0 message as columns: `STRUCTURE`, `STRUCTURE_ID`, `ACTION`, the dimensions, `OBS_VALUE`,
`OBS_STATUS`, `REASON`, `EXPLANATION`. Each row says what it does to the version before; see sdmx_actions.

Identifiers of SDMX have no points, so `LABOUR_OUT_FLOW` is taken for `LABOUR.OUT.FLOW`; either is read."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernel.tabular import Grid, decode_csv, read_grid
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

    grid: Grid
    nil: list[Any] = field(default_factory=list)

    @property
    def envelope(self) -> Envelope:
        """The period and agency that the first row names; the obligation comes beside the message."""
        first = {name: clean(cells[0]) for name, cells in self._named() if cells}
        return Envelope(period=first.get("time_period"), agency=first.get("reporter"))

    def columns(self, form: FormDefinition) -> ParsedContent:
        """Return the content as columns of this form, with the action of each row."""
        return _Reading(self.grid, [name for name, _ in self._named()], form, self.nil).content()

    def _named(self) -> Iterator[tuple[str, list[str]]]:
        return zip(map(_component, self.grid.header), self.grid.below.cells, strict=True)


def read_sdmx_csv(raw: bytes, nil: Iterable[str] = ()) -> SdmxBody:
    """Read a message; its separator is the one behind the first column's name."""
    return SdmxBody(
        read_grid(decode_csv(raw), lambda names: sum(_component(n) in FIXED for n in names)), list(nil)
    )


def _component(name: str) -> str:
    """Return what a column is called, without its label and without the mark of several values."""
    return fold(name.partition(LABELLED)[0].partition("[")[0])


class _Reading:
    """One message on its way into the columns of one form."""

    def __init__(self, grid: Grid, header: list[str], form: FormDefinition, nil: list[Any]) -> None:
        self._grid, self._form, self._nil = grid, form, nil
        dimensions = {fold(dimension.code): dimension.code for dimension in form.dimensions}
        self._codes = [FIXED[name] if name in FIXED else dimensions.get(name) for name in header]
        named = zip(self._codes, grid.header, grid.below.cells, strict=True)
        self._columns = {
            code: _mapped(cells, _unlabelled if LABELLED in name else clean) for code, name, cells in named if code
        }
        self._places = CsvPlaces({code: name for code, name in zip(self._codes, grid.header, strict=True) if code})
        self._known = _without_points(form)
        self._findings: list[Finding] = []

    def content(self) -> ParsedContent:
        numbers = self._grid.below.numbers
        self._check_header()
        self._check_rows()
        return ParsedContent(
            places=self._places,
            rows=numbers,
            indicator=self._codes_of("indicator"),
            dimensions={
                dimension.code: self._codes_of(dimension.code)
                for dimension in self._form.dimensions
                if dimension.code in self._columns
            },
            value=self._column("value"),
            status=_mapped(self._column("status"), _status),
            reason=self._column("reason"),
            explanations=texts_of(numbers, self._column("explanation")),
            decimal_comma=self._grid.has_decimal_comma,
            nil=list(self._nil),
            findings=self._findings,
            made_for=self._made_for(),
            actions=_mapped(self._column("action"), _action),
        )

    def _column(self, code: str) -> list[Any]:
        return self._columns.get(code) or [None] * len(self._grid.below.numbers)

    def _codes_of(self, column: str) -> list[Any]:
        known = self._known[column]
        return _mapped(
            self._column(column), lambda given: None if given == NO_SUCH_DIMENSION else known.get(given, given)
        )

    def _check_header(self) -> None:
        row, written = self._grid.number, self._grid.header
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

    def _check_rows(self) -> None:
        structures, wanted = ", ".join(sorted(STRUCTURES)), f"GCM:{self._form.id}({self._form.version}.0)"
        if "structure" in self._columns:
            self._note_unless(_is_structure, "structure_unknown", "structure", known=structures)
        if "structure_id" in self._columns:
            self._note_unless(self._is_of_form, "structure_not_of_form", "structure_id", wanted=wanted)
        self._note_unless(_is_action, "action_unknown", "action", known=", ".join(Action))

    def _is_of_form(self, cell: str | None) -> bool:
        match = STRUCTURE_ID.fullmatch((cell or "").partition(LABELLED)[0])
        same = match is not None and match[1].replace(".", "_") == self._form.id.replace(".", "_")
        return same and match is not None and int(match[2]) == self._form.version

    def _note_unless(self, is_right: Callable[[str | None], bool], rule: str, column: str, **facts: Any) -> None:
        """Find what is wrong in a column; each different cell is looked at once."""
        cells, name = self._column(column), self._places.written.get(column, column)
        wrong = {cell for cell in set(cells) if not is_right(cell)}
        for number, cell in zip(self._grid.below.numbers, cells, strict=True) if wrong else ():
            if cell in wrong:
                place = Place((SECTION_OBSERVATIONS, number, -1, column), row=number, column=name)
                self._findings.append(found(rule, place, cell, **facts))

    def _made_for(self) -> dict[str, str]:
        """Return period and agency of the message: another one in some row stands for the whole."""
        named = {
            column: list(dict.fromkeys(filter(None, self._column(column)))) for column in ("period", "agency")
        }
        return {column: " | ".join(texts) for column, texts in named.items() if texts}


def _mapped(cells: Sequence[Any], look: Callable[[Any], Any]) -> list[Any]:
    """Return a column of what each cell means; each different one is looked at once."""
    meant = {cell: look(cell) for cell in set(cells)}
    return list(map(meant.__getitem__, cells))


def _unlabelled(cell: str) -> str | None:
    return clean(cell.partition(LABELLED)[0])


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


def _is_structure(cell: str | None) -> bool:
    return fold(cell or "") in STRUCTURES


def _is_action(cell: str | None) -> bool:
    return fold(cell or "I").upper() in set(Action)


def _action(cell: str | None) -> str:
    return fold(cell or "I").upper() if _is_action(cell) else Action.INFORMATION.value
