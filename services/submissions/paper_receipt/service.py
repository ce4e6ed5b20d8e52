"""Recording reports that came outside this platform, confirming them, and taking that back."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from kernel.stored_files import store
from kernel.uploads import Upload
from services.submissions.attachment.store import chunk, stored
from services.submissions.cycle.errors import OccurrenceNotFound
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.store import CycleStore
from services.submissions.cycle.telling import Teller
from services.submissions.cycle.viewer import Viewer
from services.submissions.exception.rules import require_owed
from services.submissions.paper_receipt import rules, telling
from services.submissions.paper_receipt.errors import PaperReceiptNotFound, PaperReceiptPending
from services.submissions.paper_receipt.schemas import PaperReceiptCreate
from services.submissions.paper_receipt.store import FoundReceipt, PaperReceiptStore
from services.submissions.paper_receipt.tables import PaperReceipt, ReceiptState
from services.submissions.review.store import ReviewStore
from services.submissions.submission.store import SubmissionStore


class PaperReceiptService:
    """Back-filled receipts: recorded by one person of the recipient, confirmed by another."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, teller: Teller) -> None:
        self._session = session
        self._store = PaperReceiptStore(session)
        self._ledger = CycleStore(session)
        self._submissions = SubmissionStore(session)
        self._clock = clock
        self._teller = teller

    async def record(self, caller: Caller, occurrence_id: UUID, body: PaperReceiptCreate) -> FoundReceipt:
        """Keep that a report came; it does not count yet."""
        viewer = await self._viewer(caller)
        owed = await self._ledger.find_occurrence(viewer, occurrence_id)
        if owed is None:
            raise OccurrenceNotFound()
        occurrence, cycle, obligation = owed
        viewer.require_recipient(obligation, cycle)
        await self._submissions.lock(occurrence, cycle)
        require_owed(occurrence, cycle)
        rules.require_possible_day(body.received_on, cycle, self._clock.today())
        pending = await self._store.find_pending(occurrence.id)
        if pending is not None:
            raise PaperReceiptPending(pending)
        receipt = PaperReceipt(
            id=new_id(),
            occurrence_id=occurrence.id,
            state=ReceiptState.RECORDED,
            **body.model_dump(),
            recorded_at=self._clock(),
            recorded_by=caller.acting_agency,
            recorded_client=caller.client,
        )
        await self._store.add(receipt)
        await self._tell(caller, telling.tell_audit(self._teller, owed, receipt, "recorded", body.note))
        return await self._get(viewer, receipt.id)

    async def keep_evidence(self, caller: Caller, receipt_id: UUID, upload: Upload) -> FoundReceipt:
        """Keep the scanned report or its e-office sheet; until the confirmation another may take its place."""
        viewer, found = await self._claim(caller, receipt_id)
        rules.require_recorded(found[0])
        await store(self._session, stored, chunk, upload, self._clock())
        await self._store.change(
            found[0],
            evidence=upload.sha256,
            evidence_name=upload.name,
            evidence_type=upload.media_type,
            evidence_length=upload.length,
        )
        return await self._get(viewer, receipt_id)

    async def confirm(self, caller: Caller, receipt_id: UUID) -> FoundReceipt:
        """Let a second person say that it is so: the report counts, by the day on which it came."""
        viewer, found = await self._claim(caller, receipt_id)
        receipt, occurrence, cycle, obligation = found
        rules.require_confirmable(receipt, caller.client)
        require_owed(occurrence, cycle)
        now = self._clock()
        await self._store.change(
            receipt,
            state=ReceiptState.CONFIRMED,
            confirmed_at=now,
            confirmed_by=caller.acting_agency,
            confirmed_client=caller.client,
        )
        twins = await self._submissions.list_twins(occurrence, cycle, obligation)
        answered = [found[1:], *(twin for twin in twins if twin[0].received_at is None)]
        at = rules.instant_of(receipt.received_on, now)
        await self._store.count_in([one[0] for one in answered], receipt, at)
        await self._tell(
            caller,
            telling.tell_audit(self._teller, found[1:], receipt, "confirmed", None),
            *(telling.tell_counted(self._teller, one, receipt) for one in answered),
        )
        return await self._get(viewer, receipt_id)

    async def withdraw(self, caller: Caller, receipt_id: UUID, reason: str) -> FoundReceipt:
        """Take a receipt back; what stood on it is owed again."""
        viewer, found = await self._claim(caller, receipt_id)
        receipt, occurrence, *_ = found
        rules.require_withdrawable(receipt, occurrence)
        await self._store.change(
            receipt,
            state=ReceiptState.WITHDRAWN,
            withdrawn_at=self._clock(),
            withdrawn_by=caller.acting_agency,
            withdrawn_reason=reason,
        )
        owed_again = await ReviewStore(self._session).list_owed(await self._store.count_out(receipt))
        await self._tell(
            caller,
            telling.tell_audit(self._teller, found[1:], receipt, "withdrawn", reason),
            *(telling.tell_owed_again(self._teller, owed, reason) for owed in owed_again),
        )
        return await self._get(viewer, receipt_id)

    async def list_all(
        self,
        caller: Caller,
        occurrence: UUID | None,
        state: ReceiptState | None,
        *,
        limit: int,
        after: UUID | None,
    ) -> list[FoundReceipt]:
        """Return one more than `limit` receipts that the caller may see."""
        return await self._store.list_all(await self._viewer(caller), occurrence, state, limit=limit, after=after)

    async def get(self, caller: Caller, receipt: UUID) -> FoundReceipt:
        """Return one receipt that the caller may see."""
        return await self._get(await self._viewer(caller), receipt)

    async def _claim(self, caller: Caller, receipt: UUID) -> tuple[Viewer, FoundReceipt]:
        """Find a receipt, prove the right to settle it, and hold what it stands for."""
        viewer = await self._viewer(caller)
        _, occurrence, cycle, obligation = await self._get(viewer, receipt)
        viewer.require_recipient(obligation, cycle)
        await self._submissions.lock(occurrence, cycle)
        return viewer, await self._get(viewer, receipt)

    async def _viewer(self, caller: Caller) -> Viewer:
        return await read_viewer(self._session, caller, self._clock.today())

    async def _get(self, viewer: Viewer, receipt: UUID) -> FoundReceipt:
        found = await self._store.find(viewer, receipt)
        if found is None:
            raise PaperReceiptNotFound()
        return found

    async def _tell(self, caller: Caller, *events: NewEvent) -> None:
        await EventLog(self._session, self._clock).append(*events, caller=caller)
