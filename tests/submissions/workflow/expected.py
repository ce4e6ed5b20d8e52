"""What the workflow should do, in the plainest words: a report, its versions, and the whole above them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

DUE_ON = date(2026, 7, 4)
COUNTRIES = ("DE", "JP", "KR")
LACKING = "Chưa tách được."

Figures = dict[str, int | None]
"""A figure by partner country; None is a figure that is not available. Nothing at all is a nil report."""
Read = dict[tuple[str, str], int | None]
"""Figures by agency and partner country."""
Refusal = tuple[int, str] | None


@dataclass
class Version:
    """One stored version of a report."""

    id: str
    figures: Figures
    submitted_by: str
    punctuality: str
    decision: str | None = None
    nil: bool = False


@dataclass
class Extension:
    """A later day that was granted."""

    id: str
    due_on: date
    replaced: date
    was_asked: bool


@dataclass
class Paper:
    """A report that came on paper."""

    id: str
    received_on: date
    state: str = "recorded"
    evidenced: bool = False


@dataclass
class Report:
    """One report that is owed, as it should stand."""

    id: str
    agency: str
    hands: str
    """Who acts for the agency: itself, or the one that carries it on."""
    heir: str | None = None
    ruled: date = DUE_ON
    """The day that the rule gives."""
    comes_from: int = 0
    """The step of the story from which on a report may come: before that there is time for all the rest."""
    state: str = "owed"
    versions: list[Version] = field(default_factory=list)
    in_force: Version | None = None
    received_on: date | None = None
    draft: Figures | None = None
    draft_is_nil: bool = False
    extensions: list[Extension] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    """Requests that wait, by what is asked for."""
    askers: dict[str, str] = field(default_factory=dict)
    """Who asked for it."""
    asked_day: date = DUE_ON
    waiver: str | None = None
    before_waiver: str = "owed"
    paper: Paper | None = None
    correction: tuple[date | None, bool] | None = None
    """Until when a correction is waited for, and whether it came."""

    @property
    def latest(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    @property
    def undecided(self) -> Version | None:
        """The version that waits for a decision."""
        return self.latest if self.latest and not self.latest.decision else None

    @property
    def due_on(self) -> date:
        return self.extensions[-1].due_on if self.extensions else self.ruled

    @property
    def is_drafted(self) -> bool:
        return bool(self.draft) or self.draft_is_nil

    @property
    def is_open(self) -> bool:
        """Whether nothing came yet, and something should."""
        return self.state in ("owed", "draft")

    def punctuality(self, today: date) -> str:
        """Say whether a version that comes now is one of a report that came in time."""
        return "on_time" if (self.received_on or today) <= self.due_on else "late"

    def clock(self, today: date) -> str:
        if self.state == "waived":
            return "not_due"
        if self.received_on is not None:
            return self.punctuality(today)
        return "overdue" if today > self.due_on else "due"

    def as_read(self, today: date) -> dict[str, Any]:
        """Return what every reader of the ledger should see of it."""
        latest, paper, correction = self.latest, self.paper, self.correction
        return {
            "state": self.state,
            "clock": self.clock(today),
            "due_on": self.due_on.isoformat(),
            "punctuality": self.punctuality(today) if self.received_on else None,
            "submission": latest.id if latest else None,
            "submission_version": len(self.versions) or None,
            "accepted_submission": self.in_force.id if self.in_force else None,
            "paper_receipt": paper.id if paper and paper.state == "confirmed" else None,
            "extension": self.due_on.isoformat() if self.extensions else None,
            "is_waived": self.state == "waived",
            "waits_for_review": self.undecided is not None,
            "correction": correction and (correction[0] and correction[0].isoformat(), correction[1]),
        }

    def refusal_to_take(self, closed: bool) -> Refusal:
        if self.state == "waived":
            return 409, "occurrence_waived"
        return (409, "cycle_closed") if closed else None

    def refusal_to_except(self, closed: bool) -> Refusal:
        if self.state == "waived":
            return 409, "occurrence_waived"
        if not self.is_open:
            return 409, "report_received"
        return (409, "cycle_closed") if closed else None

    def refusal_to_move_to(self, day: date, today: date) -> Refusal:
        if day <= self.due_on:
            return 422, "date_not_later"
        return (422, "date_passed") if day < today else None

    def is_same_again(self, figures: Figures, nil: bool) -> bool:
        if self.latest is None or self.state == "returned":
            return False
        return (self.latest.figures, self.latest.nil) == (figures, nil)

    def take(self, version: Version, today: date) -> None:
        if self.state == "returned":
            assert self.correction is not None
            self.correction = self.correction[0], True
        self.versions.append(version)
        self.state = "submitted"
        self.received_on = self.received_on or today
        self._forget_correction_without_a_day()

    def decide(self, decision: str, correct_by: date | None = None) -> None:
        assert self.latest is not None
        self.latest.decision = self.state = decision
        if decision == "accepted":
            self.in_force = self.latest
        else:
            self.correction = correct_by, False

    def _forget_correction_without_a_day(self) -> None:
        """A correction without a day has a clock for as long as it is waited for."""
        if self.correction is not None and self.correction[0] is None:
            self.correction = None

    def keep_draft(self, figures: Figures, nil: bool = False) -> None:
        self.draft, self.draft_is_nil = dict(figures), nil
        if self.is_open:
            self.state = "draft" if self.is_drafted else "owed"

    def waive(self, waiver: str) -> None:
        self.before_waiver, self.state, self.waiver = self.state, "waived", waiver

    def owe_again(self) -> None:
        """What stood on a paper is owed again."""
        self.received_on, self.state = None, "draft" if self.is_drafted else "owed"


@dataclass
class Build:
    """The whole as it was built."""

    number: int
    sources: dict[str, str | None]
    """What of each report below went in: the version's id, `waived`, or None for one that is missing."""
    figures: Figures
    nil: bool
    adjusted: dict[str, int]
    written: bool
    lines: frozenset[str] = frozenset()
    submission: str | None = None
    marked: bool = False

    @property
    def content(self) -> tuple[Figures, bool]:
        return self.figures, self.nil


def sources_of(reports: list[Report]) -> dict[str, str | None]:
    """Return what of each report goes into a whole that is built now."""
    return {one.id: _source(one) for one in reports}


def _source(report: Report) -> str | None:
    if report.in_force is not None:
        return report.in_force.id
    return "waived" if report.state == "waived" else None


def put_together(
    reports: list[Report], own: Figures | None, adjusted: dict[str, int]
) -> tuple[Figures, bool, dict[str, int]]:
    """Return the figures of the whole, whether all of it is nil, and what of each figure is adjustment."""
    parts = [one.in_force.figures for one in reports if one.in_force is not None and not one.in_force.nil]
    parts += [own] if own else []
    figures: Figures = {}
    for country in sorted({country for part in parts for country in part}):
        given = [value for part in parts if (value := part.get(country)) is not None]
        figures[country] = sum(given) + adjusted.get(country, 0) if given else None
    used = [one for one in reports if one.in_force is not None]
    missing = any(source is None for source in sources_of(reports).values())
    counted = {country: adjusted.get(country, 0) for country, value in figures.items() if value is not None}
    return figures, bool(used) and not figures and not missing, counted


def accepted_of(reports: list[Report]) -> Read:
    """Return the figures that are in force."""
    return _figures((one.agency, one.in_force) for one in reports)


def submitted_of(reports: list[Report]) -> Read:
    """Return the figures that came last, except what was returned: there those in force still stand."""
    return _figures(
        (one.agency, one.latest if one.latest and one.latest.decision != "returned" else one.in_force)
        for one in reports
    )


def _figures(versions: Any) -> Read:
    return {
        (agency, country): value
        for agency, version in versions
        if version is not None
        for country, value in version.figures.items()
    }
