"""Carrying a change of registry's schedule into cycles that are open already, and telling of it."""

from datetime import datetime
from uuid import UUID

from kernel.events import NewEvent
from kernel.ids import new_id
from services.submissions.cycle.changes import Cause, CycleChange, Reason
from services.submissions.cycle.ledger_store import LedgerStore
from services.submissions.cycle.opening import start_of
from services.submissions.cycle.tables import Occurrence
from services.submissions.cycle.telling import Teller, dated, new_occurrence
from services.submissions.projection.tables import Obligation
from services.submissions.registry_schemas import ScheduleItem

NOT_NAMED = (
    "Sổ đăng ký không còn nêu cơ quan này là đơn vị báo cáo. "
    "The registry no longer names this agency as a reporter."
)
"""Why a report is no longer owed, for people: the code beside it is for machines."""


class ChangeApplication:
    """Carries one change into the ledger and tells of it."""

    def __init__(
        self,
        store: LedgerStore,
        obligation: Obligation,
        calendar_version: str | None,
        teller: Teller,
        now: datetime,
    ) -> None:
        self._store = store
        self._obligation = obligation
        self._calendar_version = calendar_version
        self._teller = teller
        self._now = now

    async def run(self, change: CycleChange, occurrences: list[Occurrence]) -> list[NewEvent]:
        """Write the change; return the events that tell of it."""
        before = {o.id: dated(change.cycle, o) for o in occurrences}
        if change.planned is not None:
            await self._store.change_cycle(change.cycle, **self._facts(change, change.planned))
        for occurrence, duty in change.duties:
            await self._store.change_duty(occurrence, duty)
        return [
            *self._moved(change, occurrences, before),
            *await self._withdrawn(change, occurrences),
            *await self._owed_again(change, occurrences),
            *await self._added(change),
        ]

    def _facts(self, change: CycleChange, planned: ScheduleItem) -> dict[str, object]:
        facts: dict[str, object] = {
            "recipients": list(planned.recipients),
            "via": planned.via,
            "next_level": list(planned.next_level),
            "rule_version": planned.rule_version,
            "calendar_version": self._calendar_version,
            "trace": [dict(step) for step in planned.trace],
            "provisional": planned.provisional,
        }
        if change.moved is None:
            return facts
        return {
            **facts,
            "due_on": planned.due_on,
            "due_at": planned.due_at,
            "overdue_after": planned.overdue_after,
            "opens_on": planned.opens_on,
            "opens_at": start_of(planned.opens_on),
        }

    def _moved(
        self, change: CycleChange, occurrences: list[Occurrence], before: dict[UUID, dict[str, str | None]]
    ) -> list[NewEvent]:
        reason = change.moved or (Reason.LINE_CHANGED if change.line_changed else None)
        if reason is None:
            return []
        return [
            self._tell("occurrence.rescheduled", change, o, reason, before[o.id], change.cause)
            for o in occurrences
            if o.waived_at is None
        ]

    async def _withdrawn(self, change: CycleChange, occurrences: list[Occurrence]) -> list[NewEvent]:
        withdrawn = await self._store.withdraw(change.withdrawn, self._now, NOT_NAMED)
        gone = [o for o in occurrences if o.id in withdrawn]
        return [self._tell("occurrence.waived", change, o, "no_longer_owed", None) for o in gone]

    async def _owed_again(self, change: CycleChange, occurrences: list[Occurrence]) -> list[NewEvent]:
        await self._store.reinstate(change.owed_again)
        back = [o for o in occurrences if o.id in change.owed_again]
        return [self._tell("occurrence.scheduled", change, o, Reason.OWED_AGAIN, None) for o in back]

    async def _added(self, change: CycleChange) -> list[NewEvent]:
        rows = [new_occurrence(new_id(), change.cycle, r.agency, r.duty) for r in change.added]
        await self._store.add_all(rows)
        return [self._teller.tell("occurrence.scheduled", self._obligation, change.cycle, o) for o in rows]

    def _tell(
        self,
        type_: str,
        change: CycleChange,
        occurrence: Occurrence,
        reason: str,
        before: dict[str, str | None] | None,
        cause: Cause | None = None,
    ) -> NewEvent:
        return self._teller.tell(
            type_,
            self._obligation,
            change.cycle,
            occurrence,
            reason=str(reason),
            before=before,
            cause=cause.reason if cause else None,
            changed=cause.as_json() if cause else None,
        )
