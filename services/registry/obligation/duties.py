"""The story of one agency's duties: the obligations it owes and the tasks it carries on a day."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from kernel.callers import Caller
from services.registry.agency.rules import Carrier, RegistrySnapshot, expand
from services.registry.agency.store import AgencyStore
from services.registry.obligation.cycles import Register
from services.registry.obligation.duty import Duty
from services.registry.obligation.owing import recipients_on
from services.registry.obligation.schemas import (
    CarriedObligationRead,
    CarriedTaskRead,
    DutiesRead,
    NextCycleRead,
    written,
)
from services.registry.obligation.service import ObligationService
from services.registry.obligation.store import KeptObligation
from services.registry.plan.parties import parties_on
from services.registry.plan.store import PlanStore


class DutyService:
    """Says what an agency owes and carries, by itself and by confirmed succession."""

    def __init__(self, *, obligations: ObligationService, plans: PlanStore, agencies: AgencyStore) -> None:
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
        tasks = [row for row in await self._plans.list_leaf_tasks() if caller.may_see_plan(row.plan)]
        return DutiesRead(
            agency=agency,
            as_of=day,
            obligations=list(_owed(register, kept, in_force, agency, day)),
            orphaned=[d.id for d in in_force if agency in register.owing_on(d, day).orphaned],
            tasks=list(_tasks(tasks, agency, day, register.snapshot)),
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
                    recipients=list(recipients_on(duty.recipient, day, register.snapshot)),
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
    meant: dict[str, tuple[Carrier, ...]] = {}
    for row in rows:
        parts: dict[str, str] = {}
        for part, code, _ in parties_on(row, day):
            if code not in meant:
                meant[code] = expand([code], day, snapshot).carriers
            printed = [carrier.printed for carrier in meant[code] if carrier.agency == agency]
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
