"""Working days: the week, the days of the law, and the days that the Government moved."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.calendar.errors import DaysTooMany
from services.registry.calendar.rules import (
    Confidence,
    DayFact,
    DayKind,
    WorkingCalendar,
    require_span,
)
from services.registry.calendar.statutory import statutory_day

DAY = timedelta(days=1)
DAYS = st.dates(date(2019, 1, 1), date(2033, 12, 31))
LAW = WorkingCalendar(statutory_day)


def a_fact(kind: DayKind, confidence: Confidence = Confidence.HIGH) -> DayFact:
    return DayFact(kind, "Ngày", "Day", "test", confidence)


def test_a_plain_week_has_five_working_days():
    bare = WorkingCalendar(lambda _: None)

    week = [bare.is_working_day(date(2026, 7, 6) + DAY * n) for n in range(7)]

    assert week == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("day", "works", "kind"),
    [
        (date(2026, 9, 2), False, DayKind.PUBLIC_HOLIDAY),
        (date(2026, 8, 22), True, DayKind.MAKE_UP_WORKING_DAY),
        (date(2026, 7, 4), False, DayKind.WEEKEND),
        (date(2026, 7, 3), True, DayKind.WORKDAY),
    ],
)
def test_the_statutory_calendar_knows_holidays_and_make_up_saturdays(day, works, kind):
    judged = LAW.judge(day)

    assert (judged.is_working, judged.kind) == (works, kind)


def test_an_override_wins_over_the_day_of_the_law():
    friday, saturday = date(2026, 1, 2), date(2026, 1, 10)
    overrides = {
        friday: a_fact(DayKind.SWAPPED_DAY_OFF),
        saturday: a_fact(DayKind.MAKE_UP_WORKING_DAY),
        date(2026, 9, 2): None,
    }
    moved = WorkingCalendar(statutory_day, overrides)

    assert (LAW.is_working_day(friday), moved.is_working_day(friday)) == (True, False)
    assert (LAW.is_working_day(saturday), moved.is_working_day(saturday)) == (False, True)
    assert (LAW.is_working_day(date(2026, 9, 2)), moved.is_working_day(date(2026, 9, 2))) == (False, True)


def test_only_a_sure_source_settles_a_day():
    unsure = WorkingCalendar(lambda _: a_fact(DayKind.PUBLIC_HOLIDAY, Confidence.MEDIUM))

    assert not unsure.judge(date(2027, 2, 5)).is_settled
    assert WorkingCalendar(lambda _: None).judge(date(2027, 2, 5)).is_settled


@settings(deadline=None)
@given(DAYS, st.integers(1, 30))
def test_the_nth_working_day_has_n_working_days_behind_it(day, count):
    reached = LAW.add_working_days(day, count)

    passed = [d for d in LAW.days(day + DAY, reached) if d.is_working]
    assert len(passed) == count
    assert LAW.is_working_day(reached)


@settings(deadline=None)
@given(DAYS)
def test_the_next_working_day_is_the_day_itself_or_the_nearest_one(day):
    reached = LAW.working_day_from(day)

    assert reached >= day
    assert [d.on for d in LAW.days(day, reached) if d.is_working] == [reached]


@pytest.mark.parametrize("last", [date(2025, 12, 31), date(2031, 1, 1)])
def test_a_span_backwards_or_of_many_years_is_refused(last):
    with pytest.raises(DaysTooMany):
        require_span(date(2026, 1, 1), last)
