"""What goes over the wire about a deadline rule: as read, as written whole, as changed in part."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.text import Text
from services.registry.days import Day
from services.registry.obligation.deadline_rule import CountedFrom, Operator, Roll
from services.registry.obligation.periods import FIRST_YEAR, LAST_YEAR, PARTS, Window

HALF_YEAR_RULE: dict[str, Any] = {
    "window": "calendar_half",
    "parts": ["H1"],
    "series_years": [],
    "period_iso": "P6M",
    "wording": "trước ngày 05/7",
    "operator": "before",
    "month": 7,
    "day": 5,
    "year_offset": 0,
    "fixed_year": None,
    "days_after": None,
    "counts_working_days": False,
    "with_obligation": None,
    "roll": "none",
    "month_offset": None,
    "working_day": None,
    "weekday": None,
    "week_offset": 0,
    "hour": None,
    "minute": 0,
    "counted_from": "period_end",
    "event": None,
    "year_starts": None,
    "cut_off": None,
    "applies_from": None,
}
MONTHLY_RULE: dict[str, Any] = {
    "window": "decree09_month",
    "wording": "chậm nhất ngày 20 hằng tháng",
    "operator": "no_later_than",
    "month_offset": 0,
    "day": 20,
}

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
PartOfYear = Annotated[str, Field(pattern="^(" + "|".join(PARTS) + ")$", examples=["H1"])]
Parts = Annotated[
    list[PartOfYear],
    Field(
        max_length=12,
        description="Parts of the reporting year: Y, H1, Q1, M01, C09 (its first nine months); none is all.",
    ),
]
SeriesYears = Annotated[list[Year], Field(max_length=100, description="The due years of a series.")]
Length = Annotated[str | None, Field(pattern=r"^P[0-9]{1,3}[MY]$", examples=["P6M"])]
Wording = Annotated[Text, Field(max_length=1000, description="The document's own words.")]
Month = Annotated[int | None, Field(ge=1, le=12)]
DayOfMonth = Annotated[
    int | None, Field(ge=1, le=31, description="A day that the month lacks means its last day.")
]
YearOffset = Annotated[int, Field(ge=-1, le=5, description="1: in the year after the period.")]
FixedYear = Annotated[Year | None, Field(description="The one year that the document names.")]
DaysAfter = Annotated[
    int | None,
    Field(ge=0, le=400, description="Days after the period's end or an event, instead of a date."),
]
WithObligation = Annotated[str | None, Field(max_length=60, description="Whose deadline it shares.")]
RollTo = Annotated[Roll, Field(description="Where a last day goes that is not a working day.")]
MonthOffset = Annotated[
    int | None,
    Field(ge=-12, le=24, description="With `day`: so many months after the month in which the period ends."),
]
WorkingDay = Annotated[
    int | None,
    Field(ge=-23, le=23, description="In place of `day`: the n-th working day of the month; -1 is the last."),
]
Weekday = Annotated[int | None, Field(ge=1, le=7, description="1 is Monday, in the week of the period's end.")]
WeekOffset = Annotated[int, Field(ge=-4, le=8, description="With `weekday`: so many weeks later.")]
Hour = Annotated[int | None, Field(ge=0, le=24, description="An hour of the due day, Viet Nam time.")]
Minute = Annotated[int, Field(ge=0, le=59)]
From = Annotated[CountedFrom, Field(description="What `days_after` counts from; that day is left out.")]
Event = Annotated[Text | None, Field(max_length=300, description="The event counted from, as printed.")]
MONTH_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
YearStarts = Annotated[
    str | None,
    Field(pattern=MONTH_DAY, description="Custom windows: month and day on which the reporting year begins.",
          examples=["11-01"]),
]  # fmt: skip
CutOff = Annotated[
    str | None,
    Field(pattern=MONTH_DAY, description="Month and day to which figures run, where it is not the period's end.",
          examples=["10-31"]),
]  # fmt: skip
AppliesFrom = Annotated[
    Day | None, Field(description="The version reads periods that end on this day or later; null: all of them.")
]


class DeadlineRuleRead(BaseModel):
    """How the wording of a deadline is read."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [HALF_YEAR_RULE]})

    window: Annotated[Window, Field(description="The shape of the periods.")]
    parts: Annotated[list[str], Field(description="Parts of the reporting year: Y, H1, Q1, M01; none is all.")]
    series_years: Annotated[list[int], Field(description="The due years of a series.")]
    period_iso: str | None
    wording: Annotated[str, Field(description="The document's own words.")]
    operator: Operator
    month: int | None
    day: int | None
    year_offset: Annotated[int, Field(description="1: in the year after the period.")]
    fixed_year: Annotated[int | None, Field(description="The one year that the document names.")]
    days_after: Annotated[int | None, Field(description="Days after the period's end, instead of a date.")]
    counts_working_days: bool
    with_obligation: Annotated[str | None, Field(description="Whose deadline it shares.")]
    roll: RollTo
    month_offset: MonthOffset
    working_day: WorkingDay
    weekday: Weekday
    week_offset: int
    hour: Hour
    minute: int
    counted_from: From
    event: str | None
    year_starts: str | None
    cut_off: Annotated[str | None, Field(description="Month and day to which figures run.")]
    applies_from: Annotated[date | None, Field(description="It reads periods that end then or later.")]


class RuleFields(BaseModel):
    """What a whole rule and a change of one may both leave out."""

    model_config = ConfigDict(extra="forbid")

    period_iso: Length = None
    month: Month = None
    day: DayOfMonth = None
    year_offset: YearOffset = 0
    fixed_year: FixedYear = None
    days_after: DaysAfter = None
    counts_working_days: bool = False
    with_obligation: WithObligation = None
    roll: RollTo = Roll.NONE
    month_offset: MonthOffset = None
    working_day: WorkingDay = None
    weekday: Weekday = None
    week_offset: WeekOffset = 0
    hour: Hour = None
    minute: Minute = 0
    counted_from: From = CountedFrom.PERIOD_END
    event: Event = None
    year_starts: YearStarts = None
    cut_off: CutOff = None


class DeadlineRuleIn(RuleFields):
    """A deadline rule, whole. It names its day in one way: see the guide to deadlines."""

    model_config = ConfigDict(json_schema_extra={"examples": [MONTHLY_RULE]})

    window: Window
    parts: Parts = []
    series_years: SeriesYears = []
    wording: Wording = ""
    operator: Operator = Operator.NONE

    def columns(self) -> dict[str, Any]:
        """The rule under the names that the table has."""
        return _columns(self.model_dump())


class RuleChange(RuleFields):
    """The fields of a deadline rule that would change; what is not sent stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"roll": "following"}]})

    window: Window | None = None
    parts: Parts | None = None
    series_years: SeriesYears | None = None
    wording: Wording | None = None
    operator: Operator | None = None

    @model_validator(mode="after")
    def _takes_nothing_vital_away(self) -> "RuleChange":
        if any(getattr(self, name) is None for name in VITAL if name in self.model_fields_set):
            raise ValueError(f"{', '.join(VITAL)} cannot be null; leave out what stays")
        return self

    def columns(self) -> dict[str, Any]:
        """The fields that were sent, under the names that the table has."""
        return _columns(self.model_dump(exclude_unset=True))


VITAL = ("window", "parts", "series_years", "wording", "operator")


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    return {"period_window" if name == "window" else name: value for name, value in fields.items()}
