"""The events of extensions and waivers. Requests and refusals are for the audit; what moves a date goes out."""

from typing import Any

from kernel.events import NewEvent
from services.submissions.cycle.store import Owed
from services.submissions.cycle.telling import Teller, audience_of
from services.submissions.exception.tables import OccurrenceException


def tell_asked(teller: Teller, owed: Owed, exception: OccurrenceException) -> NewEvent:
    """Return the event that a reporter asked for an exception."""
    return _for_audit(teller, owed, exception, "requested", exception.reason)


def tell_settled(teller: Teller, owed: Owed, exception: OccurrenceException, act: str, reason: str) -> NewEvent:
    """Return the event that a request was refused or withdrawn."""
    return _for_audit(teller, owed, exception, act, reason)


def tell_extended(teller: Teller, owed: Owed, exception: OccurrenceException, before: dict[str, Any]) -> NewEvent:
    """Return the event that a report has a later due day."""
    return _for_everyone(teller, owed, "occurrence.extended", "extension_granted", before, exception.reason)


def tell_extension_revoked(teller: Teller, owed: Owed, before: dict[str, Any], reason: str) -> NewEvent:
    """Return the event that a report has its earlier due day again."""
    return _for_everyone(teller, owed, "occurrence.rescheduled", "extension_revoked", before, reason)


def tell_waived(teller: Teller, owed: Owed, exception: OccurrenceException) -> NewEvent:
    """Return the event that a report need not be made."""
    return _for_everyone(teller, owed, "occurrence.waived", "waived_by_recipient", None, exception.reason)


def tell_waiver_revoked(teller: Teller, owed: Owed, reason: str) -> NewEvent:
    """Return the event that a waived report is owed again."""
    return _for_everyone(teller, owed, "occurrence.scheduled", "waiver_revoked", None, reason)


def _for_everyone(
    teller: Teller, owed: Owed, type_: str, code: str, before: dict[str, Any] | None, cause: str
) -> NewEvent:
    occurrence, cycle, obligation = owed
    return teller.tell(type_, obligation, cycle, occurrence, reason=code, before=before, cause=cause)


def _for_audit(teller: Teller, owed: Owed, exception: OccurrenceException, act: str, reason: str) -> NewEvent:
    occurrence, cycle, obligation = owed
    return NewEvent(
        type=f"{exception.kind}.{act}",
        subject=str(exception.id),
        data={**teller.data(obligation, cycle, occurrence), exception.kind: str(exception.id)},
        audience=audience_of(obligation, cycle, occurrence.agency, above=False),
        before=None if act == "requested" else {"state": "requested"},
        after={
            "state": act,
            "asked_due_on": exception.asked_due_on.isoformat() if exception.asked_due_on else None,
        },
        reason=reason,
    )
