"""The doors of consolidations: build, read cell by cell, see what changed, adjust."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query

from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page, cut, read_cursor, write_cursor
from kernel.web import Router
from services.submissions.consolidation.dependencies import Adjustments, Consolidated, Consolidations
from services.submissions.consolidation.schemas import (
    AdjustmentCreate,
    AdjustmentRead,
    AdjustmentWithdraw,
    ChangesRead,
    ConsolidationCreate,
    ConsolidationRead,
    TotalRead,
    WordsRead,
)
from services.submissions.consolidation.showing import (
    find_changes,
    show_adjustment,
    show_cell,
    show_consolidation,
    show_words,
)
from services.submissions.dependencies import SINGLE_KEYS, Reader, Reporter, TheParts
from services.submissions.language import Language

router = Router(
    prefix="/v1/occurrences/{occurrence}/consolidation", tags=["consolidation"], dependencies=[SINGLE_KEYS]
)


@router.post("", status_code=201)
async def build_consolidation(
    occurrence: UUID,
    caller: Reporter,
    _: Once,
    consolidations: Consolidations,
    consolidated: Consolidated,
    parts: TheParts,
    language: Language,
    body: Annotated[ConsolidationCreate | None, Body()] = None,
) -> ConsolidationRead:
    """Build the report that you owe from the accepted reports below, your own part and your adjustments.

    Each call is a new build. The draft is written when no report is missing, or when you go on without them;
    words in the draft stay. Submit the draft as any other.
    """
    await consolidations.build(caller, occurrence, body or ConsolidationCreate(), language)
    return show_consolidation(await consolidated.get(caller, occurrence), parts.clock())


@router.get("")
async def get_consolidation(
    occurrence: UUID, caller: Reader, consolidated: Consolidated, parts: TheParts
) -> ConsolidationRead:
    """Read the latest build: its sources and their versions, who is missing, and whether it is stale.

    Others than the owner see the latest build that was submitted.
    """
    return show_consolidation(await consolidated.get(caller, occurrence), parts.clock())


@router.get("/cells")
async def list_cells(
    occurrence: UUID,
    caller: Reader,
    consolidated: Consolidated,
    indicator: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[TotalRead]:
    """List the figures of the latest build, each with its sources: who said what in which version."""
    (after,) = read_cursor(cursor, int) or (0,)
    rows, book, owner, hidden = await consolidated.list_cells(
        caller, occurrence, indicator=indicator, limit=limit, after=after
    )
    page, following = cut(rows, limit, lambda row: (row.line,))
    return Page(items=[hidden.mask_total(show_cell(row, book, owner)) for row in page], next_cursor=following)


@router.get("/changes")
async def list_changes(
    occurrence: UUID,
    caller: Reader,
    consolidated: Consolidated,
    language: Language,
    since: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="The number of an earlier build.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ChangesRead:
    """List cell by cell what building anew would change; with `since`, what changed since an earlier build."""
    (after,) = read_cursor(cursor, int) or (0,)
    after = max(after, 0)
    builds, before, now, book, hidden = await consolidated.compare(caller, occurrence, since, language)
    changes = find_changes(before, now, book)
    reached = after + limit
    return ChangesRead(
        from_build=builds[0],
        to_build=builds[1],
        items=[hidden.mask_change(one) for one in changes[after:reached]],
        next_cursor=write_cursor(reached) if reached < len(changes) else None,
    )


@router.get("/narrative")
async def list_narrative(
    occurrence: UUID, caller: Reader, consolidated: Consolidated, limit: Limit = 50, cursor: Cursor = None
) -> Page[WordsRead]:
    """List what the sources say in words, section by section, with who said it. Nothing is merged."""
    after = read_cursor(cursor, str, int) or ("", 0)
    rows = await consolidated.list_words(caller, occurrence, limit=limit, after=(after[0], after[1]))
    page, following = cut(rows, limit, lambda row: (row.key, row.ConsolidationSource.number))
    return Page(items=[show_words(row) for row in page], next_cursor=following)


@router.get("/adjustments")
async def list_adjustments(
    occurrence: UUID, caller: Reader, adjustments: Adjustments, limit: Limit = 50, cursor: Cursor = None
) -> Page[AdjustmentRead]:
    """List the adjustments in the order in which they were made, those taken back too."""
    (after,) = read_cursor(cursor, UUID) or (None,)
    rows, book, hidden = await adjustments.list_all(caller, occurrence, limit=limit, after=after)
    page, following = cut(rows, limit, lambda row: (row.id,))
    return Page(items=[hidden.mask_adjustment(show_adjustment(row, book)) for row in page], next_cursor=following)


@router.post("/adjustments", status_code=201)
async def make_adjustment(
    occurrence: UUID, body: AdjustmentCreate, caller: Reporter, _: Once, adjustments: Adjustments
) -> AdjustmentRead:
    """Add a signed line to one cell, against double counting. It counts from the next build on."""
    return show_adjustment(*await adjustments.make(caller, occurrence, body))


@router.post("/adjustments/{adjustment}/withdraw")
async def withdraw_adjustment(
    occurrence: UUID,
    adjustment: UUID,
    body: AdjustmentWithdraw,
    caller: Reporter,
    _: Once,
    adjustments: Adjustments,
) -> AdjustmentRead:
    """Take a line back. It stays readable, and does not count from the next build on."""
    return show_adjustment(*await adjustments.withdraw(caller, occurrence, adjustment, body.reason))
