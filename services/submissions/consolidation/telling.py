"""The events of consolidations. Figures never travel in one."""

from typing import Any

from kernel.events import NewEvent
from services.submissions.consolidation.tables import Consolidation, ConsolidationAdjustment
from services.submissions.cycle.store import Owed
from services.submissions.cycle.telling import Teller, audience_of


def tell_built(teller: Teller, owed: Owed, built: Consolidation) -> NewEvent:
    """Return the event that a report was built anew; for the audit."""
    after = {
        "build": built.number,
        "missing": built.missing_decision,
        "cells": built.cell_count,
        "adjustments": built.adjustments,
    }
    return _for_owner(teller, owed, "consolidation.built", built.number, after, built.decision_reason)


def tell_stale(teller: Teller, owed: Owed, built: Consolidation) -> NewEvent:
    """Return the event that a report below changed since; who received the whole is told too."""
    occurrence, cycle, obligation = owed
    everyone = audience_of(obligation, cycle, occurrence.agency, above=False)
    data = teller.data(obligation, cycle, occurrence)
    return NewEvent(
        type="consolidation.stale",
        subject=str(occurrence.id),
        data={
            **data,
            "build": built.number,
            "link": teller.link(f"/v1/occurrences/{occurrence.id}/consolidation"),
        },
        audience=everyone if built.submission_id else [occurrence.agency],
    )


def tell_adjusted(teller: Teller, owed: Owed, line: ConsolidationAdjustment) -> NewEvent:
    """Return the event that an adjustment was made or withdrawn; for the audit. The line says by how much."""
    act = "withdrawn" if line.withdrawn_at else "made"
    after = {"adjustment": str(line.id), "act": act, "indicator": line.indicator}
    reason = line.withdrawn_reason if line.withdrawn_at else line.reason
    return _for_owner(teller, owed, f"consolidation.adjustment_{act}", None, after, reason)


def _for_owner(
    teller: Teller, owed: Owed, type_: str, build: int | None, after: dict[str, Any], reason: str | None
) -> NewEvent:
    occurrence, cycle, obligation = owed
    data = teller.data(obligation, cycle, occurrence)
    return NewEvent(
        type=type_,
        subject=str(occurrence.id),
        data=data if build is None else {**data, "build": build},
        audience=[occurrence.agency],
        after=after,
        reason=reason,
    )
