"""The clock words, at every edge; and the same decision in SQL."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.cycle.clock_words import ClockWord, Punctuality, Times, judge_punctuality, read_clock
from tests.submissions.service import FIRST_MORNING as DUE

TICK = timedelta(microseconds=1)
OPENS = DUE - timedelta(days=100)


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (OPENS - TICK, ClockWord.NOT_DUE),
        (OPENS, ClockWord.DUE),
        (DUE, ClockWord.DUE),
        (DUE + TICK, ClockWord.OVERDUE),
    ],
)
def test_what_is_not_reported_goes_from_not_due_to_overdue(now, word):
    assert read_clock(Times(OPENS, DUE, None), now) is word


def test_the_last_instant_is_on_time_and_one_microsecond_later_is_late():
    assert read_clock(Times(OPENS, DUE, DUE), DUE) is ClockWord.ON_TIME
    assert read_clock(Times(OPENS, DUE, DUE + TICK), DUE + TICK) is ClockWord.LATE
    assert judge_punctuality(DUE, DUE) is Punctuality.ON_TIME
    assert judge_punctuality(DUE, DUE + TICK) is Punctuality.LATE


@given(now=st.integers(-400, 400), received=st.none() | st.integers(-400, 400))
def test_without_a_date_nothing_is_ever_due_or_judged(now, received):
    received_at = None if received is None else DUE + timedelta(days=received)

    assert read_clock(Times(OPENS, None, received_at), DUE + timedelta(days=now)) is ClockWord.NOT_DUE
    assert judge_punctuality(None, received_at) is None
