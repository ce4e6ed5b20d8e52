"""Where two versions of one report differ. Values in, values out."""

from collections.abc import Iterable, Iterator, Set
from decimal import Decimal
from typing import Any

from services.submissions.checking.check_narrative import ALWAYS, PER_TASK
from services.submissions.disclosure.answering import SUPPRESSED
from services.submissions.submission.schemas import CellRead, Difference, DifferenceRead
from services.submissions.submission.showing import named_codes, plain_number
from services.submissions.submission.tables import Submission


def show_changed(rows: Iterable[Any], names: dict[str, list[str]]) -> Iterator[DifferenceRead]:
    """Give the figures that two versions do not have alike, as callers read them."""
    for row in rows:
        before = _cell(row.value_before, row.status_before, row.reason_before)
        after = _cell(row.value_after, row.status_after, row.reason_after)
        yield DifferenceRead(
            difference=_kind(before, after),
            indicator=row.indicator,
            dimensions=named_codes(row, names),
            before=before,
            after=after,
        )


def find_other_differences(before: Submission, after: Submission) -> list[DifferenceRead]:
    """Return every difference that is not in a figure: nil declarations, then sections."""
    return [*_nils(before, after), *_sections(before, after)]


def mask_differences(found: Iterable[DifferenceRead], hidden: Set[str]) -> list[DifferenceRead]:
    """Return differences, those of hidden indicators without what stood and stands there."""
    suppressed = CellRead(status=SUPPRESSED)
    return [
        one.model_copy(update={side: suppressed for side in ("before", "after") if getattr(one, side) is not None})
        if one.indicator in hidden
        else one
        for one in found
    ]


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


def _cell(value: Decimal | None, status: str | None, reason: str | None) -> CellRead | None:
    return None if status is None else CellRead(value=plain_number(value), status=status, reason=reason)


def _section(parts: dict[str, Any] | None) -> CellRead | None:
    return None if parts is None else CellRead(**{part: parts.get(part) for part in (*ALWAYS, *PER_TASK)})


def _kind(before: CellRead | None, after: CellRead | None) -> Difference:
    if before is None:
        return Difference.ADDED
    return Difference.REMOVED if after is None else Difference.CHANGED
