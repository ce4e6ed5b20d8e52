"""What the workflow should do, in the plainest words: a report, its versions, and the whole above them."""

from dataclasses import dataclass, field
from datetime import date

DUE_ON = date(2026, 7, 4)
COUNTRIES = ("DE", "JP", "KR")
LACKING = "Chưa tách được."

Figures = dict[str, int | None]
"""A figure by partner country; None is a figure that is not available. Nothing at all is a nil report."""
Refusal = tuple[int, str] | None


@dataclass
class Version:
    """One stored version of a report."""

    id: str
    figures: Figures
    decision: str | None = None
    nil: bool = False


@dataclass
class Extension:
    """A later day that was granted."""

    id: str
    due_on: date
    replaced: date


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
    state: str = "owed"
    versions: list[Version] = field(default_factory=list)
    in_force: Version | None = None
    received_on: date | None = None
    draft: Figures | None = None
    draft_is_nil: bool = False
    extensions: list[Extension] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    """Requests that wait, by what is asked for."""
    asked_day: date = DUE_ON
    waiver: str | None = None
    before_waiver: str = "owed"
    paper: Paper | None = None

    @property
    def latest(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    @property
    def due_on(self) -> date:
        return self.extensions[-1].due_on if self.extensions else DUE_ON

    @property
    def is_drafted(self) -> bool:
        return bool(self.draft) or self.draft_is_nil

    def clock(self, today: date) -> str:
        if self.received_on is not None:
            return "on_time" if self.received_on <= self.due_on else "late"
        return "overdue" if today > self.due_on else "due"

    def refusal_to_take(self, closed: bool) -> Refusal:
        if self.state == "waived":
            return 409, "occurrence_waived"
        return (409, "cycle_closed") if closed else None

    def refusal_to_except(self, closed: bool) -> Refusal:
        if self.state == "waived":
            return 409, "occurrence_waived"
        if self.state not in ("owed", "draft"):
            return 409, "report_received"
        return (409, "cycle_closed") if closed else None

    def refusal_to_review(self, version: Version) -> Refusal:
        if version is not self.latest:
            return 409, "submission_superseded"
        return (409, "already_reviewed") if version.decision else None

    def is_same_again(self, figures: Figures, nil: bool) -> bool:
        if self.latest is None or self.state == "returned":
            return False
        return (self.latest.figures, self.latest.nil) == (figures, nil)

    def take(self, version: Version, today: date) -> None:
        self.versions.append(version)
        self.state = "submitted"
        self.received_on = self.received_on or today

    def decide(self, decision: str) -> None:
        assert self.latest is not None
        self.latest.decision = self.state = decision
        if decision == "accepted":
            self.in_force = self.latest

    def keep_draft(self, figures: Figures, nil: bool = False) -> None:
        self.draft, self.draft_is_nil = dict(figures), nil
        if self.state in ("owed", "draft"):
            self.state = "draft" if self.is_drafted else "owed"

    def waive(self, waiver: str) -> None:
        self.before_waiver, self.state, self.waiver = self.state, "waived", waiver


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
    submission: str | None = None

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
