"""When a receipt may be recorded, confirmed and taken back. Values in, value or refusal out."""

from datetime import date, datetime

from kernel.clock import end_of_day
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.paper_receipt.errors import (
    EvidenceMissing,
    PaperReceiptSettled,
    ReceiptInUse,
    ReceivedDayWrong,
    SecondPersonNeeded,
)
from services.submissions.paper_receipt.tables import PaperReceipt, ReceiptState


def require_possible_day(day: date, cycle: Cycle, today: date) -> None:
    """Refuse a day that lies ahead, or before the cycle took reports."""
    first = cycle.opens_on or cycle.period_start
    if not first <= day <= today:
        raise ReceivedDayWrong(day, first, today)


def require_recorded(receipt: PaperReceipt) -> None:
    """Refuse to change what is settled."""
    if receipt.state != ReceiptState.RECORDED:
        raise PaperReceiptSettled(receipt.state)


def require_confirmable(receipt: PaperReceipt, client: str) -> None:
    """Refuse the one who recorded it, and a receipt without evidence."""
    require_recorded(receipt)
    if receipt.recorded_client == client:
        raise SecondPersonNeeded()
    if receipt.evidence is None:
        raise EvidenceMissing()


def require_withdrawable(receipt: PaperReceipt, occurrence: Occurrence) -> None:
    """Refuse to withdraw twice, or when the report stands on the receipt."""
    if receipt.state == ReceiptState.WITHDRAWN:
        raise PaperReceiptSettled(receipt.state)
    if receipt.state == ReceiptState.CONFIRMED and occurrence.submission_id is not None:
        raise ReceiptInUse()


def instant_of(received_on: date, now: datetime) -> datetime:
    """Return when a report of that day counts as received: in time on its last day, and never ahead of now."""
    return min(end_of_day(received_on), now)
