"""Checks of plans, successions, their legal bases, and the calendar."""

import re
from collections.abc import Iterator

from services.registry.integrity.facts import Facts
from services.registry.integrity.findings import Found, found

NUMBER = re.compile(r"\b\d+/(?:\d{4}/)?[0-9A-ZĐ][\w-]*", re.UNICODE)
"""The number of an official document: 176/2025/QH15, 402/QĐ-TTg."""


def plans_past(facts: Facts) -> Iterator[Found]:
    """Plans whose horizon is over; their obligations have no new cycles."""
    for plan in facts.plans:
        if plan.span.last is not None and plan.span.last < facts.day:
            yield found(plan.id, plan=plan.id, valid_to=plan.span.last)


def successions_unconfirmed(facts: Facts) -> Iterator[Found]:
    """Successions that took effect and that nobody has confirmed."""
    for one in facts.successions:
        if one.state == "proposed" and one.effective_on <= facts.day:
            yield found(
                one.id,
                predecessor=one.predecessor,
                successors=one.successors,
                effective_on=one.effective_on,
            )


def succession_lines_open(facts: Facts) -> Iterator[Found]:
    """Confirmed successions of which some lines still wait for a steward."""
    for one in facts.successions:
        if one.state == "confirmed" and one.open_lines:
            yield found(one.id, predecessor=one.predecessor, lines=one.open_lines)


def instruments_unknown(facts: Facts) -> Iterator[Found]:
    """Legal bases of successions that no instrument of the registry has, or that are not named by a number."""
    for one in facts.successions:
        if one.state == "withdrawn":
            continue
        cited = NUMBER.findall(one.legal_basis)
        unknown = [number for number in cited if number not in facts.instrument_numbers]
        if unknown or not cited:
            yield found(one.id, cited=", ".join(unknown) or one.legal_basis)


def years_undecreed(facts: Facts) -> Iterator[Found]:
    """This year and the next one, when no day of theirs is settled by a sure source."""
    settled = {
        day.year for day, fact in facts.register.calendar.overrides.items() if fact and _is_sure(fact.confidence)
    }
    for year in (facts.day.year, facts.day.year + 1):
        if year not in settled:
            yield found(str(year), year=str(year))


def _is_sure(confidence: str) -> bool:
    return confidence in ("verified", "high")
