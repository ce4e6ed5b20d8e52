"""What a reporter says of warnings in the report itself: the words beside a figure explain each warning of its
row, and the one that its indicator's total stands out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.submissions.checking.catalogue import Severity
from services.submissions.checking.check_figures import judge_text
from services.submissions.checking.content import ParsedContent
from services.submissions.checking.findings import Finding, Place, found

LONGEST_EXPLANATION = 10_000
MOST_EXPLANATIONS = 10_000
OF_A_TOTAL = ("outlier_in_history", "change_since_last_period")
"""Warnings of a whole indicator: they stand at one of its rows, and nobody knows before at which."""

Explained = tuple[str, str]
"""The id of a finding, and why it is none."""


@dataclass(slots=True)
class _Words:
    place: Place
    text: str
    are_needed: bool = False


class Explanations:
    """The words of one report, matched with its warnings."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        """What is wrong with the words."""
        self._of_row: dict[Any, _Words] = {}
        self._of_indicator: dict[Any, _Words] = {}

    def see(self, content: ParsedContent) -> None:
        """Take the words of a report in, or of a part of it."""
        if not content.explanations:
            return
        indicators = dict(zip(content.rows, content.indicator, strict=True))
        for row, text in content.explanations.items():
            place = content.places.of_cell(row, "explanation")
            broken = judge_text(text, LONGEST_EXPLANATION)
            if broken:
                self.findings.append(found(broken, place, text, limit=LONGEST_EXPLANATION))
            elif len(self._of_row) < MOST_EXPLANATIONS:
                words = self._of_row[_row_of(place)] = _Words(place, text)
                self._of_indicator.setdefault(indicators.get(row), words)
            else:
                self.findings.append(found("explanations_too_many", place, limit=MOST_EXPLANATIONS))

    def match(self, findings: Iterable[Finding]) -> list[Explained]:
        """Return which of some findings are explained, and how."""
        return [(one.id, words.text) for one in findings if self._of_row and (words := self._find(one))]

    def find_unneeded(self) -> list[Finding]:
        """Return, once all findings were seen, the words of rows of which nothing warns: they are not kept."""
        return [
            found("explanation_unneeded", words.place, words.text)
            for words in self._of_row.values()
            if not words.are_needed
        ]

    def _find(self, finding: Finding) -> _Words | None:
        if finding.severity is not Severity.WARNING:
            return None
        words = self._of_row.get(_row_of(finding.place))
        if words is None and finding.rule in OF_A_TOTAL and finding.about:
            words = self._of_indicator.get(finding.about[0])
        if words is not None:
            words.are_needed = True
        return words


def _row_of(place: Place) -> Any:
    """Return what is the same for all cells of a row: the figure of a JSON pointer, or sheet and row."""
    return (place.sheet, place.row) if place.pointer is None else tuple(place.pointer.split("/", 3)[:3])
