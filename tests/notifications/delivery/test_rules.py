"""What becomes of a delivery: for any answer, any try, any Retry-After."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.delivery.rules import (
    EXHAUSTIONS_ALLOWED,
    JITTER,
    LONGEST_ASKED_WAIT,
    RETRY_AFTER,
    Answer,
    DeliveryState,
    must_disable,
    read_retry_after,
    settle,
)

NOW = datetime(2026, 7, 5, 1, 0, tzinfo=UTC)
LAST = len(RETRY_AFTER) + 1

statuses = st.integers(100, 599)
tries = st.integers(1, LAST)
jitters = st.floats(0, 1)
headers = st.none() | st.text(max_size=40) | st.integers(0, 10**12).map(str)
answers = st.builds(Answer, status=st.none() | statuses, retry_after=headers)


@given(answers, tries, jitters)
def test_every_answer_has_an_outcome_and_only_waiting_has_a_next_time(answer, tried, jitter):
    outcome = settle(tried, answer, now=NOW, jitter=jitter)

    assert (outcome.next_at is not None) == (outcome.state is DeliveryState.PENDING)
    assert (outcome.state is DeliveryState.DELIVERED) == answer.succeeded
    assert outcome.gone == (answer.status == 410)


@given(answers, tries, jitters)
def test_the_next_attempt_is_never_at_once_and_never_later_than_the_longest_wait(answer, tried, jitter):
    outcome = settle(tried, answer, now=NOW, jitter=jitter)

    if outcome.next_at is not None:
        longest = max(LONGEST_ASKED_WAIT, *RETRY_AFTER) * (1 + JITTER)
        assert timedelta(seconds=1) <= outcome.next_at - NOW <= longest + timedelta(microseconds=1)


@given(answers.filter(lambda answer: not answer.succeeded), jitters)
def test_the_tenth_failure_is_the_last(answer, jitter):
    assert settle(LAST, answer, now=NOW, jitter=jitter).state is DeliveryState.FAILED


@pytest.mark.parametrize("tried", range(1, LAST))
def test_each_failure_waits_as_the_list_says_and_a_little_longer(tried):
    answer = Answer(status=500)

    assert settle(tried, answer, now=NOW, jitter=0).next_at == NOW + RETRY_AFTER[tried - 1]
    assert settle(tried, answer, now=NOW, jitter=1).next_at == NOW + RETRY_AFTER[tried - 1] * 1.2


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_names_a_time_is_not_asked_earlier(status):
    date = format_datetime(NOW + timedelta(minutes=7), usegmt=True)

    for named in ("420", " 420 ", date):
        outcome = settle(1, Answer(status=status, retry_after=named), now=NOW, jitter=0)
        assert outcome.next_at == NOW + timedelta(minutes=7)


def test_a_receiver_cannot_ask_for_more_than_a_day():
    outcome = settle(1, Answer(status=503, retry_after="99999999"), now=NOW, jitter=0)

    assert outcome.next_at == NOW + LONGEST_ASKED_WAIT


@pytest.mark.parametrize("named", ["soon", "-5", "", "1.5", "²", "Wed, 99 Foo 2026"])
def test_what_is_no_time_leaves_the_list_in_force(named):
    outcome = settle(2, Answer(status=503, retry_after=named), now=NOW, jitter=0)

    assert outcome.next_at == NOW + RETRY_AFTER[1]


def test_a_server_error_with_retry_after_follows_the_list():
    outcome = settle(1, Answer(status=500, retry_after="3600"), now=NOW, jitter=0)

    assert outcome.next_at == NOW + RETRY_AFTER[0]


def test_a_redirect_is_a_failure():
    assert settle(1, Answer(status=302), now=NOW, jitter=0).state is DeliveryState.PENDING


@given(st.text(max_size=60))
def test_any_retry_after_can_be_read(header):
    read = read_retry_after(header, NOW)

    assert read is None or isinstance(read, timedelta)


def test_an_endpoint_is_disabled_only_after_repeated_exhaustion():
    assert not must_disable(EXHAUSTIONS_ALLOWED)
    assert must_disable(EXHAUSTIONS_ALLOWED + 1)
