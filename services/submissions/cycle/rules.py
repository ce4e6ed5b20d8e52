"""What may be opened, dated and closed. Values in, value or refusal out."""

from collections.abc import Sequence
from datetime import date

from kernel.clock import end_of_day
from services.submissions.cycle.errors import (
    CycleAlready,
    DateGivenByRule,
    DatePassed,
    NotAdHoc,
    PeriodOutsideValidity,
)
from services.submissions.cycle.periods import read_period
from services.submissions.cycle.tables import Cycle
from services.submissions.cycle.viewer import Viewer
from services.submissions.projection.tables import Obligation, each_of
from services.submissions.registry_schemas import ScheduleItem

PERIODIC, AD_HOC = "periodic", "ad_hoc"


def may_open(viewer: Viewer, obligation: Obligation) -> bool:
    """Say whether the viewer is a recipient or the steward of an obligation."""
    if not viewer.caller.may_see_plan(obligation.plan):
        return False
    line = (*obligation.recipients, *each_of(obligation.via), obligation.steward)
    return any(agency in viewer.stands_for for agency in line)


def require_ad_hoc(obligation: Obligation) -> None:
    """Refuse a report of one's own where the duty is not ad hoc."""
    if obligation.kind != AD_HOC:
        raise NotAdHoc(obligation.id, obligation.kind)


def plan_on_request(obligation: Obligation, period: str, above: Sequence[str] = ()) -> ScheduleItem:
    """Return a cycle without a date, for a period that registry's schedule does not have.

    `above` is the next level where the obligation names an agency for it.
    """
    days = read_period(period)
    starts_late = obligation.valid_from is not None and days.end < obligation.valid_from
    ended = obligation.valid_to is not None and days.end > obligation.valid_to
    if obligation.kind == PERIODIC or starts_late or ended:
        raise PeriodOutsideValidity(obligation.id, period)
    return ScheduleItem(
        obligation=obligation.id,
        period=period,
        period_start=days.start,
        period_end=days.end,
        recipients=tuple(obligation.recipients),
        via=obligation.via,
        next_level=tuple(above),
    )


def with_date(item: ScheduleItem, due_on: date | None, today: date) -> ScheduleItem:
    """Return the cycle with the date that the recipient gives, where the rule gives none."""
    if due_on is None:
        return item
    if item.due_on is not None:
        raise DateGivenByRule(item.due_on)
    _require_ahead(due_on, today)
    due_at = end_of_day(due_on)
    return item.model_copy(update={"due_on": due_on, "due_at": due_at, "overdue_after": due_at})


def require_settable(cycle: Cycle, due_on: date, today: date) -> None:
    """Refuse a date where the rule gives one, or one that has passed."""
    if cycle.due_on is not None and cycle.date_set_by is None:
        raise DateGivenByRule(cycle.due_on)
    _require_ahead(due_on, today)


def require_other_state(cycle: Cycle, closed: bool) -> None:
    """Refuse to close what is closed, or to reopen what is open."""
    if closed == (cycle.closed_at is not None):
        raise CycleAlready("closed" if closed else "open")


def _require_ahead(due_on: date, today: date) -> None:
    if due_on < today:
        raise DatePassed(due_on, today)
