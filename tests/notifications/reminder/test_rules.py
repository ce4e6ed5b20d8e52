"""Which step of a ladder fires: for any ladder, any due day and any moment."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.reminder.rules import (
    ReminderClock,
    ReminderState,
    Step,
    Tells,
    choose_step,
    fires_at,
    preview,
)
from tests.notifications.builders import vn

offsets = st.lists(st.integers(-60, 60), unique=True, max_size=8)
days_of_due = st.dates(date(2020, 1, 1), date(2030, 12, 31))
moments = st.integers(-90 * 24 * 60, 90 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def ladder(offset_days: list[int], tells: Tells = Tells.REPORTER) -> list[Step]:
    return [Step(ReminderClock.DUE, offset, tells, "deadline.approaching") for offset in offset_days]


def test_a_step_is_told_at_eight_in_the_morning_in_viet_nam():
    assert fires_at(date(2026, 7, 4), 1) == vn("2026-07-05T08:00")
    assert fires_at(date(2026, 7, 4), -30) == vn("2026-06-04T08:00")


def test_nothing_fires_before_its_time():
    assert choose_step([vn("2026-07-05T08:00")], vn("2026-07-05T07:59:59.999999")) is None


def test_a_step_fires_from_its_very_instant_on():
    assert choose_step([vn("2026-07-05T08:00")], vn("2026-07-05T08:00")) == vn("2026-07-05T08:00")


@given(offsets, days_of_due, moments)
def test_at_most_one_step_fires_and_it_is_the_latest_that_has_come(steps, due_on, moment):
    now = fires_at(due_on, 0) + moment
    planned = preview(ladder(steps), due_on, now)

    fired = [one for one in planned if one.state is ReminderState.FIRED]
    skipped = [one for one in planned if one.state is ReminderState.SKIPPED]
    waiting = [one for one in planned if one.state is ReminderState.PLANNED]
    assert len(planned) == len(steps)
    assert all(one.fires_at > now for one in waiting)
    assert len(fired) == (1 if any(one.fires_at <= now for one in planned) else 0)
    assert all(one.fires_at < fired[0].fires_at for one in skipped)


@given(offsets, days_of_due, moments, st.lists(moments, max_size=5))
def test_looking_more_often_never_tells_a_step_twice_nor_out_of_order(steps, due_on, moment, looks):
    told = []
    for now in sorted(fires_at(due_on, 0) + look for look in [moment, *looks]):
        chosen = choose_step((fires_at(due_on, offset) for offset in steps), now)
        if chosen is not None and chosen not in told:
            told.append(chosen)

    assert told == sorted(told)


@given(offsets, days_of_due, moments)
def test_who_is_told_does_not_change_what_others_are_told(steps, due_on, moment):
    now = fires_at(due_on, 0) + moment
    alone = preview(ladder(steps), due_on, now)
    together = preview(ladder(steps) + ladder([1, 7], Tells.RECIPIENT), due_on, now)

    assert [one for one in together if one.step.tells is Tells.REPORTER] == alone
