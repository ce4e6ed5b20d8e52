"""Writing plans inside a transaction at hand: check a draft, publish it as the next version.

Rights and events are the business of whoever opens the door.
"""

from datetime import date, datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import day_in_vietnam
from services.registry.agency.snapshot import read_snapshot
from services.registry.instrument.store import InstrumentStore
from services.registry.plan.checking import Known, find_all
from services.registry.plan.content import rows_of
from services.registry.plan.drafts import DutyDraft, PartyDraft, PlanDraft, TaskDraft, TimeframeDraft
from services.registry.plan.errors import PlanVersionDayWrong
from services.registry.plan.findings import Finding, PlanContentRefused, errors_among
from services.registry.plan.versions import VersionStore
from services.registry.validity import ONE_DAY

__all__ = [
    "DutyDraft",
    "Finding",
    "PartyDraft",
    "PlanDraft",
    "TaskDraft",
    "TimeframeDraft",
    "check_draft",
    "publish_draft",
]


async def check_draft(session: AsyncSession, plan_id: str, draft: PlanDraft, *, day: date) -> list[Finding]:
    """Return everything that is wrong or doubtful in a draft, as if it came into force on a day.

    Errors keep it from being published, warnings do not. Writes nothing.
    """
    return find_all(plan_id, draft, await _read_known(session, plan_id, draft), day)


async def publish_draft(
    session: AsyncSession,
    plan_id: str,
    draft: PlanDraft,
    *,
    author: str,
    reason: str,
    now: datetime,
    instrument: str | None = None,
    in_force_from: date | None = None,
) -> int:
    """Publish a draft as the next version of a plan and return its number; 1 makes the plan.

    `plan_id` is the code of the instrument that orders the plan and must be registered. `instrument` is the one
    that amends it, default itself. `in_force_from` is not after today; default the day on which the instrument
    takes effect or was issued, else today in Viet Nam. Refuses with PlanContentRefused and every finding.
    """
    store = VersionStore(session)
    await store.lock(plan_id)
    ordering = await InstrumentStore(session).get(instrument or plan_id)
    latest = await store.find_latest(plan_id)
    day = _day_of(in_force_from, ordering, latest, day_in_vietnam(now), amends_itself=ordering.id == plan_id)
    known = await _read_known(session, plan_id, draft)
    findings = find_all(plan_id, draft, known, day)
    if errors_among(findings):
        raise PlanContentRefused(findings)
    number = 1 if latest is None else latest.version + 1
    if latest is not None:
        await store.close(latest, day - ONE_DAY, await store.read_present(plan_id))
    await store.put(plan_id, rows_of(plan_id, draft, known.snapshot.groups.keys()), number)
    facts = {"plan": plan_id, "version": number, "instrument": ordering.id, "author": author, "reason": reason}
    await store.add({**facts, "published_at": now}, day)
    return number


def _day_of(asked: date | None, ordering: Any, latest: Any, today: date, *, amends_itself: bool) -> date:
    """Return the day from which the new version holds: none begins in the future, or before the one it follows."""
    printed: date | None = ordering.effective_on or ordering.issued_on
    if asked is None and latest is not None and amends_itself:
        printed = None
    day = asked or printed or today
    if day > today:
        raise PlanVersionDayWrong(f"It would come into force on {day}, which is ahead; publish it then.", day)
    if latest is not None and latest.in_force_from is not None and day <= latest.in_force_from:
        raise PlanVersionDayWrong(
            f"Version {latest.version} is in force from {latest.in_force_from}; the next begins later.",
            day,
        )
    return day


async def _read_known(session: AsyncSession, plan_id: str, draft: PlanDraft) -> Known:
    store = VersionStore(session)
    return Known(
        snapshot=await read_snapshot(session),
        tasks_above=await store.list_task_ids(draft.derives_from) if draft.derives_from else (),
        objectives=await store.list_objectives(),
        derivations=await store.read_derivations(),
        referrers=await store.list_referrers(plan_id),
    )
