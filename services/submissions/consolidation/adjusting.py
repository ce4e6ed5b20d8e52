"""Adjustments: signed lines against double counting, with a reason and an author. Never removed."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.errors import ScopeMissing
from kernel.events import EventLog
from kernel.ids import new_id
from services.submissions.consolidation.book import Book, in_slots
from services.submissions.consolidation.building import Builder
from services.submissions.consolidation.errors import (
    AdjustmentNotWhole,
    AdjustmentWithdrawn,
    CellNotSummed,
    CellUnknown,
    ConsolidationNotFound,
)
from services.submissions.consolidation.masking import Hidden, hidden_in
from services.submissions.consolidation.rolling import Key
from services.submissions.consolidation.schemas import AdjustmentCreate
from services.submissions.consolidation.service import find_own
from services.submissions.consolidation.store import ConsolidationStore
from services.submissions.consolidation.tables import ConsolidationAdjustment
from services.submissions.consolidation.telling import tell_adjusted
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.telling import Teller
from services.submissions.disclosure.rights import is_closed, scope_for
from services.submissions.form.definition import RollUpRule
from services.submissions.form.shelf import FormShelf


class AdjustmentService:
    """Keeps adjustments. They count from the next build on."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf, teller: Teller) -> None:
        self._session = session
        self._store = ConsolidationStore(session)
        self._builder = Builder(session=session, forms=forms)
        self._clock = clock
        self._teller = teller

    async def make(
        self, caller: Caller, occurrence: UUID, body: AdjustmentCreate
    ) -> tuple[ConsolidationAdjustment, Book]:
        """Add a line to a cell of the latest build. Whoever may not read the cell cannot try it with amounts."""
        owed = await find_own(self._session, self._clock, caller, occurrence)
        await self._store.lock(occurrence)
        latest = await self._store.find_latest(occurrence)
        if latest is None:
            raise ConsolidationNotFound()
        book = await self._builder.fetch_book(latest.forms)
        key = _require_summed(book, body)
        table = book.indicators[body.indicator].table
        if is_closed(caller, table):
            raise ScopeMissing(scope_for(table.code))
        if await self._store.find_cell(latest.id, key) is None:
            raise CellUnknown(body.indicator)
        indicator, d1, d2, d3, d4 = key
        line = ConsolidationAdjustment(
            id=new_id(),
            occurrence_id=occurrence,
            indicator=indicator,
            d1=d1,
            d2=d2,
            d3=d3,
            d4=d4,
            amount=body.amount,
            reason=body.reason,
            made_at=self._clock(),
            made_by=caller.acting_agency,
            client=caller.client,
        )
        await self._store.add_adjustment(line)
        await EventLog(self._session, self._clock).append(tell_adjusted(self._teller, owed, line), caller=caller)
        return line, book

    async def withdraw(
        self, caller: Caller, occurrence: UUID, adjustment: UUID, reason: str
    ) -> tuple[ConsolidationAdjustment, Book]:
        """Take a line back; it stays readable."""
        owed = await find_own(self._session, self._clock, caller, occurrence)
        await self._store.lock(occurrence)
        latest = await self._store.find_latest(occurrence)
        line = await self._store.find_adjustment(occurrence, adjustment)
        if latest is None or line is None:
            raise ConsolidationNotFound()
        if line.withdrawn_at is not None:
            raise AdjustmentWithdrawn()
        line.withdrawn_at, line.withdrawn_by = self._clock(), caller.acting_agency
        line.withdrawn_reason = reason
        await self._store.add_adjustment(line)
        await EventLog(self._session, self._clock).append(tell_adjusted(self._teller, owed, line), caller=caller)
        return line, await self._builder.fetch_book(latest.forms)

    async def list_all(
        self, caller: Caller, occurrence: UUID, *, limit: int, after: UUID | None
    ) -> tuple[list[ConsolidationAdjustment], Book, Hidden]:
        """Return one more than `limit` lines, those taken back too, to whoever may see the consolidation."""
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._store.find_seen(viewer, occurrence)
        if found is None:
            raise ConsolidationNotFound()
        lines = await self._store.list_adjustments(occurrence, limit=limit, after=after)
        book = await self._builder.fetch_book(found[0].forms)
        return lines, book, hidden_in(book, viewer, found[1][0].agency, is_from_below=True)


def _require_summed(book: Book, body: AdjustmentCreate) -> Key:
    """Return the key of the cell that is meant; refuse what is no cell, no sum, or a part of a count."""
    asked = book.indicators.get(body.indicator)
    if asked is None or set(body.dimensions) != set(asked.names):
        raise CellUnknown(body.indicator)
    rule = asked.indicator.roll_up.across_agencies
    if rule is not RollUpRule.SUM:
        raise CellNotSummed(body.indicator, rule)
    if asked.indicator.number == "integer" and body.amount % 1:
        raise AdjustmentNotWhole(body.indicator, body.amount)
    return (body.indicator, *in_slots([body.dimensions[name] for name in asked.names]))
