"""The tasks of a table: code, title, who leads and who helps, result and timeframe of every row."""

from collections.abc import Sequence

from services.registry.document.layout import (
    CODE,
    COORD,
    LEAD,
    RESULT,
    TIMEFRAME,
    TITLE,
    Row,
    Table,
    comes_next,
    read_code,
)
from services.registry.document.lists import read_cell
from services.registry.document.names import Names
from services.registry.document.proposal import DOUBTFUL, GUESSED, LIKELY, SURE, NameRead, TaskRead
from services.registry.document.timeframes import read_timeframe


def read_tasks(table: Table, names: Names, begins: int | None) -> tuple[TaskRead, ...]:
    """Read every row of a table as a task or a heading."""
    codes = _codes_of(table.rows)
    parents = {parent_of(code, codes) for code, _, _ in codes}
    return tuple(
        _task(row, code, names, begins, codes, parents) for row, code in zip(table.rows, codes, strict=True)
    )


Coded = tuple[str, str, float]


def parent_of(code: str, codes: Sequence[Coded]) -> str | None:
    """Return the code that this one stands below: 3.2 for 3.2.1."""
    above = code.rpartition(".")[0]
    return above if above and any(c == above for c, _, _ in codes) else None


def _codes_of(rows: Sequence[Row]) -> list[Coded]:
    """Give every row its code, where it comes from, and how sure it is; rows without one are counted."""
    found: list[Coded] = []
    seen: set[str] = set()
    last = ""
    is_numbered = any(read_code(row.get(CODE)) for row in rows)
    for place, row in enumerate(rows, start=1):
        code = read_code(row.get(CODE))
        if code is None:
            code = _count_on(last, seen) if is_numbered else str(place)
            found.append((code, "derived", DOUBTFUL))
        else:
            sure = comes_next(last, code) and code not in seen
            found.append((code, "document", SURE if sure else DOUBTFUL))
        seen.add(code)
        last = code
    return found


def _count_on(last: str, seen: set[str]) -> str:
    if not last:
        return "1"
    head, _, tail = last.rpartition(".")
    number = int(tail) + 1 if tail.isdigit() else 1
    code = f"{head}.{number}" if head else f"{last}.1"
    return code if code not in seen else f"{last}.1"


def _task(
    row: Row, coded: Coded, names: Names, begins: int | None, codes: Sequence[Coded], parents: set[str | None]
) -> TaskRead:
    code, origin, sureness = coded
    leads, coordinators = read_cell(row.get(LEAD), names), read_cell(row.get(COORD), names)
    timeframe = read_timeframe(row.get(TIMEFRAME), begins)
    is_task = bool(leads or coordinators or row.get(TIMEFRAME) or row.get(RESULT))
    kind = "heading" if not is_task else "task_parent" if code in parents else "task"
    confidence = min([sureness, timeframe.confidence, *_sureness([*leads, *coordinators])])
    return TaskRead(
        line=row.line,
        code=code,
        code_origin=origin,
        parent_code=parent_of(code, codes),
        kind=kind,
        title=row.get(TITLE),
        leads=leads,
        coordinators=coordinators,
        result=row.get(RESULT),
        timeframe=timeframe,
        confidence=min(confidence, LIKELY) if row.is_mended else confidence,
    )


def _sureness(names: Sequence[NameRead]) -> list[float]:
    return [name.confidence if name.read_as else GUESSED for name in names]
