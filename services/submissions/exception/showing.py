"""From rows of extensions and waivers to what callers read."""

from typing import Any

from services.submissions.exception.rules import state_seen
from services.submissions.exception.schemas import ExtensionDecisionRead, WaiverDecisionRead
from services.submissions.exception.store import FoundException


def show_extension(found: FoundException) -> ExtensionDecisionRead:
    """Return an extension as callers read it; the clients stay in the audit."""
    dates = found[0].model_dump(include={"asked_due_on", "due_on", "due_at", "replaced_due_on"})
    return ExtensionDecisionRead(**_facts(found), **dates)


def show_waiver(found: FoundException) -> WaiverDecisionRead:
    """Return a waiver as callers read it."""
    return WaiverDecisionRead(**_facts(found))


def _facts(found: FoundException) -> dict[str, Any]:
    exception, occurrence, cycle, _ = found
    kept = {
        "id",
        "reason",
        "asked_at",
        "asked_by",
        "decided_at",
        "decided_by",
        "decision_reason",
        "ended_at",
        "ended_by",
        "ended_reason",
    }
    return {
        **exception.model_dump(include=kept),
        "occurrence": occurrence.id,
        "obligation": cycle.obligation,
        "period": cycle.period,
        "agency": occurrence.agency,
        "state": state_seen(exception, occurrence),
        "links": {
            "self": f"/v1/{exception.kind}s/{exception.id}",
            "occurrence": f"/v1/occurrences/{occurrence.id}",
        },
    }
