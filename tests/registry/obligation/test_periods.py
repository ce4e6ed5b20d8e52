"""Windows and labels of periods."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.obligation.errors import PeriodUnreadable
from services.registry.obligation.periods import (
    Period,
    PeriodRule,
    Window,
    add_months,
    clamp_day,
    parse_label,
    parse_months,
)

DAYS = st.dates(date(1995, 1, 1), date(2100, 12, 31))
REGULAR = st.sampled_from([w for w in Window if w.has_parts and not w.endswith("cumulative") and not w.is_custom])
YEARS = st.integers(1992, 2140)


def periods_of(window: Window, year: int, *parts: str) -> list[Period]:
    return list(PeriodRule(window, parts).periods_ending_in([year]))


@pytest.mark.parametrize(
    ("window", "parts", "labels"),
    [
        (Window.CALENDAR_YEAR, (), ["2026"]),
        (Window.CALENDAR_HALF, (), ["2026-S1", "2026-S2"]),
        (Window.CALENDAR_HALF, ("H1",), ["2026-S1"]),
        (
            Window.CALENDAR_QUARTER,
            (),
            ["2026-01-01/P3M", "2026-04-01/P3M", "2026-07-01/P3M", "2026-10-01/P3M"],
        ),
        (Window.CALENDAR_MONTH, ("M02",), ["2026-02-01/P1M"]),
        (Window.DECREE09_HALF, (), ["2025-12-15/P6M", "2026-06-15/P6M"]),
        (Window.DECREE09_YEAR, (), ["2025-12-15/P12M"]),
        (Window.DECREE09_QUARTER, ("Q1",), ["2025-12-15/P3M"]),
        (Window.ONE_OFF, (), []),
        (Window.ON_DEMAND, (), []),
    ],
)
def test_the_reporting_year_2026_has_these_periods(window, parts, labels):
    assert [period.label for period in periods_of(window, 2026, *parts)] == labels


def test_decree_09_windows_run_from_the_fifteenth_to_the_fourteenth():
    first, second = periods_of(Window.DECREE09_HALF, 2026)
    (year,) = periods_of(Window.DECREE09_YEAR, 2026)

    assert first == Period(date(2025, 12, 15), date(2026, 6, 14))
    assert second == Period(date(2026, 6, 15), date(2026, 12, 14))
    assert year == Period(first.start, second.end)


def test_a_series_has_a_period_only_in_its_due_years():
    rule = PeriodRule(Window.SERIES, series_years=(2020, 2025, 2030), series_months=60)

    assert [p.label for p in rule.periods_ending_in(range(2019, 2031))] == [
        "2016-01-01/P60M",
        "2021-01-01/P60M",
        "2026-01-01/P60M",
    ]


@given(REGULAR, YEARS)
def test_the_periods_of_a_year_follow_each_other_without_gap_and_end_in_it(window, year):
    periods = periods_of(window, year)

    assert all(period.end.year == year for period in periods)
    assert all(b.start - a.end == timedelta(days=1) for a, b in pairwise(periods))
    assert add_months(periods[0].start, 12) - timedelta(days=1) == periods[-1].end


@given(DAYS, st.integers(0, 4000))
def test_every_period_can_be_read_back_from_its_label(start, days):
    period = Period(start, start + timedelta(days=days))

    assert parse_label(period.label) == period


@pytest.mark.parametrize(
    "label",
    [
        "", "26", "2026-S3", "2026-H1", "2026-02-30/P1M", "2026-01-01/P0M", "2026-01-01/P6Y",
        "9999", "0001-01-01/P1M", "2026-01-01/P9999M", "٢٠٢٦", "2026 ", "2026\n", "2026-S1/", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(label):
    with pytest.raises(PeriodUnreadable) as refusal:
        parse_label(label)

    assert refusal.value.status == 422


@pytest.mark.parametrize("period_iso", ["6M", "P6W", "P", "PT6H"])
def test_a_length_that_is_no_number_of_months_is_refused(period_iso):
    with pytest.raises(PeriodUnreadable):
        parse_months(period_iso)


@given(YEARS, st.integers(1, 12), st.integers(1, 31))
def test_a_day_that_a_month_lacks_becomes_its_last_day(year, month, day):
    clamped = clamp_day(year, month, day)

    assert (clamped.year, clamped.month) == (year, month)
    assert clamped.day == day or (clamped.day < day and (clamped + timedelta(days=1)).day == 1)


def test_leap_years_are_known():
    assert clamp_day(2028, 2, 29) == date(2028, 2, 29)
    assert clamp_day(2027, 2, 29) == date(2027, 2, 28)
    assert clamp_day(2100, 2, 31) == date(2100, 2, 28)
    assert add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)
