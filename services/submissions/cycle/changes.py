"""What the ledger must change to agree with registry's schedule. Values in, changes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.registry_schemas import CalendarChange, ReporterAnswer, ScheduleItem

NO_LONGER_OWED = "no_longer_owed"
"""The waiver code of an occurrence whose agency no longer owes it."""

CycleKey = tuple[str, str]


class Reason(StrEnum):
    """Why a published occurrence changed."""

    RULE_CHANGED = "rule_changed"
    CALENDAR_CHANGED = "calendar_changed"
    REGISTRY_CORRECTED = "registry_corrected"
    LINE_CHANGED = "recipient_line_changed"
    DATE_SET = "date_set_by_recipient"
    OWED_AGAIN = "owed_again"


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changed the rule or the calendar, by which document, and why."""

    by: str
    reason: str
    source: str | None = None
    day: date | None = None

    def as_json(self) -> dict[str, str]:
        """Return the cause as an event carries it."""
        told = {"by": self.by, "reason": self.reason, "source": self.source, "day": self.day}
        return {name: str(value) for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class CycleChange:
    """What changes in one cycle that is open already."""

    cycle: Cycle
    planned: ScheduleItem | None
    moved: Reason | None = None
    cause: Cause | None = None
    line_changed: bool = False
    retraced: bool = False
    added: tuple[ReporterAnswer, ...] = ()
    owed_again: tuple[UUID, ...] = ()
    withdrawn: tuple[UUID, ...] = ()
    duties: tuple[tuple[UUID, str], ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether anything changes at all."""
        return bool(
            self.moved
            or self.line_changed
            or self.retraced
            or self.added
            or self.owed_again
            or self.withdrawn
            or self.duties
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """What registry planned, under one calendar."""

    calendar_version: str | None
    items: Mapping[CycleKey, ScheduleItem]
    calendar_changes: Sequence[CalendarChange] = ()


def find_changes(
    kept: Iterable[tuple[Cycle, list[Occurrence]]], schedule: Schedule, today: date
) -> list[CycleChange]:
    """Compare open cycles with the schedule. Closed ones and the answered past stay as they are."""
    changes = (
        _compare(cycle, occurrences, schedule, today) for cycle, occurrences in kept if cycle.closed_at is None
    )
    return [change for change in changes if change.is_any]


def _compare(cycle: Cycle, occurrences: list[Occurrence], schedule: Schedule, today: date) -> CycleChange:
    planned = schedule.items.get((cycle.obligation, cycle.period))
    may_owe_anew = reference_day(cycle) >= today
    if planned is None:
        gone = [o.id for o in occurrences if _is_open(o)] if may_owe_anew else []
        return CycleChange(cycle, None, withdrawn=tuple(gone))
    who = _compare_reporters(occurrences, planned) if may_owe_anew else _Reporters()
    moved = _why_moved(cycle, planned, schedule.calendar_version)
    return CycleChange(
        cycle,
        planned,
        moved=moved,
        cause=_cause_of(moved, cycle, planned, schedule.calendar_changes),
        line_changed=_line(cycle) != _line(planned),
        retraced=_is_retraced(cycle, planned, schedule.calendar_version),
        added=who.added,
        owed_again=who.owed_again,
        withdrawn=who.withdrawn,
        duties=who.duties,
    )


def reference_day(cycle: Cycle) -> date:
    """Return the day on which one must exist to owe: the earlier of the period's last day and the due day."""
    return min(cycle.period_end, cycle.due_on or cycle.period_end)


@dataclass(frozen=True, slots=True)
class _Reporters:
    added: tuple[ReporterAnswer, ...] = ()
    owed_again: tuple[UUID, ...] = ()
    withdrawn: tuple[UUID, ...] = ()
    duties: tuple[tuple[UUID, str], ...] = ()


def _compare_reporters(occurrences: list[Occurrence], planned: ScheduleItem) -> _Reporters:
    owing = {reporter.agency: reporter for reporter in planned.reporters}
    known = {occurrence.agency: occurrence for occurrence in occurrences}
    return _Reporters(
        added=tuple(reporter for agency, reporter in owing.items() if agency not in known),
        owed_again=tuple(o.id for a, o in known.items() if a in owing and o.waiver_code == NO_LONGER_OWED),
        withdrawn=tuple(o.id for a, o in known.items() if a not in owing and _is_open(o)),
        duties=tuple((o.id, owing[a].duty) for a, o in known.items() if a in owing and o.duty != owing[a].duty),
    )


def _is_open(occurrence: Occurrence) -> bool:
    return occurrence.state in (State.OWED, State.DRAFT)


def _why_moved(cycle: Cycle, planned: ScheduleItem, calendar_version: str | None) -> Reason | None:
    if cycle.date_set_by is not None or _dates(cycle) == _dates(planned):
        return None
    if cycle.rule_version != planned.rule_version:
        return Reason.RULE_CHANGED
    if cycle.calendar_version != calendar_version:
        return Reason.CALENDAR_CHANGED
    return Reason.REGISTRY_CORRECTED


def _cause_of(
    moved: Reason | None, cycle: Cycle, planned: ScheduleItem, calendar: Sequence[CalendarChange]
) -> Cause | None:
    """Return who moved a date: the author of the rule's version, or of the newest override near the two days."""
    if moved is Reason.RULE_CHANGED and planned.rule_author:
        return Cause(planned.rule_author, planned.rule_reason or "")
    if moved is not Reason.CALENDAR_CHANGED:
        return None
    known = number_of(cycle.calendar_version)
    fresh = [change for change in calendar if change.number > known]
    days = [day for day in (cycle.period_end, cycle.due_on, planned.due_on) if day is not None]
    near = [change for change in fresh if min(days) <= change.day <= max(days)]
    found = next(iter(near or fresh), None)
    return Cause(found.author, found.reason, found.source, found.day) if found else None


def number_of(calendar_version: str | None) -> int:
    """Return the number of the newest override in a calendar version, its last part."""
    last = (calendar_version or "").rpartition("+")[2]
    return int(last) if last.isdigit() else 0


def _dates(one: Cycle | ScheduleItem) -> tuple[date | None, datetime | None, datetime | None, date | None]:
    return one.due_on, one.due_at, one.overdue_after, one.opens_on


def _line(one: Cycle | ScheduleItem) -> tuple[list[str], str | None, list[str]]:
    return list(one.recipients), one.via, list(one.next_level)


def _is_retraced(cycle: Cycle, planned: ScheduleItem, calendar_version: str | None) -> bool:
    return (cycle.rule_version, cycle.calendar_version, cycle.provisional) != (
        planned.rule_version,
        calendar_version,
        planned.provisional,
    )
