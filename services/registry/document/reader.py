"""From what a file says to the proposal: cut into instruments, each read in full."""

import re
from collections.abc import Iterator, Sequence

from services.registry.document.annex import read_tasks
from services.registry.document.body import read_body_tasks
from services.registry.document.doubts import (
    code_repeated,
    lead_one_of_several,
    name_unresolved,
    number_differs,
    timeframe_unread,
)
from services.registry.document.duties import read_duties
from services.registry.document.files import csv_source, read_file
from services.registry.document.grids import read_grids
from services.registry.document.instruments import is_official, read_instrument, split_instruments, valid_on
from services.registry.document.layout import Table, find_table
from services.registry.document.names import NameBook
from services.registry.document.obligations import read_obligations
from services.registry.document.outline import read_outline
from services.registry.document.proposal import GUESSED, Doubt, InstrumentRead, PartRead, Proposal, TaskRead
from services.registry.document.sources import Grid, Source
from services.registry.document.text import Line, clean_lines

_ATTACHED = re.compile(r"kèm theo\s+\S+\s+\S+\s+số:?\s*(?P<number>[\w/]*/\S+)", re.IGNORECASE)


def read_bytes(content: bytes, media_type: str, book: NameBook) -> Proposal:
    """Read a file; one that is unsafe, too long or of another type than it says is refused with a problem."""
    return read_source(read_file(content, media_type), book)


def read_document(text: str, book: NameBook) -> Proposal:
    """Read an official document as text; a text that is none gives a proposal without parts."""
    return read_source(Source("text", tuple(clean_lines(text))), book)


def read_csv(text: str, book: NameBook) -> Proposal:
    """Read the annex of a plan as a CSV file: a line of headings, then one task in every record."""
    return read_source(csv_source(text), book)


def read_source(source: Source, book: NameBook) -> Proposal:
    """Read what a file says, instrument by instrument."""
    cut = list(split_instruments(source.lines))
    begins = [lines[0].number if lines and i else 0 for i, lines in enumerate(cut)]
    parts = (
        _read_part(lines, [g for g in source.grids if _lies(g, begins, i)], source.kind, book)
        for i, lines in enumerate(cut)
    )
    return Proposal(tuple(part for part in parts if part is not None), source.kind, source.places)


def _lies(grid: Grid, begins: Sequence[int], part: int) -> bool:
    """Say whether a grid belongs to this instrument: the last that begins before it."""
    return max(i for i, begin in enumerate(begins) if begin <= grid.rows[0].line) == part


def _read_part(lines: Sequence[Line], grids: Sequence[Grid], kind: str, book: NameBook) -> PartRead | None:
    cells = read_grids(kind, grids)
    table = cells or find_table(lines)
    body = [line for line in lines if cells or table is None or not table.first <= line.number <= table.last]
    items = read_outline(body)
    if not is_official(lines, items) and table is None:
        return None
    instrument = read_instrument(lines, items, book)
    day = valid_on(instrument)
    names = book.on(day, instrument.province)
    begins = day.year if day else None
    tasks = read_tasks(table, names, begins) if table else read_body_tasks(items, names, begins)
    obligations = read_obligations(items, tasks if table else (), names)
    return PartRead(
        layout=table.layout if table else "body",
        instrument=instrument,
        tasks=tasks,
        duties=read_duties(items, names) if table or not tasks else (),
        obligations=obligations,
        doubts=(
            *_misprints(lines, instrument, table),
            *_unresolved(tasks),
            *_of_tasks(tasks),
        ),
    )


def _misprints(lines: Sequence[Line], instrument: InstrumentRead, table: Table | None) -> tuple[Doubt, ...]:
    """Warn where an annex says that it belongs to another number than the instrument has."""
    if table is None or instrument.number is None:
        return ()
    head = [line for line in lines if table.first - 12 <= line.number < table.first]
    found = [(line, m["number"].rstrip(".,;")) for line in head if (m := _ATTACHED.search(line.text))]
    return tuple(
        number_differs(line.number, number, instrument.number)
        for line, number in found
        if number != instrument.number
    )


def _unresolved(tasks: Sequence[TaskRead]) -> tuple[Doubt, ...]:
    unresolved = [(t, n) for t in tasks for n in (*t.leads, *t.coordinators) if n.read_as is None]
    return tuple(name_unresolved(task.line, task.code, name.printed) for task, name in unresolved)


def _of_tasks(tasks: Sequence[TaskRead]) -> Iterator[Doubt]:
    seen: set[str] = set()
    for task in tasks:
        if task.code in seen:
            yield code_repeated(task.line, task.code)
        seen.add(task.code)
        if len(task.leads) > 1 and all(n.read_as and n.confidence == GUESSED for n in task.leads):
            yield lead_one_of_several(task.line, task.code)
        if task.timeframe.printed.strip() and task.timeframe.mode == "none":
            yield timeframe_unread(task.line, task.code, task.timeframe.printed)
