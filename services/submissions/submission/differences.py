"""Where two versions of one report differ. Values in, values out."""

from collections.abc import Iterable, Iterator, Set
from typing import Any

from services.submissions.checking.check_narrative import ALWAYS, PER_TASK
from services.submissions.disclosure.answering import SUPPRESSED
from services.submissions.submission.schemas import CellRead, Difference, DifferenceRead
from services.submissions.submission.showing import named_codes, plain_number
from services.submissions.submission.tables import Submission

Cells = dict[tuple[Any, ...], Any]


def find_differences(
    before: tuple[Submission, list[Any]], after: tuple[Submission, list[Any]], names: dict[str, list[str]]
) -> list[DifferenceRead]:
    """Return every difference in a stable order: figures, then nil declarations, then sections."""
    figures = _figures(_by_key(before[1]), _by_key(after[1]), names)
    return [*figures, *_nils(before[0], after[0]), *_sections(before[0], after[0])]


def mask_differences(found: Iterable[DifferenceRead], hidden: Set[str]) -> list[DifferenceRead]:
    """Return differences, those of hidden indicators without what stood and stands there."""
    suppressed = CellRead(status=SUPPRESSED)
    return [
        one.model_copy(update={side: suppressed for side in ("before", "after") if getattr(one, side) is not None})
        if one.indicator in hidden
        else one
        for one in found
    ]


def _by_key(rows: list[Any]) -> Cells:
    return {(row.indicator, row.d1 or "", row.d2 or "", row.d3 or "", row.d4 or ""): row for row in rows}


def _figures(before: Cells, after: Cells, names: dict[str, list[str]]) -> Iterator[DifferenceRead]:
    for key in sorted(before.keys() | after.keys()):
        one, other = _cell(before.get(key)), _cell(after.get(key))
        if one == other:
            continue
        row = after.get(key) or before[key]
        yield DifferenceRead(
            difference=_kind(one, other),
            indicator=row.indicator,
            dimensions=named_codes(row, names),
            before=one,
            after=other,
        )


def _nils(before: Submission, after: Submission) -> Iterator[DifferenceRead]:
    for table in sorted({*before.nil} ^ {*after.nil}):
        added = table in after.nil
        yield DifferenceRead(
            difference=Difference.ADDED if added else Difference.REMOVED,
            nil=table,
            before=None if added else CellRead(status="nil"),
            after=CellRead(status="nil") if added else None,
        )


def _sections(before: Submission, after: Submission) -> Iterator[DifferenceRead]:
    for key in sorted(before.narrative.keys() | after.narrative.keys()):
        one, other = _section(before.narrative.get(key)), _section(after.narrative.get(key))
        if one != other:
            yield DifferenceRead(difference=_kind(one, other), section=key, before=one, after=other)


def _cell(row: Any) -> CellRead | None:
    if row is None:
        return None
    return CellRead(value=plain_number(row.value), status=row.status, reason=row.reason)


def _section(parts: dict[str, Any] | None) -> CellRead | None:
    return None if parts is None else CellRead(**{part: parts.get(part) for part in (*ALWAYS, *PER_TASK)})


def _kind(before: CellRead | None, after: CellRead | None) -> Difference:
    if before is None:
        return Difference.ADDED
    return Difference.REMOVED if after is None else Difference.CHANGED
