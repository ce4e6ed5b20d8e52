"""From wording to instant: each operator, roll and offset, and the steps that explain them."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import VIETNAM
from services.registry.calendar.rules import WorkingCalendar
from services.registry.calendar.statutory import statutory_day
from services.registry.obligation.deadlines import (
    Deadline,
    DeadlineRule,
    Operator,
    Roll,
    require_rule,
    set_deadline,
)
from services.registry.obligation.errors import DeadlineRuleWrong
from services.registry.obligation.periods import Period, parse_label

from .builders import a_rule, an_unkind_calendar, real_calendar

DAY = timedelta(days=1)
MONTH_DAYS = st.tuples(st.integers(1, 12), st.integers(1, 31))
PERIODS = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)),
    st.dates(date(2015, 1, 1), date(2040, 12, 31)),
    st.integers(0, 800),
)
DAYS_OFF = st.sets(st.dates(date(2014, 1, 1), date(2045, 12, 31)), max_size=30)
NAMED = st.sampled_from([Operator.BEFORE, Operator.ON, Operator.NO_LATER_THAN])


@st.composite
def rules(draw) -> DeadlineRule:
    """Rules that name a day, of every operator, roll and offset."""
    month, day = draw(MONTH_DAYS)
    year_offset, roll = draw(st.integers(0, 2)), draw(st.sampled_from(Roll))
    if draw(st.booleans()):
        count, working = draw(st.integers(0, 40)), draw(st.booleans())
        return DeadlineRule(draw(NAMED), days_after=count, counts_working_days=working, roll=roll)
    return DeadlineRule(draw(NAMED), month=month, day=day, year_offset=year_offset, roll=roll)


def due(rule: DeadlineRule, label: str = "2026", calendar: WorkingCalendar | None = None) -> Deadline:
    return set_deadline(rule, parse_label(label), calendar or an_unkind_calendar(), lambda _: None)


@pytest.mark.parametrize(
    ("rule", "label", "last_day"),
    [
        (a_rule(), "2026", date(2026, 11, 14)),
        (a_rule(operator=Operator.ON, month=6, day=15), "2025-12-15/P6M", date(2026, 6, 15)),
        (a_rule(operator=Operator.NO_LATER_THAN, month=4, day=22), "2020-03-26/P28D", date(2020, 4, 22)),
        (a_rule(month=1, day=5, year_offset=1), "2026", date(2027, 1, 4)),
        (a_rule(month=7, day=5), "2026-S1", date(2026, 7, 4)),
        (a_rule(month=3, day=1), "2028", date(2028, 2, 29)),
        (a_rule(month=3, day=1), "2027", date(2027, 2, 28)),
        (a_rule(month=1, day=1, year_offset=1), "2026", date(2026, 12, 31)),
        (a_rule(operator=Operator.ON, month=6, day=31), "2026", date(2026, 6, 30)),
        (a_rule(month=2, day=29), "2027", date(2027, 2, 27)),
        (a_rule(operator=Operator.NO_LATER_THAN, fixed_year=2020, month=4, day=22), "2026", date(2020, 4, 22)),
    ],
)
def test_each_wording_has_its_own_last_day(rule, label, last_day):
    assert due(rule, label).due_on == last_day


@given(PERIODS, MONTH_DAYS, st.integers(0, 2))
def test_before_is_exactly_one_day_before_on(period, month_day, offset):
    before = a_rule(month=month_day[0], day=month_day[1], year_offset=offset)
    on = replace(before, operator=Operator.ON)
    until = replace(before, operator=Operator.NO_LATER_THAN)
    calendar = an_unkind_calendar()
    days = [set_deadline(rule, period, calendar, lambda _: None).due_on for rule in (before, on, until)]

    assert days[0] + DAY == days[1] == days[2]


@given(rules(), PERIODS, DAYS_OFF)
def test_due_at_is_the_last_microsecond_of_its_vietnamese_day(rule, period, days_off):
    deadline = set_deadline(rule, period, an_unkind_calendar(*days_off), lambda _: None)
    local = deadline.due_at.astimezone(VIETNAM)

    assert local == datetime.combine(deadline.due_on, time(23, 59, 59, 999999), VIETNAM)
    assert (local + timedelta(microseconds=1)).date() == deadline.due_on + DAY
    assert deadline.due_at.utcoffset() == timedelta(hours=7)
    assert deadline.overdue_after == deadline.due_at


@given(rules(), PERIODS, DAYS_OFF)
def test_the_last_step_carries_the_instant_and_every_step_speaks_both_languages(rule, period, days_off):
    deadline = set_deadline(rule, period, an_unkind_calendar(*days_off), lambda _: None)

    assert deadline.steps[-1].as_json()["due_at"] == deadline.due_at.isoformat()
    assert deadline.steps[0].facts["period_end"] == period.end.isoformat()
    assert all(step.vi and step.en and step.vi != step.en for step in deadline.steps)


@given(rules(), PERIODS, DAYS_OFF)
def test_rolling_gives_the_nearest_working_day_and_no_further_one(rule, period, days_off):
    calendar = an_unkind_calendar(*days_off)
    asked = set_deadline(replace(rule, roll=Roll.NONE), period, calendar, lambda _: None).due_on
    later = set_deadline(replace(rule, roll=Roll.FOLLOWING), period, calendar, lambda _: None).due_on
    earlier = set_deadline(replace(rule, roll=Roll.PRECEDING), period, calendar, lambda _: None).due_on

    assert earlier <= asked <= later
    assert calendar.is_working_day(earlier)
    assert calendar.is_working_day(later)
    between = [earlier + DAY * n for n in range(1, (later - earlier).days)]
    assert not any(calendar.is_working_day(day) for day in between)


@pytest.mark.parametrize(
    ("roll", "last_day"),
    [(Roll.NONE, date(2026, 1, 4)), (Roll.FOLLOWING, date(2026, 1, 5)), (Roll.PRECEDING, date(2025, 12, 31))],
)
def test_the_sunday_after_the_new_year_break_rolls_over_the_swapped_friday(roll, last_day):
    rule = a_rule(month=1, day=5, year_offset=1, roll=roll)

    assert due(rule, "2025", real_calendar()).due_on == last_day


def test_a_make_up_saturday_is_a_working_day_to_roll_to():
    rule = a_rule(operator=Operator.ON, month=1, day=10, year_offset=1, roll=Roll.FOLLOWING)

    assert due(rule, "2025", real_calendar()).due_on == date(2026, 1, 10)
    assert due(rule, "2025", WorkingCalendar(statutory_day)).due_on == date(2026, 1, 12)


@pytest.mark.parametrize(("working", "last_day"), [(False, date(2026, 7, 5)), (True, date(2026, 7, 7))])
def test_days_after_the_period_count_calendar_or_working_days(working, last_day):
    rule = DeadlineRule(Operator.NO_LATER_THAN, days_after=5, counts_working_days=working)

    assert due(rule, "2026-S1").due_on == last_day


def test_a_series_belongs_to_its_year_and_is_overdue_only_after_it():
    deadline = due(DeadlineRule(Operator.YEAR_SERIES), "2025-01-01/P24M")

    assert (deadline.due_on, deadline.due_at) == (None, None)
    assert deadline.overdue_after.isoformat() == "2026-12-31T23:59:59.999999+07:00"
    assert deadline.steps[-1].facts["overdue_after"] == "2026-12-31T23:59:59.999999+07:00"


def test_no_date_is_never_overdue_and_no_date_is_invented():
    deadline = due(DeadlineRule(Operator.NONE, "định kỳ 6 tháng", month=11, day=15))

    assert (deadline.due_on, deadline.due_at, deadline.overdue_after) == (None, None, None)
    assert deadline.steps[-1].code == "no_date"


@given(rules(), PERIODS)
def test_a_shared_deadline_is_always_the_other_ones(rule, period):
    calendar = an_unkind_calendar()
    shared = DeadlineRule(Operator.WITH, "kèm theo", with_obligation="A")
    mine = set_deadline(shared, period, calendar, {"A": rule}.get)
    other = set_deadline(rule, period, calendar, lambda _: None)

    assert (mine.due_at, mine.overdue_after) == (other.due_at, other.overdue_after)
    assert mine.steps[-1] == other.steps[-1]
    assert "shared_deadline" in [step.code for step in mine.steps]


@pytest.mark.parametrize("rules_by_id", [{}, {"A": DeadlineRule(Operator.WITH, with_obligation="A")}])
def test_a_shared_deadline_that_leads_nowhere_or_in_a_circle_is_refused(rules_by_id):
    with pytest.raises(DeadlineRuleWrong):
        set_deadline(
            DeadlineRule(Operator.WITH, with_obligation="A"),
            parse_label("2026"),
            an_unkind_calendar(),
            rules_by_id.get,
        )


@pytest.mark.parametrize(
    "rule",
    [
        DeadlineRule(Operator.BEFORE),
        DeadlineRule(Operator.BEFORE, month=11),
        DeadlineRule(Operator.ON, month=4, day=32),
        DeadlineRule(Operator.ON, month=13, day=1),
        DeadlineRule(Operator.ON, month=11, day=15, days_after=3),
        DeadlineRule(Operator.WITH),
    ],
)
def test_a_rule_that_names_no_day_is_refused(rule):
    with pytest.raises(DeadlineRuleWrong) as refusal:
        require_rule(rule)

    assert refusal.value.status == 422


def test_no_day_is_set_where_none_is_named():
    with pytest.raises(DeadlineRuleWrong):
        due(DeadlineRule(Operator.BEFORE))


def test_a_roll_over_days_that_nobody_has_announced_is_not_settled():
    rule = a_rule(operator=Operator.ON, month=2, day=6, roll=Roll.FOLLOWING)

    assert not due(rule, "2027", real_calendar()).is_settled
    assert due(replace(rule, roll=Roll.NONE), "2027", real_calendar()).is_settled


def test_the_4th_of_july_2026_is_explained_step_by_step():
    deadline = due(a_rule(wording="trước ngày 05/7", month=7, day=5), "2026-S1", real_calendar())

    assert [step.code for step in deadline.steps] == [
        "period",
        "wording",
        "named_day",
        "before",
        "not_rolled",
        "due_at",
    ]
    assert "thứ Bảy, ngày 04/7/2026" in deadline.steps[3].vi
    assert "Saturday, 4 July 2026" in deadline.steps[3].en
    assert deadline.steps[-1].facts["due_at"] == "2026-07-04T23:59:59.999999+07:00"
