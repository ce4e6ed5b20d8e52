"""The story of a confirmation: the predecessor ends, and from the day on each duty is where a steward decided."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.etags import require_match
from kernel.events import EventLog, NewEvent
from services.registry.agency.change_schemas import AgencyUpdate
from services.registry.agency.rules import SuccessionKind
from services.registry.agency.service import AgencyService
from services.registry.agency.snapshot import read_snapshot
from services.registry.plan.stewards import Steward
from services.registry.succession import showing
from services.registry.succession.checking import Fact, find_faults
from services.registry.succession.deciding import Decision, decide, is_repeated
from services.registry.succession.errors import SuccessionWithdrawn, SuccessionWrong
from services.registry.succession.events import confirmed_event
from services.registry.succession.line_store import LineStore
from services.registry.succession.rights import require_steward
from services.registry.succession.schemas import SuccessionConfirm, SuccessionRead
from services.registry.succession.states import LineKind, SuccessionState
from services.registry.succession.store import SuccessionStore

WHATEVER_VERSION = "*"
"""The steward based the confirmation on a version of the succession, not of the agency."""


class ConfirmingService:
    """Lets successions hold."""

    def __init__(
        self, *, session: AsyncSession, agencies: AgencyService, events: EventLog, clock: BusinessClock
    ) -> None:
        self._session = session
        self._store = SuccessionStore(session)
        self._lines = LineStore(session)
        self._agencies = agencies
        self._events = events
        self._clock = clock

    async def confirm(
        self, succession: str, body: SuccessionConfirm, if_match: str, steward: Steward, caller: Caller
    ) -> SuccessionRead:
        """Confirm lines, or all. What is confirmed already stays; nothing new is the same answer again."""
        await self._store.lock(succession)
        row = await self._store.get(succession)
        await require_steward(self._store, steward, row)
        if row.state == SuccessionState.WITHDRAWN:
            raise SuccessionWithdrawn(succession)
        before, kept = showing.succession(row), await self._lines.list_all(succession)
        fact, is_first = _fact(row), row.state == SuccessionState.PROPOSED
        lines, chosen = [showing.line_to_decide(line) for line in kept], _chosen(body)
        if not is_first and is_repeated(lines, chosen, ends_predecessor=fact.ends_predecessor):
            return before
        require_match(if_match, showing.etag(before))
        decisions = decide(
            lines, chosen, [f.agency for f in fact.followers], ends_predecessor=fact.ends_predecessor
        )
        if is_first:
            await self._require_still_possible(fact)
            await self._end_predecessor(fact, row.legal_basis, steward, caller)
        await self._keep(succession, decisions, steward)
        after = showing.succession(await self._store.get(succession))
        told = [*_told(fact, before, after, is_first), *_obligations_told(kept, decisions, is_first)]
        await self._events.append(*told, caller=caller)
        return after

    async def _require_still_possible(self, fact: Fact) -> None:
        faults = find_faults(fact, await read_snapshot(self._session), self._clock.today())
        if faults:
            raise SuccessionWrong(faults)

    async def _end_predecessor(self, fact: Fact, reason: str, steward: Steward, caller: Caller) -> None:
        """Let the predecessor end on the day before, if it has not; what it was until then stays."""
        if not fact.ends_predecessor:
            return
        predecessor = await self._agencies.get(fact.predecessor, fact.last_day)
        if predecessor.valid_to != fact.last_day:
            ending = AgencyUpdate(valid_to=fact.last_day, reason=reason)
            await self._agencies.change(fact.predecessor, ending, WHATEVER_VERSION, steward, caller)

    async def _keep(self, succession: str, decisions: Sequence[Decision], steward: Steward) -> None:
        now = self._clock()
        await self._lines.decide(succession, decisions, steward.agency, now)
        state = SuccessionState.CONFIRMED.value
        await self._store.change(succession, state=state, decided_by=steward.agency, decided_at=now)


def _fact(row: Any) -> Fact:
    return Fact(row.predecessor, SuccessionKind(row.kind), row.effective_on, showing.followers(row))


def _chosen(body: SuccessionConfirm) -> dict[int, tuple[str, ...] | None] | None:
    if body.lines is None:
        return None
    return {one.number: None if one.receivers is None else tuple(one.receivers) for one in body.lines}


def _told(fact: Fact, before: SuccessionRead, after: SuccessionRead, is_first: bool) -> Iterator[NewEvent]:
    if is_first:
        for follower in fact.followers:
            yield confirmed_event(after.id, fact.predecessor, follower.agency, fact.effective_on)
    yield NewEvent(
        type="agency.changed",
        subject=fact.predecessor,
        data={"agency": fact.predecessor},
        before=before.model_dump(mode="json"),
        after=after.model_dump(mode="json"),
        reason=after.legal_basis,
    )


def _obligations_told(kept: Sequence[Any], decisions: Sequence[Decision], is_first: bool) -> list[NewEvent]:
    """At first every obligation that the succession touches: what is not decided yet is carried by nobody."""
    decided = {one.number for one in decisions}
    touched = [
        line.item for line in kept if line.kind == LineKind.OBLIGATION and (is_first or line.number in decided)
    ]
    return [
        NewEvent(type="obligation.changed", subject=item, data={"obligation": item})
        for item in dict.fromkeys(touched)
    ]
