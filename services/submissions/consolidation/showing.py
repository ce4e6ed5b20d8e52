"""From builds to what callers read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.submissions.consolidation.book import Book
from services.submissions.consolidation.building import Told
from services.submissions.consolidation.feeding import Feed
from services.submissions.consolidation.reading import Seen
from services.submissions.consolidation.rolling import OWN, Cell, Key
from services.submissions.consolidation.schemas import (
    AdjustmentRead,
    CellChangeRead,
    CellState,
    ConsolidationRead,
    MissingRead,
    PartRead,
    SourceChangeRead,
    SourceRead,
    TallyRead,
    TotalRead,
    WordsRead,
)
from services.submissions.consolidation.tables import (
    ConsolidationAdjustment,
    ConsolidationSource,
    Use,
)
from services.submissions.cycle.clock_words import Times, read_clock
from services.submissions.cycle.tables import State
from services.submissions.cycle.telling import dates_of
from services.submissions.submission.schemas import Difference
from services.submissions.submission.showing import plain_number

LINKS = ("cells", "changes", "narrative", "adjustments")


def show_consolidation(seen: Seen, now: datetime) -> ConsolidationRead:
    """Return a build as callers read it, with how everything below stands now."""
    built, (occurrence, cycle, obligation) = seen.built, seen.owed
    changes = _source_changes(seen.sources, seen.told)
    own = f"/v1/occurrences/{occurrence.id}/consolidation"
    frozen = built.model_dump(
        include={
            "built_at",
            "built_by",
            "form",
            "form_version",
            "left_out",
            "nil",
            "missing_decision",
            "decision_reason",
            "draft_version",
        }
    )
    return ConsolidationRead(
        **frozen,
        occurrence=occurrence.id,
        obligation=obligation.id,
        period=cycle.period,
        agency=occurrence.agency,
        build=built.number,
        cells=built.cell_count,
        partial_cells=built.partial_count,
        own_part=seen.hidden.mask_own_part(built.own),
        submission=built.submission_id,
        stale=bool(changes),
        stale_since=built.stale_at,
        source_changes=changes,
        adjustments_pending={*built.adjustments} != {str(one.id) for one in seen.adjustments},
        sources=[_show_source(one) for one in seen.sources],
        missing=[_show_missing(feed, now) for feed, use in seen.told if use is Use.MISSING],
        links={
            "self": own,
            **{name: f"{own}/{name}" for name in LINKS},
            "occurrence": f"/v1/occurrences/{occurrence.id}",
            "draft": f"/v1/occurrences/{occurrence.id}/draft",
        },
    )


def _show_source(source: ConsolidationSource) -> SourceRead:
    return SourceRead(
        number=source.number,
        occurrence=source.occurrence_id,
        submission=source.submission_id,
        version=source.version,
        agency=source.agency,
        obligation=source.obligation,
        period=source.period,
        use=Use(source.use),
    )


def _show_missing(feed: Feed, now: datetime) -> MissingRead:
    occurrence, cycle = feed.occurrence, feed.cycle
    due_on, _, overdue_after = dates_of(cycle, occurrence)
    return MissingRead(
        occurrence=occurrence.id,
        agency=occurrence.agency,
        obligation=cycle.obligation,
        period=cycle.period,
        state=State(occurrence.state),
        clock=read_clock(Times(cycle.opens_at, overdue_after, occurrence.received_at), now),
        due_on=due_on,
    )


def _source_changes(sources: Sequence[ConsolidationSource], told: Sequence[Told]) -> list[SourceChangeRead]:
    before = {one.occurrence_id: one for one in sources}
    after = {feed.occurrence.id: (feed, use) for feed, use in told}
    changes = [_source_change(before.get(id_), after.get(id_), id_) for id_ in {**before, **after}]
    return [one for one in changes if one is not None]


def _source_change(
    before: ConsolidationSource | None, after: Told | None, occurrence: UUID
) -> SourceChangeRead | None:
    feed, use = after if after is not None else (None, None)
    if before is not None and feed is not None:
        same_waiver = (before.use == Use.WAIVED) == (use == Use.WAIVED)
        if before.submission_id == feed.submission and same_waiver:
            return None
    if before is not None:
        agency, obligation, period = before.agency, before.obligation, before.period
    else:
        assert feed is not None
        agency, obligation, period = feed.occurrence.agency, feed.obligation.id, feed.cycle.period
    return SourceChangeRead(
        occurrence=occurrence,
        agency=agency,
        obligation=obligation,
        period=period,
        before=before.version if before is not None else None,
        after=feed.version if feed is not None else None,
        use_before=Use(before.use) if before is not None else None,
        use_after=use,
    )


def show_cell(row: Any, book: Book, owner: str) -> TotalRead:
    """Return one figure of the whole with what each source says."""
    return TotalRead(
        line=row.line,
        indicator=row.indicator,
        dimensions=book.named(row.indicator, (row.d1, row.d2, row.d3, row.d4)),
        value=plain_number(row.value),
        status=row.status,
        reason=row.reason,
        adjustment=_number(row.adjustment),
        partial=bool(row.missing or row.not_available),
        reports=TallyRead(
            given=row.given,
            nothing=row.nothing,
            not_available=row.not_available,
            not_applicable=row.not_applicable,
            silent=row.silent,
            missing=row.missing,
        ),
        sources=[_show_part(part, owner) for part in sorted(row.parts, key=lambda part: int(part["source"]))],
    )


def _show_part(part: dict[str, Any], owner: str) -> PartRead:
    is_own = part["source"] == OWN
    shown = is_own or bool(part["sees"])
    value = Decimal(part["value"]) if part["value"] is not None else None
    return PartRead(
        source=part["source"],
        occurrence=part["occurrence"],
        submission=part["submission"],
        version=part["version"],
        agency=owner if is_own else part["agency"],
        obligation=part["obligation"],
        period=part["period"],
        counted=part["counted"],
        shown=shown,
        value=plain_number(value) if shown else None,
        status=part["status"] if shown else None,
        reason=part["reason"] if shown else None,
    )


def find_changes(before: Mapping[Key, Any], after: Mapping[Key, Any], book: Book) -> list[CellChangeRead]:
    """Return every cell that differs, in the order of the keys."""
    keys = sorted(before.keys() | after.keys(), key=lambda key: [part or "" for part in key])
    return [
        CellChangeRead(
            difference=_difference(one, other),
            indicator=key[0],
            dimensions=book.named(key[0], key[1:]),
            before=one,
            after=other,
        )
        for key in keys
        if (one := _state(before.get(key))) != (other := _state(after.get(key)))
    ]


def _state(cell: Cell | Any | None) -> CellState | None:
    return None if cell is None else CellState(value=plain_number(cell.value), status=cell.status)


def _difference(before: CellState | None, after: CellState | None) -> Difference:
    if before is None:
        return Difference.ADDED
    return Difference.REMOVED if after is None else Difference.CHANGED


def show_words(row: Any) -> WordsRead:
    """Return one section of one source."""
    source: ConsolidationSource = row.ConsolidationSource
    assert source.submission_id is not None
    assert source.version is not None
    parts = ("status", "text", "evidence", "funding")
    return WordsRead(
        section=row.key,
        agency=source.agency,
        obligation=source.obligation,
        period=source.period,
        submission=source.submission_id,
        version=source.version,
        **{part: row.section.get(part) for part in parts},
    )


def show_adjustment(line: ConsolidationAdjustment, book: Book) -> AdjustmentRead:
    """Return a signed line."""
    named = (
        book.named(line.indicator, (line.d1, line.d2, line.d3, line.d4))
        if line.indicator in book.indicators
        else {}
    )
    facts = line.model_dump(
        include={
            "id",
            "indicator",
            "reason",
            "made_at",
            "made_by",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawn_reason",
        }
    )
    return AdjustmentRead(**facts, dimensions=named, amount=_number(line.amount))


def _number(value: Decimal) -> int | float:
    number = plain_number(value)
    assert number is not None
    return number
