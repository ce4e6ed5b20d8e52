"""The doors of reminders: what is planned and was told, and the ladder behind it."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query

from kernel.callers import AnyCaller
from kernel.clock import in_vietnam
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router
from services.notifications.dependencies import BusinessNow, Reminders, Told
from services.notifications.reminder.journal import ReminderFilter
from services.notifications.reminder.rules import preview
from services.notifications.reminder.schemas import (
    PolicyRead,
    PreviewRead,
    ReminderRead,
    StateWord,
    shown,
    shown_policy,
    shown_preview,
)

router = Router(prefix="/v1", tags=["reminders"])

Code = Annotated[str, Query(min_length=1, max_length=100)]


@router.get("/reminders", response_model=Page[ReminderRead])
async def list_reminders(
    caller: Told,
    reminders: Reminders,
    agency: Annotated[str | None, Query(max_length=100, description="Who is told.")] = None,
    occurrence: UUID | None = None,
    state: StateWord | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List reminders that tell the caller's agency, or are about what is owed to its recipient line."""
    wanted = ReminderFilter(agency=agency, occurrence=occurrence, state=state)
    key = read_cursor(cursor, datetime.fromisoformat, UUID)
    after = (key[0], key[1]) if key else None
    rows = await reminders.list_seen_by(caller.acting_agency, caller.plans, wanted, after=after, limit=limit + 1)
    items, following = cut(rows, limit, lambda row: (in_vietnam(row.fires_at), str(row.id)))
    return {"items": [shown(row) for row in items], "next_cursor": following}


@router.get("/reminders/preview", response_model=PreviewRead)
async def preview_reminders(
    _: AnyCaller,
    reminders: Reminders,
    now: BusinessNow,
    obligation: Code,
    due_on: Annotated[date, Query(ge=date(2000, 1, 1), le=date(2100, 1, 1), examples=["2026-07-04"])],
) -> dict[str, Any]:
    """Show what a due day would tell whom and when, and what of it is past; nothing is planned."""
    _policy, ladder = await reminders.ladder_of(obligation)
    steps = [shown_preview(one) for one in preview(ladder, due_on, now)]
    return {"obligation": obligation, "due_on": due_on, "steps": steps}


@router.get("/reminder-policies/{obligation}", response_model=PolicyRead)
async def get_policy(
    _: AnyCaller, reminders: Reminders, obligation: Annotated[str, Path(max_length=100)]
) -> dict[str, Any]:
    """Read the ladder in force for an obligation; without its own it is the default one."""
    return shown_policy(obligation, *await reminders.ladder_of(obligation))
