"""Writing plans inside a transaction at hand: check a draft, publish it as the next version. No event, no rights."""

from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.plan.drafts import DutyDraft, PartyDraft, PlanDraft, TaskDraft, TimeframeDraft
from services.registry.plan.findings import Finding

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
    raise NotImplementedError


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
    that amends it, default itself. `in_force_from` is not after today; default the day that the instrument takes
    effect or was issued, else today in Viet Nam. Refuses with PlanContentRefused and every finding.
    """
    raise NotImplementedError
