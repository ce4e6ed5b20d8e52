"""The parts of an Excel workbook while they are read: one class for each, fed by the XML parser tag by tag."""

import re
from datetime import datetime, timedelta
from typing import Any

from kernel.errors import Unprocessable
from kernel.office import FileUnreadable
from kernel.workbook_cells import (
    MOST_COLUMNS,
    MOST_ROWS,
    UNCOMPUTED,
    CellError,
    Sheet,
    place_of,
    reference,
    small_number,
)

WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_", re.ASCII)
DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
QUOTED = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
DAY_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)
FIRST_DAYS = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001 (a sheet knows no zone)
LAST_DAY = 2_957_003
"""31 December 9999, as days are counted in a sheet that begins with 1904."""
MOST_JOINS = 100_000


class WorkbookTooLarge(Unprocessable):
    """The workbook has more cells than are read in one call."""

    code = "workbook_too_large"
    title = "The workbook has too many cells"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A workbook is read up to {most} filled cells. Send the figures as CSV.", most_cells=most
        )


class Book:
    """The list of sheets."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.is_1904 = False

    def open(self, tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            link = next((value for name, value in given.items() if name.rpartition(":")[2] == "id"), "")
            self.sheets.append((given.get("name", ""), link, given.get("state", "visible") != "visible"))
        elif tag == "workbookPr":
            self.is_1904 = given.get("date1904", "0") in ("1", "true")

    def close(self, tag: str) -> None:
        """Nothing to do."""


class Links:
    """Which part each sheet is."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def open(self, tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            self.targets[given.get("Id", "")] = given.get("Target", "")

    def close(self, tag: str) -> None:
        """Nothing to do."""


class Strings:
    """The strings that cells share, without the hints for reading that East Asian workbooks carry."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._pieces: list[str] = []
        self._within: list[str] = []

    def open(self, tag: str, given: dict[str, str]) -> None:
        self._within.append(tag)
        if tag == "si":
            self._pieces = []

    def text(self, data: str) -> None:
        if self._within and self._within[-1] == "t" and "rPh" not in self._within:
            self._pieces.append(data)

    def close(self, tag: str) -> None:
        self._within.pop()
        if tag == "si":
            self.all.append(_plain("".join(self._pieces)))


class Formats:
    """Which cell formats show a day or a time."""

    def __init__(self) -> None:
        self.days: set[str] = set()
        self._own: dict[str, bool] = {}
        self._is_within, self._number = False, 0

    def open(self, tag: str, given: dict[str, str]) -> None:
        if tag == "numFmt":
            code = QUOTED.sub("", given.get("formatCode", ""))
            self._own[given.get("numFmtId", "")] = bool(DAY_LETTER.search(code))
        elif tag == "cellXfs":
            self._is_within = True
        elif tag == "xf" and self._is_within:
            known = given.get("numFmtId", "0")
            if self._own.get(known, small_number(known) in DAY_FORMATS):
                self.days.add(str(self._number))
            self._number += 1

    def close(self, tag: str) -> None:
        if tag == "cellXfs":
            self._is_within = False


class Filling:
    """One sheet while it is read."""

    def __init__(
        self, sheet: Sheet, strings: list[str], days: set[str], first_day: datetime, left: int, most: int
    ) -> None:
        self.sheet, self.left = sheet, left
        self._strings, self._days, self._first_day, self._most = strings, days, first_day, most
        self._row, self._column = 0, -1
        self._kind, self._style, self._has_formula = "n", "", False
        self._collects, self._pieces = False, [""]
        self._phonetic = 0

    def open(self, tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            self._open_cell(given)
        elif tag == "f":
            self._has_formula = True
        elif tag == "rPh":
            self._phonetic += 1
        elif tag == "v" or (tag == "t" and self._kind == "inlineStr" and not self._phonetic):
            self._collects = True
        elif tag == "row":
            number = small_number(given.get("r", ""))
            self._row = self._row + 1 if number is None else number
            self._column = -1
            if given.get("hidden") in ("1", "true"):
                self.sheet.hidden_rows.add(self._row)
        elif tag == "mergeCell":
            self._join(given.get("ref", ""))

    def _open_cell(self, given: dict[str, str]) -> None:
        place = place_of(given["r"]) if "r" in given else (self._row, self._column + 1)
        if place is None or not 0 < place[0] <= MOST_ROWS or place[1] >= MOST_COLUMNS:
            raise FileUnreadable(f"The sheet {self.sheet.name[:100]} has a cell where no cell can be.")
        self._row, self._column = place
        self._kind, self._style = given.get("t", "n"), given.get("s", "")
        self._has_formula, self._pieces = False, []

    def text(self, data: str) -> None:
        if self._collects:
            self._pieces.append(data)

    def close(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._collects = False
        elif tag == "rPh":
            self._phonetic -= 1
        elif tag == "c":
            value = self._value("".join(self._pieces))
            if value is not None and value != "":
                self._keep(value)

    def _keep(self, value: Any) -> None:
        self.left -= 1
        if self.left < 0:
            raise WorkbookTooLarge(self._most)
        cells = self.sheet.rows.setdefault(self._row, {})
        if self._column in cells:
            raise self._damaged("stands twice")
        cells[self._column] = value

    def _damaged(self, how: str) -> FileUnreadable:
        return FileUnreadable(f"The cell {reference(self._row, self._column)} of {self.sheet.name[:100]} {how}.")

    def _value(self, text: str) -> Any:
        if self._has_formula and not text and self._kind != "str":
            return UNCOMPUTED
        match self._kind:
            case "s":
                number = small_number(text)
                if number is None or number >= len(self._strings):
                    raise self._damaged("names a text that the file does not have")
                return self._strings[number]
            case "str" | "inlineStr":
                return _plain(text)
            case "b":
                return text.strip() in ("1", "true")
            case "e":
                return CellError(text[:20])
            case "d":
                return _day_of_text(text)
        return self._number(text.strip())

    def _number(self, text: str) -> Any:
        if not text:
            return None
        if self._style not in self._days:
            return int(text) if WHOLE.fullmatch(text) else _float(text)
        value = _float(text)
        if not isinstance(value, float) or not 0 <= value <= LAST_DAY:
            return value
        moment = self._first_day + timedelta(days=value)
        return moment.date() if value == int(value) else moment.replace(microsecond=0)

    def _join(self, text: str) -> None:
        first, _, last = text.partition(":")
        begin, end = place_of(first), place_of(last or first)
        if begin and end and begin != end and len(self.sheet.joins) < MOST_JOINS:
            self.sheet.joins.append((*begin, *end))


def _float(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _day_of_text(text: str) -> Any:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.date() if moment == datetime(moment.year, moment.month, moment.day) else moment  # noqa: DTZ001


def _plain(text: str) -> str:
    """Return a text with what Excel writes as `_x000D_` as the character it is; half a character stays."""
    return ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return match[0] if 0xD800 <= number <= 0xDFFF else chr(number)
