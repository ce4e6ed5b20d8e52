"""The stories of the calendar: which days are working days, and a day that the Government moves."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from kernel.callers import Caller
from kernel.clock import VIETNAM, BusinessClock
from kernel.errors import PreconditionFailed
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.calendar.rules import require_span
from services.registry.calendar.schemas import DayRead, OverrideCreate, OverrideRead, WorkingDays
from services.registry.calendar.store import CalendarStore
from services.registry.plan.stewards import Steward

BoundObligations = Callable[[], Awaitable[Sequence[str]]]
"""Finds the obligations whose deadlines depend on working days."""


class CalendarService:
    """Keeps the calendar, and tells which deadlines may have moved with it."""

    def __init__(
        self, *, store: CalendarStore, bound: BoundObligations, events: EventLog, clock: BusinessClock
    ) -> None:
        self._store = store
        self._bound = bound
        self._events = events
        self._clock = clock

    async def list_days(self, first: date, last: date) -> WorkingDays:
        """Judge every day of a span."""
        require_span(first, last)
        calendar = await self._store.read_calendar()
        days = list(calendar.days(first, last))
        return WorkingDays(
            items=[DayRead.model_validate(day, from_attributes=True) for day in days],
            calendar_version=calendar.version,
            provisional_years=[y for y in range(first.year, last.year + 1) if not calendar.is_decreed(y)],
            working_days=sum(day.is_working for day in days),
        )

    async def list_overrides(
        self, first: date | None, last: date | None, cursor: str | None, limit: int
    ) -> Page[OverrideRead]:
        """Return a page of the overrides, in the order in which they came."""
        after = read_cursor(cursor, int)
        rows = await self._store.list_overrides(first, last, after[0] if after else None, limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row["number"],))
        return Page(items=[_shown(row) for row in page], next_cursor=next_cursor)

    async def add_override(self, body: OverrideCreate, steward: Steward, caller: Caller) -> OverrideRead:
        """Keep what the Government made of a day, and tell of every obligation that rolls or counts by it."""
        steward.require(None)
        await self._store.lock()
        await self._require_version(body.calendar_version)
        said = body.model_dump(exclude={"calendar_version"})
        row = {**said, "author": caller.acting_agency, "recorded_at": self._clock()}
        added = _shown({**await self._store.add(row), "counts": True})
        reason = f"{body.day}: {body.kind}. {body.reason}"
        changed = NewEvent(
            type="calendar.changed",
            subject=body.day.isoformat(),
            data={"day": body.day.isoformat(), "override": added.number},
            after=added.model_dump(mode="json"),
            reason=reason,
        )
        told = [
            NewEvent(
                type="obligation.changed",
                subject=obligation,
                data={"obligation": obligation},
                after={"calendar_override": added.number},
                reason=reason,
            )
            for obligation in await self._bound()
        ]
        await self._events.append(changed, *told, caller=caller)
        return added

    async def _require_version(self, previewed: str | None) -> None:
        if previewed is None:
            return
        version = (await self._store.read_calendar()).version
        if previewed != version:
            raise PreconditionFailed("The calendar has moved on; preview again.", calendar_version=version)


def _shown(row: Any) -> OverrideRead:
    return OverrideRead.model_validate({**row, "recorded_at": row["recorded_at"].astimezone(VIETNAM)})
