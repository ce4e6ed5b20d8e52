"""The events of back-filled receipts: one that counts is told like any report; the rest is for the audit."""

from kernel.events import NewEvent
from services.submissions.cycle.clock_words import judge_punctuality
from services.submissions.cycle.store import Owed
from services.submissions.cycle.telling import Teller, audience_of, dates_of
from services.submissions.paper_receipt.tables import PaperReceipt


def tell_counted(teller: Teller, owed: Owed, receipt: PaperReceipt) -> NewEvent:
    """Return the event that a report was received on paper; there is no submission yet."""
    occurrence, cycle, obligation = owed
    punctuality = judge_punctuality(dates_of(cycle, occurrence)[2], occurrence.received_at)
    return NewEvent(
        type="submission.received",
        subject=str(occurrence.id),
        data={
            **teller.data(obligation, cycle, occurrence),
            "submission": None,
            "version": None,
            "paper_receipt": str(receipt.id),
            "state": occurrence.state,
            "punctuality": punctuality,
        },
        audience=audience_of(obligation, cycle, occurrence.agency, above=False),
        after={"received_on": receipt.received_on.isoformat(), "document_number": receipt.document_number},
    )


def tell_owed_again(teller: Teller, owed: Owed, reason: str) -> NewEvent:
    """Return the event that a report is owed again, for its receipt was taken back."""
    occurrence, cycle, obligation = owed
    return teller.tell(
        "occurrence.scheduled", obligation, cycle, occurrence, reason="paper_receipt_withdrawn", cause=reason
    )


def tell_audit(teller: Teller, owed: Owed, receipt: PaperReceipt, act: str, reason: str | None) -> NewEvent:
    """Return the event that a receipt was recorded, confirmed or withdrawn."""
    occurrence, cycle, obligation = owed
    return NewEvent(
        type=f"paper_receipt.{act}",
        subject=str(receipt.id),
        data={**teller.data(obligation, cycle, occurrence), "paper_receipt": str(receipt.id)},
        audience=audience_of(obligation, cycle, occurrence.agency, above=False),
        after={
            "received_on": receipt.received_on.isoformat(),
            "document_number": receipt.document_number,
            "evidence": receipt.evidence,
        },
        reason=reason,
    )
