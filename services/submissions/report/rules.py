"""What decides a report: who may read it, whose it is, where it is signed, and what its ledger comes to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kernel.clock import day_in_vietnam
from services.submissions.compliance.rules import Counts
from services.submissions.cycle.clock_words import ClockWord
from services.submissions.cycle.counting import Standing
from services.submissions.cycle.tables import State
from services.submissions.progress.schemas import TaskProgressRead
from services.submissions.report.errors import ReportAgencyNeeded, ReportNotFound

MAIN_SUBJECTS = ("plan_report", "consolidated_report", "review", "national_report", "actip_report")
"""What a report upward is about when it is the report itself, and not figures or words beside it."""
PROVINCIAL = "provincial_"
CAPITAL = ("Hà Nội", "Ha Noi")


@dataclass(frozen=True, slots=True)
class Upward:
    """One report upward: whose it is, and how the reader stands to it."""

    id: UUID
    agency: str
    plan: str
    subject: str
    state: str
    received_at: datetime | None
    submission: UUID | None
    """Its version that is in force, else the latest one that was sent."""
    form: str | None
    """On which it was sent, else on which it is asked for."""
    form_version: int | None
    year: int
    """In which its period ends."""
    recipients: Sequence[str]
    name_vi: str
    name_en: str | None
    kind: str
    place_vi: str | None
    place_en: str | None
    is_own: bool
    is_focal: bool
    is_above: bool


def choose_upward(found: Sequence[Upward], asked: str | None) -> list[Upward]:
    """Return the reports upward of one owner, which the reader may read; or refuse.

    The owner and its focal point read at any time. Those above and the steward read what was sent to them: once
    the report itself has been received.
    """
    readable = {one.agency for one in found if one.is_own or one.is_focal}
    readable |= {one.agency for one in found if one.is_above and one.received_at and one.subject in MAIN_SUBJECTS}
    if not readable:
        raise ReportNotFound()
    own = {one.agency for one in found if one.is_own}
    chosen = readable if len(readable) == 1 or asked else (own or readable)
    if len(chosen) > 1:
        raise ReportAgencyNeeded(sorted(chosen))
    return [one for one in found if one.agency in chosen]


def own_words_of(upward: Iterable[Upward]) -> list[tuple[tuple[str, int], UUID | None]]:
    """Return the form of each report upward that tells in words, and its version, if one was sent."""
    return [
        ((one.form, one.form_version), one.submission)
        for one in upward
        if one.subject in MAIN_SUBJECTS and one.form is not None and one.form_version is not None
    ]


def tasks_of_report(
    tasks: Iterable[TaskProgressRead], owner: Upward, plan: str, heard: Collection[str]
) -> list[TaskProgressRead]:
    """Return the tasks that belong into a report, and of whom it may say that they were silent.

    The report of a province under a plan of the nation tells what concerns it. It reads no word of the others who
    lead a task with it, so it can say of those alone whom it hears that there was none.
    """
    if owner.plan != plan or not owner.kind.startswith(PROVINCIAL):
        return list(tasks)
    return [
        task.model_copy(update={"silent": [agency for agency in task.silent if agency in heard]})
        for task in tasks
        if task.statements or owner.agency in (*task.leads, *task.coordinators)
    ]


def place_of(owner: Upward) -> tuple[str | None, str | None]:
    """Return where the owner signs, in both languages: its province, or the capital; none when nobody knows."""
    if owner.place_vi:
        return owner.place_vi, owner.place_en
    return (None, None) if owner.kind.startswith(PROVINCIAL) else CAPITAL


def count_ledger(rows: Iterable[Any]) -> Counts:
    """Return what completeness and punctuality count in rows of the ledger."""
    rows = list(rows)
    counted = [row for row in rows if row.standing == Standing.COUNTED]
    clocks = [row.clock for row in counted]
    standings = [row.standing for row in rows]
    return Counts(
        expected=len(counted),
        received=sum(row.state in (State.SUBMITTED, State.RETURNED, State.ACCEPTED) for row in counted),
        accepted=sum(row.accepted is not None for row in counted),
        on_time=clocks.count(ClockWord.ON_TIME),
        late=clocks.count(ClockWord.LATE),
        overdue=clocks.count(ClockWord.OVERDUE),
        waived=standings.count(Standing.WAIVED),
        voluntary=standings.count(Standing.VOLUNTARY),
        same_report=standings.count(Standing.SAME_REPORT),
        not_open=standings.count(Standing.NOT_OPEN),
    )


def missing_state(row: Any) -> str:
    """Return the word for a report that is owed and has no accepted version."""
    if row.state == State.RETURNED:
        return "state_returned"
    if row.paper_receipt_id is not None and row.submission_id is None:
        return "state_paper"
    if row.state == State.SUBMITTED:
        return "state_submitted"
    return "state_overdue" if row.clock == ClockWord.OVERDUE else "state_owed"


def day_of_facts(instants: Collection[datetime], year: int) -> date:
    """Return the day of the latest fact; without any, the first day of the year."""
    return day_in_vietnam(max(instants)) if instants else date(year, 1, 1)


def longest_text(lengths: Iterable[int], *, budget: int, least: int, most: int) -> int:
    """Return to how many characters single texts are shortened so that all of them fit into a budget.

    The longest give way first, so that what is short stands whole.
    """
    waiting = sorted(lengths)
    left = budget
    for number, length in enumerate(waiting):
        fair = left // (len(waiting) - number)
        if length > fair:
            return max(least, min(most, fair))
        left -= length
    return most
