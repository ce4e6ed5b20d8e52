"""The stories of obligations: read, explained, previewed, and put into the schedule of the other services."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.paging import Page, cut, read_cursor
from services.registry.agency.snapshot import read_snapshot
from services.registry.calendar.schemas import OverridePreview
from services.registry.calendar.store import CalendarStore, fact_of
from services.registry.obligation import shaping
from services.registry.obligation.changing_schemas import CalendarPreviewRead
from services.registry.obligation.cycles import Register
from services.registry.obligation.deadlines import require_rule
from services.registry.obligation.duty import Duty
from services.registry.obligation.errors import ObligationUnknown
from services.registry.obligation.explaining import explain_people
from services.registry.obligation.periods import require_parts
from services.registry.obligation.preview import Change, base_of, compare, compare_calendars
from services.registry.obligation.schemas import (
    ExplainRead,
    InsideObligation,
    InsideSchedule,
    ObligationRead,
    PreviewCreate,
    PreviewRead,
)
from services.registry.obligation.store import KeptObligation, ObligationStore, Wanted

BEFORE = AFTER = timedelta(days=366)
"""How far around a moved day one looks for due days that move with it."""


class ObligationService:
    """Says who has to report what, to whom, by when, and why."""

    def __init__(
        self, *, store: ObligationStore, calendar: CalendarStore, session: AsyncSession, clock: BusinessClock
    ) -> None:
        self._store = store
        self._calendar = calendar
        self._session = session
        self._clock = clock

    async def list_page(
        self, caller: Caller, wanted: Wanted, owed_by: str | None, day: date, cursor: str | None, limit: int
    ) -> Page[ObligationRead]:
        """Return a page of obligations by code; with `owed_by`, those that an agency owes on the day."""
        wanted = replace(wanted, plans=caller.plans or None)
        if owed_by is not None:
            register, _ = await self.read_register()
            wanted = replace(wanted, ids=_owed_on(register, owed_by, day))
        after = read_cursor(cursor, str)
        rows = await self._store.list_page(wanted, after[0] if after else None, limit + 1)
        page, next_cursor = cut(rows, limit, lambda kept: (kept.row["id"],))
        snapshot = await read_snapshot(self._session)
        return Page(items=[shaping.obligation(kept, day, snapshot) for kept in page], next_cursor=next_cursor)

    async def get(self, caller: Caller, obligation: str, day: date) -> ObligationRead:
        """Return one obligation."""
        kept = await self.get_kept(caller, obligation)
        return shaping.obligation(kept, day, await read_snapshot(self._session))

    async def explain(self, caller: Caller, obligation: str, period: str | None) -> ExplainRead:
        """Say when a cycle is due and who owes it, with every step; by default the cycle that comes next."""
        register, kept = await self.read_register()
        duty = _open_duty(kept, caller, obligation, register)
        cycle = register.cycle_of(duty, period) if period else register.next_cycle(duty)
        people = explain_people(cycle, duty, register.snapshot)
        names = await self._store.read_names(cycle.owing.agencies, cycle.owing.day)
        return shaping.explanation(kept[obligation], cycle, people, names, register.calendar.version)

    async def preview(self, caller: Caller, body: PreviewCreate) -> PreviewRead:
        """Say what a changed rule would move. Nothing is kept."""
        register, kept = await self.read_register()
        duty = _open_duty(kept, caller, body.obligation, register)
        changed = kept[duty.id].duty_under(body.rule.columns(), body.applies_from)
        require_parts(changed.periods)
        require_rule(changed.deadline)
        moves = list(compare(register, changed, body.first, body.last))
        return PreviewRead(
            obligation=duty.id,
            rule_version=duty.rule_version,
            calendar_version=register.calendar.version,
            base=base_of(register, duty.id),
            changed=sum(move.change is not Change.UNCHANGED for move in moves),
            items=[shaping.move(move) for move in moves],
        )

    async def preview_override(self, body: OverridePreview) -> CalendarPreviewRead:
        """Say what due days an override of the calendar would move. Nothing is kept."""
        register, _ = await self.read_register()
        calendar = register.calendar.with_override(body.day, body.kind, fact_of(body))
        first, last = body.first or body.day - BEFORE, body.last or body.day + AFTER
        moves = list(compare_calendars(register, calendar, first, last))
        return CalendarPreviewRead(
            calendar_version=register.calendar.version,
            first=first,
            last=last,
            changed=len(moves),
            items=[shaping.move(move) for move in moves],
        )

    async def read_cycle(self, obligation: str, period: str) -> InsideSchedule:
        """Return one cycle by its label, also of an obligation that has none by itself."""
        register, _ = await self.read_register()
        duty = register.duties.get(obligation)
        if duty is None:
            raise ObligationUnknown(obligation)
        cycle = register.cycle_of(duty, period)
        return shaping.schedule(register.calendar, [cycle])

    async def list_inside(self) -> list[InsideObligation]:
        """Return every obligation for the other services, its recipient line as it stands today."""
        register, kept = await self.read_register()
        return [shaping.inside_obligation(one, register) for one in kept.values()]

    async def read_schedule(self, first: date, last: date, only: Sequence[str]) -> InsideSchedule:
        """Return the cycles whose anchor lies in a span."""
        register, _ = await self.read_register()
        for obligation in only:
            if obligation not in register.duties:
                raise ObligationUnknown(obligation)
        return shaping.schedule(register.calendar, register.cycles_between(first, last, only))

    async def read_register(self) -> tuple[Register, dict[str, KeptObligation]]:
        """Load every row that the rules need, in seven statements."""
        kept = await self._store.read_all()
        register = Register(
            duties={code: one.duty for code, one in kept.items()},
            snapshot=await read_snapshot(self._session),
            parents=await self._store.read_parents(),
            calendar=await self._calendar.read_calendar(),
            today=self._clock.today(),
        )
        return register, kept

    async def get_kept(self, caller: Caller, obligation: str) -> KeptObligation:
        """Return an obligation that the caller is open to, as it is kept."""
        found = await self._store.list_page(Wanted(ids=[obligation], plans=caller.plans or None), None, 1)
        if not found:
            raise ObligationUnknown(obligation)
        return found[0]


def _open_duty(kept: dict[str, KeptObligation], caller: Caller, obligation: str, register: Register) -> Duty:
    """Return an obligation that the caller is open to, or refuse."""
    if obligation not in kept or not caller.may_see_plan(kept[obligation].row["plan"]):
        raise ObligationUnknown(obligation)
    return register.duties[obligation]


def _owed_on(register: Register, agency: str, day: date) -> list[str]:
    return [
        duty.id
        for duty in register.duties.values()
        if duty.holds_on(day) and agency in register.owing_on(duty, day).agencies
    ]
