"""The story of a proposal: a steward states a fact, and the registry works out everything that it touches."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog, NewEvent
from services.registry.agency.snapshot import read_snapshot
from services.registry.obligation.service import ObligationService
from services.registry.plan.stewards import Steward
from services.registry.succession import lining, showing
from services.registry.succession.checking import Fact, Finding, find_faults
from services.registry.succession.errors import SuccessionExists, SuccessionWrong
from services.registry.succession.line_store import LineStore
from services.registry.succession.outlook import Outlook
from services.registry.succession.proposing import Follower
from services.registry.succession.schemas import SuccessionCreate, SuccessionRead
from services.registry.succession.states import SuccessionState
from services.registry.succession.store import SuccessionStore
from services.registry.succession.touching import Touched, find_touched


class RecordingService:
    """Takes in facts of who followed whom."""

    def __init__(
        self,
        *,
        session: AsyncSession,
        obligations: ObligationService,
        events: EventLog,
        clock: BusinessClock,
    ) -> None:
        self._session = session
        self._store = SuccessionStore(session)
        self._lines = LineStore(session)
        self._obligations = obligations
        self._events = events
        self._clock = clock

    async def propose(
        self, body: SuccessionCreate, outlook: Outlook, steward: Steward, caller: Caller
    ) -> SuccessionRead:
        """Keep a fact as a proposal, with a line for each thing that it touches."""
        fact = fact_of(body)
        agencies = [body.predecessor, *(one.agency for one in body.successors)]
        steward.require(*(await self._store.list_provinces(agencies) or [None]))
        await self._require_possible(fact, body)
        await self._store.lock_predecessor(body.predecessor)
        succession = await self._free_code(fact, body)
        await self._store.add(_row(succession, body, outlook, steward), _successors(fact))
        touched = await self._touched(fact, outlook)
        await self._lines.add(lining.lines_of(succession, touched, fact.followers))
        shown = showing.succession(await self._store.get(succession))
        told = NewEvent(
            type="agency.changed",
            subject=body.predecessor,
            data={"agency": body.predecessor},
            after=shown.model_dump(mode="json"),
            reason=body.legal_basis,
        )
        await self._events.append(told, caller=caller)
        return shown

    async def _require_possible(self, fact: Fact, body: SuccessionCreate) -> None:
        faults: list[Finding] = find_faults(fact, await read_snapshot(self._session), self._clock.today())
        if body.instrument is not None and not await self._store.has_instrument(body.instrument):
            faults.append(
                {
                    "rule": "instrument_unknown",
                    "severity": "error",
                    "pointer": "/instrument",
                    "value": body.instrument,
                    "message": "No instrument has this code; register it first.",
                }
            )
        if faults:
            raise SuccessionWrong(faults)

    async def _free_code(self, fact: Fact, body: SuccessionCreate) -> str:
        """Return a code for the fact, or refuse what is recorded already. The predecessor is held meanwhile."""
        for known in await self._store.list_of(fact.predecessor):
            same_day = known.effective_on == fact.effective_on
            common = {one["agency"] for one in known.successors} & {f.agency for f in fact.followers}
            if same_day and common:
                raise SuccessionExists(f"{known.id} says the same.", known.id)
            if fact.ends_predecessor and known.kind != "transfer":
                raise SuccessionExists(f"{known.id} ends {fact.predecessor} already.", known.id)
        if body.id is not None:
            if await self._store.is_taken(body.id):
                raise SuccessionExists(f"The code {body.id} is taken; a code is never used again.", body.id)
            return body.id
        wanted = f"S-{fact.predecessor}-{fact.effective_on}"
        code = wanted
        times = 1
        while await self._store.is_taken(code):
            times += 1
            code = f"{wanted}-{times}"
        return code

    async def _touched(self, fact: Fact, outlook: Outlook) -> Sequence[Touched]:
        register, kept = await self._obligations.read_register()
        named = await self._lines.list_named(fact.effective_on)
        titles = {code: (one.row["title_vi"], one.row["title_en"]) for code, one in kept.items()}
        plans = {code: one.row["plan"] for code, one in kept.items()}
        scheduled = lining.open_cycles(register, plans, fact.predecessor, fact.effective_on)
        return [
            *find_touched(named, fact.predecessor, fact.last_day, register.snapshot),
            *lining.touched_occurrences(scheduled, outlook.occurrences, titles, plans, fact.predecessor),
            *lining.touched_clients(outlook.clients, fact.predecessor),
        ]


def fact_of(body: SuccessionCreate) -> Fact:
    """Return what a steward states as the rules read it."""
    followers = tuple(
        Follower(one.agency, one.kind or body.kind, one.function, one.share_percent) for one in body.successors
    )
    return Fact(body.predecessor, body.kind, body.effective_on, followers)


def _row(succession: str, body: SuccessionCreate, outlook: Outlook, steward: Steward) -> dict[str, object]:
    return {
        "id": succession,
        "predecessor": body.predecessor,
        "kind": body.kind.value,
        "effective_on": body.effective_on,
        "legal_basis": body.legal_basis,
        "instrument": body.instrument,
        "state": SuccessionState.PROPOSED.value,
        "note": body.note,
        "unknown": list(outlook.unknown),
        "proposed_by": steward.agency,
        "version": 1,
    }


def _successors(fact: Fact) -> list[dict[str, object]]:
    return [
        {"agency": f.agency, "kind": f.kind.value, "function": f.function, "share_percent": f.share_percent}
        for f in fact.followers
    ]
