"""An obligation as the rules read it, built from rows whose values were checked when they were kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.agency.rules import holds
from services.registry.obligation.deadline_rule import CountedFrom, DeadlineRule, Operator, Roll
from services.registry.obligation.periods import (
    ONE_DAY,
    Period,
    PeriodRule,
    Window,
    parse_month_day,
    parse_months,
)

Row = Mapping[Any, Any]
"""A row of the database, or of a file read into the same columns."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One version of a rule, and the ends of periods that it reads: from `first` to `last`, None is open."""

    periods: PeriodRule
    deadline: DeadlineRule
    version: int = 1
    first: date | None = None
    last: date | None = None
    author: str = ""
    reason: str = ""

    def reads(self, period: Period) -> bool:
        return holds(self.first, self.last, period.end)


@dataclass(frozen=True, slots=True)
class Exempt:
    """An agency that does not owe an obligation on some days, by derogation."""

    agency: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation as the rules read it: who, to whom, through whom, for which periods and by when."""

    id: str
    reporter: tuple[str, ...]
    recipient: tuple[str, ...]
    via: tuple[str, ...]
    next_level: str | None
    valid_from: date | None
    valid_to: date | None
    periods: PeriodRule
    deadline: DeadlineRule
    rule_version: int = 1
    readings: tuple[Reading, ...] = ()
    """Every version of the rule that still reads some period, oldest first; none: the present one reads all."""
    is_mandatory: bool = True
    exempt: tuple[Exempt, ...] = ()

    @property
    def all_readings(self) -> tuple[Reading, ...]:
        """The versions of the rule, each with the periods that it reads."""
        return self.readings or (Reading(self.periods, self.deadline, self.rule_version),)

    def reading_of(self, period: Period) -> Reading | None:
        """Return the version of the rule that reads a period."""
        return next((reading for reading in self.all_readings if reading.reads(period)), None)

    def covers(self, period: Period) -> bool:
        """Whether a cycle of this period exists: validity concerns the period's end, not the due day."""
        return self.holds_on(period.end)

    def holds_on(self, day: date) -> bool:
        return holds(self.valid_from, self.valid_to, day)

    @property
    def only_period(self) -> Period | None:
        """The one period of a one-off obligation: the time in which it is in force."""
        if self.periods.window is not Window.ONE_OFF or self.valid_from is None or self.valid_to is None:
            return None
        return Period(self.valid_from, self.valid_to)


def period_rule_of(row: Row) -> PeriodRule:
    """Return the period windows that a row of a deadline rule holds."""
    return PeriodRule(
        window=Window(row["period_window"]),
        parts=tuple(row["parts"]),
        series_years=tuple(row["series_years"]),
        series_months=parse_months(row["period_iso"]),
        year_starts=parse_month_day(row.get("year_starts")),
    )


def deadline_rule_of(row: Row) -> DeadlineRule:
    """Return the deadline rule that a row holds."""
    return DeadlineRule(
        operator=Operator(row["operator"]),
        wording=row["wording"],
        month=row["month"],
        day=row["day"],
        year_offset=row["year_offset"],
        fixed_year=row["fixed_year"],
        days_after=row["days_after"],
        counts_working_days=row["counts_working_days"],
        with_obligation=row["with_obligation"],
        roll=Roll(row["roll"]),
        month_offset=row.get("month_offset"),
        working_day=row.get("working_day"),
        weekday=row.get("weekday"),
        week_offset=row.get("week_offset") or 0,
        hour=row.get("hour"),
        minute=row.get("minute") or 0,
        counted_from=CountedFrom(row.get("counted_from") or CountedFrom.PERIOD_END),
        event=row.get("event"),
        cut_off=parse_month_day(row["cut_off"]) if row.get("cut_off") else None,
    )


def readings_of(rules: Sequence[Row]) -> tuple[Reading, ...]:
    """Return the versions of a rule, oldest first, each with what newer ones leave to it."""
    found: list[Reading] = []
    last: date | None = None
    for row in reversed(rules):
        first = row.get("applies_from")
        if first is None or last is None or first <= last:
            found.append(
                Reading(
                    period_rule_of(row),
                    deadline_rule_of(row),
                    row["version"],
                    first,
                    last,
                    row.get("author", ""),
                    row.get("reason", ""),
                )
            )
            if first is None:
                break
            last = first - ONE_DAY
    return tuple(reversed(found))


def duty_of(row: Row, parties: Sequence[Row], rules: Row | Sequence[Row], exempt: Sequence[Row] = ()) -> Duty:
    """Return an obligation from its row, those it names, the versions of its rule and the derogations from it."""
    versions = [rules] if isinstance(rules, Mapping) else rules
    readings = readings_of(versions)
    present = readings[-1]
    named = {part: tuple(_code(p) for p in parties if p["part"] == part) for part in _PARTS}
    return Duty(
        id=row["id"],
        **named,
        next_level=row["next_obligation"] or row["next_agency"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        periods=present.periods,
        deadline=present.deadline,
        rule_version=present.version,
        readings=readings,
        is_mandatory=row.get("binding", "mandatory") == "mandatory",
        exempt=tuple(Exempt(one["agency"], one["valid_from"], one["valid_to"]) for one in exempt),
    )


_PARTS = ("reporter", "recipient", "via")


def _code(party: Row) -> str:
    return str(party["agency"] or party["agency_group"])
