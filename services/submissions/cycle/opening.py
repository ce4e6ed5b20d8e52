"""What a cycle starts with: its dates and line from registry, and the form version that its period is bound to."""

from datetime import date, datetime
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import VIETNAM
from kernel.ids import new_id
from services.submissions.cycle.tables import Cycle, Origin
from services.submissions.projection.tables import Obligation
from services.submissions.registry_schemas import ScheduleItem


class FormShelf(Protocol):
    """The published forms."""

    async def refresh(self, session: AsyncSession) -> None:
        """Learn of versions that were published since."""

    def find_version(self, form: str, period_end: date) -> int | None:
        """Return the version that applies to a period, or None when there is none."""


def open_cycle(
    item: ScheduleItem,
    obligation: Obligation,
    forms: FormShelf,
    calendar_version: str | None,
    origin: Origin,
    now: datetime,
    *,
    history: bool = False,
) -> Cycle:
    """Return the row of a cycle that is open from now on."""
    form_version = forms.find_version(obligation.form, item.period_end) if obligation.form else None
    return Cycle(
        id=new_id(),
        obligation=item.obligation,
        period=item.period,
        period_start=item.period_start,
        period_end=item.period_end,
        origin=origin.value,
        opened_at=now,
        history=history,
        provisional=item.provisional,
        opens_on=item.opens_on,
        opens_at=start_of(item.opens_on),
        due_on=item.due_on,
        due_at=item.due_at,
        overdue_after=item.overdue_after,
        recipients=list(item.recipients),
        via=item.via,
        next_level=list(item.next_level),
        form=obligation.form if form_version is not None else None,
        form_version=form_version,
        rule_version=item.rule_version,
        calendar_version=calendar_version,
        trace=[dict(step) for step in item.trace],
    )


def start_of(day: date | None) -> datetime | None:
    """Return the first instant of a day in Viet Nam."""
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
