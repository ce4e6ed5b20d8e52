"""Finding tables in a text: tab-separated rows, rows between bars, or one cell per line with bars between.

A table begins with a line of headings; the headings say which column is which. Rows that a page break cut are put
together again, and cells that were joined are cut where the grammar of their columns says.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.registry.document.text import Line, flat, join_pieces, mend_digits
from services.registry.document.timeframes import begins_timeframe, read_timeframe

CODE, TITLE, LEAD, COORD, RESULT, TIMEFRAME, OTHER = (
    "code", "title", "lead", "coord", "result", "timeframe", "other",
)  # fmt: skip

_HEADINGS = (
    (COORD, re.compile(r"phoi hop|tham gia")),
    (LEAD, re.compile(r"chu tri|co quan thuc hien|don vi thuc hien|phan cong|co quan dau moi|trach nhiem")),
    (TIMEFRAME, re.compile(r"thoi gian|thoi han|tien do|lo trinh|hoan thanh|thoi diem")),
    (RESULT, re.compile(r"ket qua|san pham|dau ra|hinh thuc van ban")),
    (TITLE, re.compile(r"noi dung|nhiem vu|cong viec|hoat dong|ten ")),
    (CODE, re.compile(r"^\W*(stt|tt|so tt|so thu tu|ma so|ma)\W*$")),
)
_CODE = re.compile(r"\(?([0-9OlI]{1,2}(?:[.,][0-9OlI]{1,2}){0,3}|[IVX]{1,5}|[A-HĐ])[.)]?")
_DOTTED = re.compile(r"\d{1,2}(\.\d{1,2}){0,3}")
_CODE_AND_TITLE = re.compile(r"\(?(?P<code>\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(?P<title>\S.*)")
_NUMBERING = re.compile(r"[\s|()\d.:-]*")
_BODY = re.compile(r"\s*(?:[IVX]{1,5}[.)]|\d{1,2}\.\s|Điều\s+\d|Nơi nhận|[-+]\s)")
_PAGE = re.compile(r"-?\s*\d{1,3}\s*-?")


@dataclass(slots=True)
class Row:
    """One row: the line where it begins, and its cells by column."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    is_mended: bool = False

    def get(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of tasks, and the lines of the source that it takes up."""

    layout: str
    rows: tuple[Row, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RawRow:
    """Cells in order, as they stand in the source."""

    line: int
    cells: tuple[str, ...]


def find_table(lines: Sequence[Line]) -> Table | None:
    """Find the table of tasks of a document, in whichever layout it is printed."""
    for layout, reader in (("tab", _separated("\t")), ("bars", _separated("|")), ("cell_per_line", _streamed)):
        raw = list(reader(lines))
        head = next((i for i, row in enumerate(raw) if columns_of(row.cells)), None)
        if head is None:
            continue
        columns = columns_of(raw[head].cells) or ()
        rows = list(_stream_rows(raw[head + 1 :], columns) if layout == "cell_per_line" else raw[head + 1 :])
        whole = _mend(rows, columns)
        if whole:
            return Table(layout, tuple(whole), raw[head].line, _last_line(layout, lines, rows[-1]))
    return None


def columns_of(cells: Sequence[str]) -> tuple[str, ...] | None:
    """Read headings: which column is which; None where a row is not a line of headings."""
    columns = tuple(_column_of(flat(cell).strip()) for cell in cells)
    known = [c for c in columns if c != OTHER]
    if TITLE not in columns or not {LEAD, TIMEFRAME} & set(columns) or len(known) < 3:
        return None
    return columns if len(set(known)) == len(known) and max(map(len, cells)) < 80 else None


def _column_of(said: str) -> str:
    if said in ("stt", "tt") or not said:
        return CODE if said else OTHER
    return next((column for column, pattern in _HEADINGS if pattern.search(said)), OTHER)


def read_code(text: str) -> str | None:
    """Return the number of a line of a plan, with misread figures mended; None where the text is none."""
    match = _CODE.fullmatch(text.strip())
    if match is None:
        return None
    code = match[1]
    if re.fullmatch("[IVX]{1,5}|[A-HĐ]", code):
        return code
    mended = mend_digits(code).replace(",", ".")
    return mended if _DOTTED.fullmatch(mended) else None


def _separated(mark: str):  # type: ignore[no-untyped-def]  # one reader for two marks
    def read(lines: Sequence[Line]) -> Iterator[RawRow]:
        has_begun = was_row = False
        for line in lines:
            if line.text.count(mark) >= (1 if has_begun else 2):
                yield RawRow(line.number, _cells(line.text, mark))
                has_begun = was_row = True
            elif was_row and _may_belong(line.text):
                yield RawRow(line.number, (line.text,))
            else:
                was_row = False

    return read


def _may_belong(text: str) -> bool:
    """Say whether a line without marks can be the rest of a cell above it."""
    return bool(text.strip()) and not (_PAGE.fullmatch(text.strip()) or _BODY.match(text) or text.isupper())


def _cells(text: str, mark: str) -> tuple[str, ...]:
    inner = text.strip().strip("|") if mark == "|" else text
    return tuple(cell.strip() for cell in inner.split(mark))


def _streamed(lines: Sequence[Line]) -> Iterator[RawRow]:
    """Give the headings of a table with one cell per line, and then every cell alone."""
    cells = list(_stream_cells(lines))
    for start in range(len(cells)):
        if _column_of(flat(cells[start].cells[0]).strip()) != CODE:
            continue
        for width in range(8, 2, -1):
            head = tuple(c.cells[0] for c in cells[start : start + width])
            if len(head) == width and columns_of(head) and OTHER not in (columns_of(head) or ()):
                yield RawRow(cells[start].line, head)
                yield from cells[start + width :]
                return


def _stream_cells(lines: Sequence[Line]) -> Iterator[RawRow]:
    pieces: list[Line] = []
    for line in lines:
        if line.text.strip() == "|":
            if len(pieces) > 1 and _column_of(flat(pieces[-1].text).strip()) == CODE:
                pieces = pieces[-1:]  # the title of the annex stands above the first heading, without a bar
            yield RawRow(pieces[0].number if pieces else line.number, (join_pieces(p.text for p in pieces),))
            pieces = []
        elif line.text.strip():
            pieces.append(line)


def _stream_rows(cells: Sequence[RawRow], columns: Sequence[str]) -> Iterator[RawRow]:
    """Put single cells into rows: a code begins a row once the row before can be complete."""
    row: list[str] = []
    line, last = 0, ""
    for cell in cells:
        text = cell.cells[0]
        code = read_code(text)
        if code is not None and len(row) != 1 and (len(row) in (0, 2, len(columns)) or comes_next(last, code)):
            if row:
                yield RawRow(line, tuple(row))
            row, line, last = [text], cell.line, code
        elif row and len(row) < len(columns):
            row.append(text)
        elif row:
            break
    if row:
        yield RawRow(line, tuple(row))


def comes_next(before: str, code: str) -> bool:
    """Say whether one code can follow another: its first child, its next sibling, or the next of a parent."""
    if not before:
        return True
    if not (_DOTTED.fullmatch(before) and _DOTTED.fullmatch(code)):
        return True
    old, new = ([int(n) for n in c.split(".")] for c in (before, code))
    if new == [*old, 1]:
        return True
    return any(new == [*old[:depth], old[depth] + 1] for depth in range(len(old)))


def _mend(raw: Sequence[RawRow], columns: Sequence[str]) -> list[Row]:
    """Put cut rows together and cut joined cells."""
    rows: list[Row] = []
    for source in raw:
        if columns_of(source.cells) or (_NUMBERING.fullmatch("".join(source.cells)) and len(source.cells) > 2):
            continue
        if rows and len(source.cells) == 1:
            _continue(rows[-1], _loose(rows[-1], source.cells[0], columns))
            continue
        cells, is_mended = _fit(source.cells, columns)
        if rows and not _is_new(cells, rows[-1]):
            _continue(rows[-1], cells)
            continue
        rows.append(Row(source.line, cells, is_mended))
    return rows


def _loose(row: Row, text: str, columns: Sequence[str]) -> dict[str, str]:
    filled = [column for column in columns if row.get(column)]
    return {filled[-1] if filled else TITLE: text}


def _fit(cells: Sequence[str], columns: Sequence[str]) -> tuple[dict[str, str], bool]:
    """Give every cell its column; a cell too few means that two were joined."""
    wanted, given = len(columns), list(cells)
    is_mended = False
    joined = _CODE_AND_TITLE.fullmatch(given[0]) if columns[0] == CODE else None
    if joined and len(given) <= wanted:
        given[0:1] = [joined["code"], joined["title"]]
        is_mended = True
    if 2 < len(given) < wanted and columns[-1] == TIMEFRAME and (cut := begins_timeframe(given[-1])):
        given[-1:] = [given[-1][:cut].rstrip(" ;,"), given[-1][cut:].strip()]
        is_mended = True
    return {c: g for c, g in zip(columns, given, strict=False) if c != OTHER}, is_mended


def _is_new(cells: dict[str, str], before: Row) -> bool:
    """Say whether cells begin a row: they have a code, or they are whole and what came before is complete."""
    if CODE not in before.cells and CODE not in cells:
        return bool(cells.get(TITLE, "")[:1].isupper() and cells.get(LEAD))
    if read_code(cells.get(CODE, "")) is not None:
        return True
    if cells.get(CODE):
        return cells[CODE] in "-+•*"
    is_whole = all(cells.get(c, "")[:1].isupper() for c in (TITLE, LEAD)) and cells.get(TIMEFRAME, "") != ""
    own = read_timeframe(cells.get(TIMEFRAME, "")).mode != "none"
    return is_whole and own and read_timeframe(before.get(TIMEFRAME)).mode != "none"


def _continue(row: Row, cells: dict[str, str]) -> None:
    for column, text in cells.items():
        if text:
            row.cells[column] = join_pieces([row.get(column), text])


def _last_line(layout: str, lines: Sequence[Line], last: RawRow) -> int:
    if layout == "cell_per_line":
        bars = [line.number for line in lines if line.text.strip() == "|"]
        return max(bars)
    return last.line
