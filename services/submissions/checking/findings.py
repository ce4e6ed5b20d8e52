"""A finding: one result of checking, with its rule, its place, and a message in both languages."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from kernel.text import nfc
from services.submissions.checking.catalogue import RULES, Rule, Severity

LONGEST_SHOWN = 200
LARGEST_SHOWN = 2**53


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is: a JSON pointer, or sheet, row and column as a person sees them in the file."""

    order: tuple[int, int, int, str]
    pointer: str | None = None
    row: int | None = None
    column: str | None = None
    sheet: str | None = None
    cell: str | None = None
    """The cell with its sheet, as a workbook writes it: `LABOUR!E12`."""

    def as_wire(self) -> dict[str, Any]:
        """Return the fields that name the place."""
        if self.pointer is not None:
            return {"pointer": self.pointer}
        if self.sheet is not None:
            return {"sheet": self.sheet, "cell": self.cell, "row": self.row, "column": self.column}
        return {"row": self.row, "column": self.column}


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of checking. Same input, same finding, same id."""

    rule: str
    place: Place
    value: Any = None
    facts: dict[str, Any] = field(default_factory=dict)
    own: Rule | None = None
    """Its weight and words, where the form brings the rule."""
    about: tuple[str, ...] | None = None
    """What it is about, where that says more than the place: so it is known again in the next version."""
    detail: dict[str, Any] = field(default_factory=dict)
    """What else is told, as data."""

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return (self.own or RULES[self.rule]).severity

    @property
    def id(self) -> str:
        """Hash of the rule and of what it is about, else of its place."""
        if self.about is not None:
            return hashlib.sha256(orjson.dumps([self.rule, "about", *self.about])).hexdigest()[:16]
        where = [self.rule, self.place.pointer, self.place.row, self.place.column, self.place.order[3]]
        return hashlib.sha256(orjson.dumps(where)).hexdigest()[:16]

    def message(self, language: str) -> str:
        """Return the sentence in `vi` or `en`."""
        if self.own is not None:
            return self.own.vi if language == "vi" else self.own.en
        rule = RULES[self.rule]
        sentence = rule.vi if language == "vi" else rule.en
        return sentence.format(value=_quoted(self.value), **self.facts)

    def as_wire(self, language: str | None = None) -> dict[str, Any]:
        """Return the finding as it goes over the wire; `message` in one language when one is asked for."""
        messages = {"message_vi": self.message("vi"), "message_en": self.message("en")}
        chosen = {} if language is None else {"message": messages[f"message_{language}"]}
        return {
            "id": self.id,
            "rule": self.rule,
            "severity": self.severity.value,
            **self.place.as_wire(),
            "value": self.value,
            **self.detail,
            **chosen,
            **messages,
        }


def found(rule: str, place: Place, value: Any = None, **facts: Any) -> Finding:
    """Return a finding whose value can be kept and sent. Facts are ours and need no care."""
    return Finding(rule, place, shown(value), facts)


def found_about(about: tuple[str, ...], rule: str, place: Place, value: Any, /, **facts: Any) -> Finding:
    """Return a finding that is known again by what it is about, wherever that stands in the next file."""
    return Finding(rule, place, shown(value), facts, about=about)


def as_number(value: Decimal) -> int | float | str:
    """Return a number as JSON shows it; one that JSON would change as a text."""
    if value == value.to_integral_value():
        whole = int(value)
        return whole if abs(whole) <= LARGEST_SHOWN else str(whole)
    return float(value)


def shown(value: Any) -> Any:
    """Return what was found in a form that can be kept and sent: short, storable, within JSON's numbers."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_SHOWN else _cut(f"{value:d}")
    if isinstance(value, float):
        return value if abs(value) <= LARGEST_SHOWN else repr(value)
    return _cut(value if isinstance(value, str) else repr(value))


def _cut(text: str) -> str:
    kept = text[:LONGEST_SHOWN].replace("\x00", "\ufffd")
    return nfc(kept.encode("utf-8", "replace").decode())


def _quoted(value: Any) -> str:
    return "" if value is None else f"“{value}”"


def in_order(findings: list[Finding]) -> list[Finding]:
    """Return findings in the order of their places, then of their rules."""
    return sorted(findings, key=lambda finding: (finding.place.order, finding.rule))


def count_by_severity(findings: list[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity."""
    counts = Counter(finding.severity for finding in findings)
    return {severity.value: counts[severity] for severity in Severity}
