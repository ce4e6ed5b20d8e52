"""The story of one agency's duties: the obligations it owes and the tasks it carries on a day."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from kernel.callers import Caller
from services.registry.agency.rules import Place, RegistrySnapshot, holders_of
from services.registry.agency.store import AgencyStore
from services.registry.obligation.cycles import Register
from services.registry.obligation.duty import Duty
from services.registry.obligation.owing import place_in
from services.registry.obligation.schemas import (
    CarriedObligationRead,
    CarriedTaskRead,
    DutiesRead,
    NextCycleRead,
    written,
)
from services.registry.obligation.service import ObligationService
from services.registry.obligation.store import KeptObligation
from services.registry.plan.dated import DatedTasks
from services.registry.plan.parties import Reading, parties_on


class DutyService:
    """Says what an agency owes and carries, by itself and by confirmed succession."""

    def __init__(self, *, obligations: ObligationService, plans: DatedTasks, agencies: AgencyStore) -> None:
        self._obligations = obligations
        self._plans = plans
        self._agencies = agencies

    async def list_duties(self, caller: Caller, agency: str, day: date) -> DutiesRead:
        """Return the duties of an agency on a day."""
        await self._agencies.get_lasting(agency)
        register, kept = await self._obligations.read_register()
        in_force = [
            duty
            for duty in register.duties.values()
            if duty.holds_on(day) and caller.may_see_plan(kept[duty.id].row["plan"])
        ]
        leaves = await self._plans.list_leaf_tasks(day, register.snapshot.groups)
        tasks = [row for row in leaves if caller.may_see_plan(row.plan)]
        return DutiesRead(
            agency=agency,
            as_of=day,
            obligations=list(_owed(register, kept, in_force, agency, day)),
            orphaned=[d.id for d in in_force if _is_stuck(register, d, agency, day)],
            tasks=list(_tasks(tasks, agency, day, register.snapshot)),
            orphaned_tasks=_stuck_tasks(tasks, agency, day, register.snapshot),
        )


def _owed(
    register: Register, kept: dict[str, KeptObligation], duties: Sequence[Duty], agency: str, day: date
) -> Iterator[CarriedObligationRead]:
    for duty in duties:
        for reporter in register.owing_on(duty, day).reporters:
            if reporter.agency == agency:
                row = kept[duty.id].row
                yield CarriedObligationRead(
                    obligation=duty.id,
                    **{name: row[name] for name in NAMED},
                    duty=reporter.duty,
                    recipients=list(register.recipients_on(duty, day)),
                    next_cycle=_next_cycle(register, duty, day),
                )


NAMED = ("plan", "subject", "form", "title_vi", "title_en", "kind")


def _next_cycle(register: Register, duty: Duty, day: date) -> NextCycleRead | None:
    found = register.next_period(duty, day)
    if found is None:
        return None
    period, deadline = found
    return NextCycleRead(period=period.label, due_on=deadline.due_on, due_at=written(deadline.due_at))


def _tasks(rows: Sequence[Any], agency: str, day: date, snapshot: RegistrySnapshot) -> Iterator[CarriedTaskRead]:
    reading = Reading(day, snapshot)
    for row in rows:
        parts: dict[str, str] = {}
        for part, code, _ in parties_on(row, day):
            meant = reading.of(row.id, part, code).carriers
            printed = [carrier.printed for carrier in meant if carrier.agency == agency]
            if printed:
                parts.setdefault(part, printed[0])
        for part, printed_code in parts.items():
            yield CarriedTaskRead(
                task=row.id,
                plan=row.plan,
                title_vi=row.title_vi,
                title_en=row.title_en,
                part=part,
                printed=printed_code,
            )


def _is_stuck(register: Register, duty: Duty, agency: str, day: date) -> bool:
    """Whether an agency's part in an obligation ended with it, or with those who followed it."""
    orphaned, place = register.owing_on(duty, day).orphaned, place_in(duty.id, "reporter")
    return any(agency in holders_of(printed, day, register.snapshot, place) for printed in orphaned)


def _stuck_tasks(rows: Sequence[Any], agency: str, day: date, snapshot: RegistrySnapshot) -> list[str]:
    reading = Reading(day, snapshot)
    return [
        row.id
        for row in rows
        if any(
            agency in holders_of(printed, day, snapshot, Place("task", row.id, part))
            for part, code, _ in parties_on(row, day)
            for printed in reading.of(row.id, part, code).orphaned
        )
    ]
