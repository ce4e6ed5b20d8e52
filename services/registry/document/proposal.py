"""What a reading gives: every item with its source line, what it was read as, and how sure the reader is.

Confidence runs from 0 to 1: 1 is printed so and known so; below 0.8 a person should look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.registry.document.sources import Place

SURE, LIKELY, DOUBTFUL, GUESSED = 1.0, 0.9, 0.7, 0.4


@dataclass(frozen=True, slots=True)
class Nearest:
    """A known agency or group that an unresolved name may mean."""

    id: str
    name: str
    likeness: float
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NameRead:
    """One name of a list: as printed, the agency or group it is read as, or who comes nearest."""

    printed: str
    read_as: str | None
    confidence: float
    nearest: tuple[Nearest, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeframeRead:
    """A timeframe: a window or continuous or periodic work, and a review phase where one follows."""

    printed: str
    mode: str = "none"
    start: int | None = None
    end: int | None = None
    review_mode: str = "none"
    review_start: int | None = None
    review_end: int | None = None
    period_iso: str | None = None
    end_on: date | None = None
    confidence: float = SURE


@dataclass(frozen=True, slots=True)
class TaskRead:
    """One numbered line of a plan. `code_origin` is derived where the document does not number it."""

    line: int
    code: str
    code_origin: str
    parent_code: str | None
    kind: str
    title: str
    leads: tuple[NameRead, ...]
    coordinators: tuple[NameRead, ...]
    result: str
    timeframe: TimeframeRead
    confidence: float


@dataclass(frozen=True, slots=True)
class DutyRead:
    """A duty that the body of a document gives to somebody."""

    line: int
    source_ref: str
    actors: tuple[NameRead, ...]
    role: str
    coordinators: tuple[NameRead, ...]
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a year: month and day, and how many years away from the period's year.

    Without a month it is a day of a month told from the period: `month_offset` 0 is its last month, -1 the one
    before its first.
    """

    month: int | None
    day: int
    year_offset: int = 0
    month_offset: int | None = None


@dataclass(frozen=True, slots=True)
class DeadlineRead:
    """One deadline wording, read. `operator` is one of the registry's own; see docs/reading-documents.md."""

    printed: str = ""
    operator: str = "none"
    month: int | None = None
    day: int | None = None
    year_offset: int = 0
    fixed_year: int | None = None
    days_after: int | None = None
    counts_working_days: bool = False
    counted_from: str | None = None
    """What `days_after` counts from: `period_end`, or the event as printed. None is the period's end too."""
    month_offset: int | None = None
    """With `day` or `working_day`: so many months after the last month of the period."""
    working_day: int | None = None
    """The n-th working day of that month; -1 is the last."""
    weekday: int | None = None
    """1 is Monday, of the week in which the period ends; `week_offset` weeks later."""
    week_offset: int = 0
    hour: int | None = None
    minute: int = 0
    with_report: str | None = None
    confidence: float = SURE


@dataclass(frozen=True, slots=True)
class FrequencyRead:
    """How often a report is owed: window and parts of the year, or years of a series."""

    printed: str
    window: str
    period_iso: str | None = None
    parts: tuple[str, ...] = ()
    series_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DataWindowRead:
    """From which day to which day the figures of a report run; the last day is the cut-off."""

    printed: str
    start: Day | None
    cut_off: Day


@dataclass(frozen=True, slots=True)
class ObligationRead:
    """A duty to report."""

    line: int
    source_ref: str
    reporters: tuple[NameRead, ...]
    recipients: tuple[NameRead, ...]
    via: tuple[NameRead, ...]
    subject: str
    text: str
    frequency: FrequencyRead
    deadline: DeadlineRead
    data_window: DataWindowRead | None
    confidence: float


@dataclass(frozen=True, slots=True)
class CitationRead:
    """An instrument that the document rests on."""

    line: int
    printed: str
    number: str | None
    kind: str | None
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class InstrumentRead:
    """The facts of the instrument itself; what the text does not say is None."""

    line: int
    number: str | None
    kind: str | None
    issuer: NameRead | None
    issued_on: date | None
    title: str | None
    province: str | None
    based_on: tuple[CitationRead, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person should look at."""

    line: int
    code: str
    vi: str
    en: str
    item: str = ""
    """The code or place of the task, duty or obligation that it is about."""


@dataclass(frozen=True, slots=True)
class PartRead:
    """One instrument with what it orders. A file may hold several: a letter and the decision it passes on."""

    layout: str
    instrument: InstrumentRead
    tasks: tuple[TaskRead, ...]
    duties: tuple[DutyRead, ...]
    obligations: tuple[ObligationRead, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything that was read in a file. A text without any instrument has no parts."""

    parts: tuple[PartRead, ...]
    kind: str = "text"
    places: Mapping[int, Place] = field(default_factory=dict)

    def place_of(self, line: int) -> Place:
        """Say where in the file the line of an item stands."""
        return self.places.get(line) or Place("line", line)
