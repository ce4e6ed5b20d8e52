"""The inside doors for agencies, tasks and the calendar; never routed by the gateway."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query

from kernel.database import Session
from kernel.web import Router
from services.registry.agency.snapshot import read_snapshot
from services.registry.agency.versions import Version, shown_on
from services.registry.calendar.dependencies import Calendar
from services.registry.calendar.rules import SATURDAY
from services.registry.days import Day
from services.registry.dependencies import AsOf, Clock, InsideReader
from services.registry.inside.store import list_agencies, list_derivations, list_plans
from services.registry.plan.dated import DatedTasks
from services.registry.plan.parties import agencies_of, parties_on
from services.registry.plan.tables import TaskPart

router = Router(include_in_schema=False)

NAMES = ("name_vi", "name_en", "kind", "province", "parent", "time_zone")


@router.get("/internal/agencies")
async def agencies(_: InsideReader, session: Session, clock: Clock) -> dict[str, Any]:
    """Every agency under its present name, ended ones under their last."""
    today = clock.today()
    return {"items": [_agency(row, today) for row in await list_agencies(session)]}


@router.get("/internal/tasks")
async def tasks(_: InsideReader, session: Session, as_of: AsOf) -> dict[str, Any]:
    """The leaf tasks of all plans with the agencies that carry them on a day."""
    snapshot = await read_snapshot(session)
    rows = await DatedTasks(session).list_leaf_tasks(as_of, snapshot.groups)
    parts = {"leads": TaskPart.LEAD, "coordinators": TaskPart.COORDINATOR}
    items = [
        {
            "id": row.id,
            "plan": row.plan,
            "code": row.code,
            "title_vi": row.title_vi,
            "title_en": row.title_en,
            "timeframe_vi": row.timeframe_vi,
            **{
                name: agencies_of(row.id, parties_on(row, as_of), part, as_of, snapshot)
                for name, part in parts.items()
            },
        }
        for row in rows
    ]
    return {"items": items}


@router.get("/internal/task-derivations")
async def task_derivations(_: InsideReader, session: Session) -> dict[str, Any]:
    """Which task of a derived plan carries out which line of the plan above, with that line's title."""
    return {"items": [dict(row._mapping) for row in await list_derivations(session)]}


@router.get("/internal/plans")
async def plans(_: InsideReader, session: Session) -> dict[str, Any]:
    """Every plan with its steward, the plan it derives from, and what its instrument is called."""
    return {"items": [dict(row._mapping) for row in await list_plans(session)]}


@router.get("/internal/unusual-days")
async def unusual_days(
    _: InsideReader,
    calendar: Calendar,
    first: Annotated[Day, Query(alias="from", description="First day.")],
    to: Annotated[Day, Query(description="Last day, included.")],
) -> dict[str, Any]:
    """The days of a span that are not as the week makes them: days off, and make-up Saturdays."""
    found = await calendar.list_days(first, to)
    unusual = [day for day in found.items if day.is_working != (day.on.weekday() < SATURDAY)]
    return {
        "calendar_version": found.calendar_version,
        "items": [{"day": day.on, "is_working": day.is_working} for day in unusual],
    }


def _agency(row: Any, today: date) -> dict[str, Any]:
    shown = shown_on([_version(one) for one in row.versions], today)
    return {
        "id": row.id,
        **{name: getattr(shown, name) for name in NAMES},
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "successors": row.successors,
    }


def _version(kept: dict[str, Any]) -> Version:
    days = {side: date.fromisoformat(kept[side]) if kept[side] else None for side in ("valid_from", "valid_to")}
    return Version(**{**kept, **days})
