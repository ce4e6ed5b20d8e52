"""From the text of a file to the proposal: cut into instruments, each read in full."""

import csv
import io
import re
from collections.abc import Sequence

from services.registry.document.annex import read_tasks
from services.registry.document.body import read_body_tasks, read_duties
from services.registry.document.instruments import is_official, read_instrument, split_instruments, valid_on
from services.registry.document.layout import Table, find_table, rows_of_records
from services.registry.document.names import NameBook
from services.registry.document.obligations import read_obligations
from services.registry.document.outline import read_outline
from services.registry.document.proposal import (
    GUESSED,
    Doubt,
    InstrumentRead,
    PartRead,
    Proposal,
    TaskRead,
)
from services.registry.document.text import Line, clean_lines

_ATTACHED = re.compile(r"kèm theo\s+\S+\s+\S+\s+số:?\s*(?P<number>[\w/]*/\S+)", re.IGNORECASE)


def read_document(text: str, book: NameBook) -> Proposal:
    """Read an official document; a text that is none gives a proposal without parts."""
    parts = (_read_part(lines, book) for lines in split_instruments(clean_lines(text)))
    return Proposal(tuple(part for part in parts if part is not None))


def read_csv(text: str, book: NameBook) -> Proposal:
    """Read the annex of a plan as a CSV file: a line of headings, then one task in every record."""
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    cleaned = "\n".join(line.text for line in clean_lines(text))
    table = rows_of_records(list(csv.reader(io.StringIO(cleaned), dialect)))
    if table is None:
        return Proposal(())
    instrument = InstrumentRead(1, None, None, None, None, None, None, (), GUESSED)
    names = book.on(None, None)
    tasks = read_tasks(table, names, None)
    obligations = read_obligations((), tasks, names)
    return Proposal((PartRead("csv", instrument, tasks, (), obligations, _unresolved(tasks)),))


def _read_part(lines: Sequence[Line], book: NameBook) -> PartRead | None:
    table = find_table(lines)
    body = [line for line in lines if table is None or not table.first <= line.number <= table.last]
    items = read_outline(body)
    if not is_official(lines, items) and table is None:
        return None
    instrument = read_instrument(lines, items, book)
    day = valid_on(instrument)
    names = book.on(day, instrument.province)
    begins = day.year if day else None
    tasks = read_tasks(table, names, begins) if table else read_body_tasks(items, names, begins)
    return PartRead(
        layout=table.layout if table else "body",
        instrument=instrument,
        tasks=tasks,
        duties=read_duties(items, names) if table or not tasks else (),
        obligations=read_obligations(items, tasks if table else (), names),
        doubts=(*_misprints(lines, instrument, table), *_unresolved(tasks)),
    )


def _misprints(lines: Sequence[Line], instrument: InstrumentRead, table: Table | None) -> tuple[Doubt, ...]:
    """Warn where an annex says that it belongs to another number than the instrument has."""
    if table is None or instrument.number is None:
        return ()
    head = [line for line in lines if table.first - 12 <= line.number < table.first]
    found = [(line, m["number"].rstrip(".,;")) for line in head if (m := _ATTACHED.search(line.text))]
    return tuple(
        Doubt(line.number, "number_differs", f"The annex names {number}, the head {instrument.number}.")
        for line, number in found
        if number != instrument.number
    )


def _unresolved(tasks: Sequence[TaskRead]) -> tuple[Doubt, ...]:
    unresolved = [(t, n) for t in tasks for n in (*t.leads, *t.coordinators) if n.read_as is None]
    return tuple(Doubt(task.line, "name_unresolved", f"{task.code}: {name.printed}") for task, name in unresolved)
