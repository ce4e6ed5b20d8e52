"""The stories of successions that stand: read, their lines read and changed, withdrawn."""

from datetime import date

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.etags import require_match
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.plan.stewards import Steward
from services.registry.succession import showing
from services.registry.succession.checking import find_foreign
from services.registry.succession.errors import (
    ChoiceWrong,
    LineDecided,
    LineFollows,
    LineUnknown,
    SuccessionConfirmed,
    SuccessionWithdrawn,
)
from services.registry.succession.line_store import HIDDEN_FROM_READERS, LineStore
from services.registry.succession.rights import require_steward
from services.registry.succession.schemas import LineRead, LineUpdate, SuccessionRead, SuccessionWithdraw
from services.registry.succession.states import LineKind, LineState, SuccessionState
from services.registry.succession.store import SuccessionStore


class SuccessionService:
    """Says who followed whom, and what goes to whom."""

    def __init__(
        self, *, store: SuccessionStore, lines: LineStore, events: EventLog, clock: BusinessClock
    ) -> None:
        self._store = store
        self._lines = lines
        self._events = events
        self._clock = clock

    async def list_successions(
        self, wanted: dict[str, str | None], cursor: str | None, limit: int
    ) -> Page[SuccessionRead]:
        """Return a page of the successions, oldest first."""
        after = read_cursor(cursor, date.fromisoformat, str)
        rows = await self._store.list_successions(wanted, after, limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.effective_on, row.id))
        return Page(items=[showing.succession(row) for row in page], next_cursor=next_cursor)

    async def get(self, succession: str) -> SuccessionRead:
        """Return one succession."""
        return showing.succession(await self._store.get(succession))

    async def list_lines(
        self, caller: Caller, succession: str, wanted: dict[str, str | None], cursor: str | None, limit: int
    ) -> Page[LineRead]:
        """Return a page of what a succession touches, as far as the caller may see it."""
        fact = await self._store.get(succession)
        after = read_cursor(cursor, int)
        hidden = () if may_see_clients(caller) else HIDDEN_FROM_READERS
        rows = await self._lines.list_page(
            succession, wanted, caller.plans, hidden, after[0] if after else 0, limit + 1
        )
        page, next_cursor = cut(rows, limit, lambda row: (row.number,))
        return Page(items=[showing.line(row, fact) for row in page], next_cursor=next_cursor)

    async def get_line(self, caller: Caller, succession: str, number: int) -> tuple[LineRead, str]:
        """Return one line, and the ETag of its succession that a change must name."""
        fact = await self._store.get(succession)
        row = await self._lines.get(succession, number, caller.plans)
        if row.kind == LineKind.CLIENT and not may_see_clients(caller):
            raise LineUnknown(succession, number)
        return showing.line(row, fact), showing.etag(showing.succession(fact))

    async def change_line(
        self, succession: str, number: int, body: LineUpdate, if_match: str, steward: Steward, caller: Caller
    ) -> tuple[LineRead, str]:
        """Propose other receivers for a line that is open."""
        await self._store.lock(succession)
        fact = await self._store.get(succession)
        await require_steward(self._store, steward, fact)
        row = await self._lines.get(succession, number, caller.plans)
        if fact.state == SuccessionState.WITHDRAWN:
            raise SuccessionWithdrawn(succession)
        if row.follows is not None:
            raise LineFollows(number, row.follows)
        if row.state != LineState.PROPOSED:
            raise LineDecided([number])
        require_match(if_match, showing.etag(showing.succession(fact)))
        receivers = list(dict.fromkeys(body.receivers))
        if wrong := list(find_foreign(receivers, [one["agency"] for one in fact.successors], "/receivers")):
            raise ChoiceWrong(wrong)
        await self._lines.propose(succession, number, receivers)
        await self._store.change(succession)
        return await self.get_line(caller, succession, number)

    async def withdraw(
        self, succession: str, body: SuccessionWithdraw, if_match: str, steward: Steward, caller: Caller
    ) -> SuccessionRead:
        """Take a proposal back; it stays readable. Twice with the same reason is once."""
        await self._store.lock(succession)
        fact = await self._store.get(succession)
        await require_steward(self._store, steward, fact)
        before = showing.succession(fact)
        if (fact.state, fact.reason) == (SuccessionState.WITHDRAWN, body.reason):
            return before
        if fact.state == SuccessionState.WITHDRAWN:
            raise SuccessionWithdrawn(succession)
        if fact.state == SuccessionState.CONFIRMED:
            raise SuccessionConfirmed(succession)
        require_match(if_match, showing.etag(before))
        await self._store.change(
            succession,
            state=SuccessionState.WITHDRAWN.value,
            reason=body.reason,
            decided_by=steward.agency,
            decided_at=self._clock(),
        )
        after = await self.get(succession)
        told = NewEvent(
            type="agency.changed",
            subject=fact.predecessor,
            data={"agency": fact.predecessor},
            before=before.model_dump(mode="json"),
            after=after.model_dump(mode="json"),
            reason=body.reason,
        )
        await self._events.append(told, caller=caller)
        return after


def may_see_clients(caller: Caller) -> bool:
    """Say whether a caller may know which systems an agency runs."""
    return caller.has_scope("registry:write") or caller.has_scope("admin")
