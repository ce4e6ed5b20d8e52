"""What a fired step says: the event for a reporter, and the one with the list for those above. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel.clock import in_vietnam
from services.notifications.event.rules import PublicEvent
from services.notifications.occurrence.rules import Happening

LONGEST_LIST = 500
"""Occurrences named in one event; `missing_count` always says how many there are."""


def tell_reporter(step: Any, now: datetime) -> PublicEvent:
    """Return the event by which a reporter hears of its own occurrence."""
    data = {
        "occurrence": str(step.occurrence),
        **_about(step, step),
        "agency": step.agency,
        "recipients": step.recipients,
        "link": step.link,
    }
    return _event(step, str(step.occurrence), data, now)


def tell_line(step: Any, missing: Sequence[Any], now: datetime, public_url: str) -> PublicEvent:
    """Return the event by which a recipient, or the next level, hears who is still missing."""
    data = {
        **_about(step, missing[0]),
        "told": step.agency,
        "recipients": missing[0].recipients,
        "missing_count": len(missing),
        "occurrences": [{"occurrence": str(o.occurrence), "agency": o.agency} for o in missing[:LONGEST_LIST]],
        "link": f"{public_url}/v1/compliance?cycle={step.cycle}",
    }
    return _event(step, step.cycle, data, now)


def tell_met(met: Happening, event_id: Any, now: datetime) -> PublicEvent:
    """Return the event that ends an occurrence's reminders: it came in time."""
    facts = met.facts
    data = {
        "occurrence": str(facts.id),
        "submission": str(met.submission) if met.submission else None,
        "obligation": facts.obligation,
        "plan": facts.plan,
        "form": facts.form,
        "cycle": facts.cycle,
        "period": facts.period,
        "agency": facts.agency,
        "recipients": list(facts.recipients),
        "due_on": facts.due_on,
        "due_at": _shown(facts.due_at),
        "title_vi": facts.title_vi,
        "title_en": facts.title_en,
        "link": facts.link,
    }
    told = tuple(dict.fromkeys((facts.agency, *facts.recipients)))
    return PublicEvent(
        id=event_id,
        type="deadline.met",
        subject=str(facts.id),
        data=data,
        audience=told,
        occurred_at=now,
        inbox=told,
    )


def _about(step: Any, occurrence: Any) -> dict[str, Any]:
    return {
        "obligation": step.obligation,
        "plan": step.plan,
        "form": occurrence.form,
        "cycle": step.cycle,
        "period": step.period,
        "tells": step.tells,
        "clock": step.clock,
        "offset_days": step.offset_days,
        "due_on": step.due_on,
        "due_at": _shown(occurrence.due_at),
        "title_vi": occurrence.title_vi,
        "title_en": occurrence.title_en,
    }


def _event(step: Any, subject: str, data: dict[str, Any], now: datetime) -> PublicEvent:
    told = (step.agency,)
    return PublicEvent(step.id, step.event_type, subject, data, told, now, inbox=told)


def _shown(instant: datetime | None) -> str | None:
    return None if instant is None else in_vietnam(instant)
