"""When a report is taken, and whether it is the same as the one before. Values in, value or refusal out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.submissions.checking.catalogue import Severity
from services.submissions.checking.findings import shown
from services.submissions.checking.read_json import Envelope
from services.submissions.checking.text import CONTROL
from services.submissions.cycle.errors import CycleClosed, CycleNotOpened, OccurrenceNotFound
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.submission.errors import (
    ExplanationsWrong,
    FormMissing,
    FormVersionWrong,
    OccurrenceWaived,
    TargetContradicts,
    TargetMissing,
    UploadOvertaken,
    VersionBeforeMoved,
)
from services.submissions.submission.tables import Submission


@dataclass(frozen=True, slots=True)
class Target:
    """Which report is meant: an occurrence, or obligation, period and agency."""

    occurrence: UUID | None = None
    natural: tuple[str, str, str] | None = None


def read_target(envelope: Envelope) -> Target:
    """Return which report an envelope names, or refuse."""
    if envelope.occurrence is not None:
        try:
            return Target(occurrence=UUID(envelope.occurrence))
        except ValueError as error:
            raise OccurrenceNotFound() from error
    if envelope.obligation and envelope.period and envelope.agency:
        return Target(natural=(envelope.obligation, envelope.period, envelope.agency))
    names = ("obligation", "period", "agency")
    raise TargetMissing([name for name in names if getattr(envelope, name)])


def join_envelopes(body: Envelope, query: Envelope) -> Envelope:
    """Return what body and query parameters say together; they must not differ."""
    names = Envelope.__slots__
    both = [n for n in names if None not in (getattr(body, n), getattr(query, n))]
    differing = [n for n in both if getattr(body, n) != getattr(query, n)]
    if differing:
        raise TargetContradicts(differing)
    return Envelope(**{n: getattr(query, n) if getattr(body, n) is None else getattr(body, n) for n in names})


def require_same_target(envelope: Envelope, obligation: str, period: str, agency: str) -> None:
    """Refuse an envelope that names one report by its id, and another beside it."""
    found = {"obligation": obligation, "period": period, "agency": agency}
    differing = [name for name, real in found.items() if getattr(envelope, name) not in (None, real)]
    if differing:
        raise TargetContradicts(differing)


def require_taken(occurrence: Occurrence, cycle: Cycle, now: datetime) -> None:
    """Refuse what is not owed, not yet open, or closed. Late reports are taken until the cycle is closed."""
    if occurrence.state == State.WAIVED:
        raise OccurrenceWaived(occurrence.waiver_reason)
    if cycle.opens_at is not None and now < cycle.opens_at:
        raise CycleNotOpened(cycle.period, cycle.opens_at)
    if cycle.closed_at is not None:
        raise CycleClosed(cycle.period, cycle.closed_at)


def require_form(cycle: Cycle, given_version: int | None) -> tuple[str, int]:
    """Return the form and version that the period is bound to; refuse when there is none, or another is given."""
    if cycle.form is None or cycle.form_version is None:
        raise FormMissing(cycle.obligation)
    if given_version is not None and given_version != cycle.form_version:
        raise FormVersionWrong(given_version, cycle.form_version, cycle.form)
    return cycle.form, cycle.form_version


def require_unmoved(changes: int | None, latest: Submission | None) -> None:
    """Refuse a message that changes a version when another came in the meantime."""
    present = latest.version if latest else 0
    if changes is not None and changes != present:
        raise VersionBeforeMoved(changes, present)


def require_not_overtaken(occurrence: Occurrence, latest: Submission | None, received_at: datetime) -> None:
    """Refuse an upload when something happened to its report while it was checked: it could not know of that."""
    if latest is not None and latest.received_at > received_at:
        raise UploadOvertaken(received_at, version=latest.version, at=latest.received_at)
    decided_at = occurrence.reviewed_at
    if occurrence.state == State.RETURNED and decided_at is not None and decided_at > received_at:
        raise UploadOvertaken(received_at, version=None, at=decided_at)


def is_same_again(latest: Submission | None, occurrence: Occurrence, sha256: str, form_version: int) -> bool:
    """Say whether the latest version has this very content. After a return the same content is a new version."""
    if latest is None or occurrence.state == State.RETURNED:
        return False
    return latest.content_sha256 == sha256 and latest.form_version == form_version


def require_found(explanations: Sequence[tuple[str, str]], findings: Sequence[dict[str, Any]]) -> None:
    """Refuse explanations of what was not found in the content with which they came, or is no warning."""
    if not explanations:
        return
    warnings = {one["id"] for one in findings if one["severity"] == Severity.WARNING}
    errors = []
    for number, (finding, text) in enumerate(explanations):
        if finding not in warnings:
            errors.append(_mistake(number, "finding", "finding_unknown", finding))
        if not text or CONTROL.search(text):
            errors.append(_mistake(number, "text", "text_forbidden_character" if text else "text_missing", text))
    if errors:
        raise ExplanationsWrong(errors)


def _mistake(number: int, field: str, rule: str, value: str) -> dict[str, Any]:
    return {"pointer": f"/explanations/{number}/{field}", "rule": rule, "value": shown(value)}
