"""Why the registry refuses something about obligations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kernel.errors import Conflict, NotFound, Unprocessable


class ObligationUnknown(NotFound):
    """No obligation has this code."""

    code = "obligation_unknown"
    title = "There is no such obligation"

    def __init__(self, obligation: str) -> None:
        super().__init__(f"No obligation has the code {obligation}.", obligation=obligation)


class ObligationExists(Conflict):
    """The code is taken."""

    code = "obligation_exists"
    title = "An obligation has this code already"

    def __init__(self, obligation: str) -> None:
        super().__init__(f"The code {obligation} is taken; a code is never used again.", obligation=obligation)


class ObligationWrong(Unprocessable):
    """An obligation that cannot be kept as it is written."""

    code = "obligation_invalid"
    title = "The obligation cannot be kept as it is written"

    def __init__(self, findings: Sequence[dict[str, Any]]) -> None:
        super().__init__(str(findings[0]["en"]), errors=list(findings))


class ObligationUnchanged(Unprocessable):
    """A change that changes nothing."""

    code = "obligation_unchanged"
    title = "This changes nothing"

    def __init__(self, obligation: str) -> None:
        super().__init__(f"{obligation} already says this.", obligation=obligation)


class DerogationUnknown(NotFound):
    """The obligation has no such derogation that still stands."""

    code = "derogation_unknown"
    title = "There is no such derogation"

    def __init__(self, obligation: str, derogation: UUID) -> None:
        super().__init__(f"{obligation} has no derogation {derogation} that stands.", obligation=obligation)


class DerogationOverlaps(Conflict):
    """The agency is excused already on some of these days."""

    code = "derogation_overlaps"
    title = "The agency is excused already on some of these days"

    def __init__(self, obligation: str, agency: str) -> None:
        super().__init__(
            f"Another derogation from {obligation} excuses {agency} on some of these days.",
            obligation=obligation,
            agency=agency,
        )


class DerogationWrong(Unprocessable):
    """A derogation for an agency that is not registered, or for days that end before they begin."""

    code = "derogation_invalid"
    title = "The derogation cannot be kept as it is written"

    def __init__(self, pointer: str, value: str, sentence: str) -> None:
        finding = {"rule": "derogation", "severity": "error", "pointer": pointer, "value": value}
        super().__init__(sentence, errors=[finding])


class PeriodUnreadable(Unprocessable):
    """A period label of no known shape."""

    code = "period_invalid"
    title = "This is not a period"

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label[:60]!r} is not a period: write 2026, 2026-S1, or the first day and the length "
            "such as 2025-12-15/P6M.",
            period=label[:60],
        )


class PeriodForeign(NotFound):
    """The obligation has no cycle for this period."""

    code = "period_not_of_obligation"
    title = "The obligation has no such period"

    def __init__(self, obligation: str, label: str, nearest: list[str]) -> None:
        hint = f" Its periods nearby are {', '.join(nearest)}." if nearest else ""
        super().__init__(
            f"{obligation} has no cycle for the period {label}.{hint}",
            obligation=obligation,
            period=label,
            nearest=nearest,
        )


class PeriodNeeded(Unprocessable):
    """An obligation without cycles of its own is explained for a period that the caller names."""

    code = "period_needed"
    title = "Name the period"

    def __init__(self, obligation: str) -> None:
        super().__init__(
            f"{obligation} has no cycle ahead by itself: name a period, such as period=2026.",
            obligation=obligation,
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a rule: the field, a code, and the sentence in both languages."""

    field: str
    rule: str
    vi: str
    en: str

    def as_json(self, within: str = "") -> dict[str, Any]:
        """Return the fault as a located finding."""
        pointer = f"{within}/{self.field}"
        return {"rule": self.rule, "severity": "error", "pointer": pointer, "vi": self.vi, "en": self.en}


class DeadlineRuleWrong(Unprocessable):
    """A deadline rule that names no day, or one that no calendar has."""

    code = "deadline_rule_invalid"
    title = "The deadline rule is not complete"

    def __init__(self, reason: str, faults: Sequence[Fault] = ()) -> None:
        facts: dict[str, Any] = {"errors": [fault.as_json("/rule") for fault in faults]} if faults else {}
        super().__init__(reason, **facts)


class SpanTooLong(Unprocessable):
    """A span of days too long for one answer, or one that ends before it begins."""

    code = "schedule_span_invalid"
    title = "This span cannot be answered"

    def __init__(self, first: date, last: date, longest_years: int) -> None:
        super().__init__(
            f"Ask for a span that begins before it ends and holds at most {longest_years} years; "
            f"this one runs from {first} to {last}.",
            longest_years=longest_years,
        )
