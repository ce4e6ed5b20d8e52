"""How reports are written: numbers, days, shortening, numbering, who reads what. No database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.cycle.clock_words import ClockWord
from services.submissions.cycle.counting import Standing
from services.submissions.cycle.tables import State
from services.submissions.report.content import Heading, Paragraph
from services.submissions.report.errors import ReportAgencyNeeded, ReportNotFound
from services.submissions.report.facts import number_sources
from services.submissions.report.rules import (
    CAPITAL,
    Upward,
    choose_upward,
    count_ledger,
    day_of_facts,
    longest_text,
    missing_state,
    place_of,
)
from services.submissions.report.speech import Speech
from services.submissions.report.telling import LEAST, MOST, Shortening
from services.submissions.report.words import PHRASES
from services.submissions.report.writing import numbered, roman
from services.submissions.report.writing_ledger import grouped_hash, write_completeness

VI, EN = Speech("vi"), Speech("en")
SENT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (0, "0", "0"),
        (1234567, "1.234.567", "1,234,567"),
        (Decimal("1234.50"), "1.234,5", "1,234.5"),
        (Decimal("-2000"), "-2.000", "-2,000"),
        (Decimal("1E+3"), "1.000", "1,000"),
        (Decimal("0.000001"), "0,000001", "0.000001"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, vi, en):
    assert (VI.number(value), EN.number(value)) == (vi, en)


@pytest.mark.parametrize(
    ("part", "whole", "vi"), [(1, 3, "33,3%"), (2, 3, "66,7%"), (0, 5, "0%"), (5, 5, "100%"), (0, 0, "–")]
)
def test_shares_are_rounded_to_one_place(part, whole, vi):
    assert VI.percent(part, whole) == vi


def test_days_and_periods_are_spoken():
    assert VI.day(date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"
    assert VI.day(date(2026, 11, 14)) == "ngày 14 tháng 11 năm 2026"
    assert EN.day(date(2026, 1, 5)) == "5 January 2026"
    assert VI.instant(datetime(2026, 11, 14, 17, 30, tzinfo=UTC)) == "15/11/2026 00:30"
    year = (date(2026, 1, 1), date(2026, 12, 31))
    assert VI.period("2026-S1", *year) == "6 tháng đầu năm 2026"
    assert VI.period("2026", *year) == "năm 2026"
    assert VI.period("2026-01-01/P12M", *year) == "01/01/2026 – 31/12/2026"
    assert (VI.written("1234.5"), VI.written("khoảng 3 tỷ")) == ("1.234,5", "khoảng 3 tỷ")


def test_every_phrase_takes_the_same_facts_in_both_languages():
    import string

    def names(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert {key: (vi, en) for key, (vi, en) in PHRASES.items() if names(vi) != names(en)} == {}


def test_what_stands_in_a_fact_is_not_read_as_a_phrase():
    assert VI.say("to", agency="{year} {0} {agency.__class__}") == "Kính gửi: {year} {0} {agency.__class__}"


@given(st.lists(st.integers(0, 30_000), max_size=60), st.integers(0, 100_000))
def test_shortened_texts_fit_or_are_as_short_as_they_may_be(lengths, budget):
    longest = longest_text(lengths, budget=budget, least=100, most=5_000)
    total = sum(min(length, longest) for length in lengths)

    assert 100 <= longest <= 5_000
    assert total <= budget or longest == 100 or (longest == 5_000 and total <= sum(lengths))
    assert longest == 5_000 or sum(lengths) > budget


def test_a_shortened_text_says_where_it_stands_in_full_and_a_short_one_stands_whole():
    shortening = Shortening.of(["một hai ba " * 100_000] * 3)
    (told,) = shortening.shorten("một hai ba " * 100_000, 7, VI)

    assert shortening.longest == MOST
    assert told.endswith("[…] (lược bớt; toàn văn ở báo cáo số 7 trong danh mục nguồn)")
    assert len(told) < MOST + 100
    assert Shortening.of(["x" * 20_000] * 5_000).longest == LEAST
    assert shortening.shorten("Dòng một\r\n\r\n  dòng   hai\x07 ", 7, VI) == ["Dòng một", "dòng hai"]
    assert shortening.shorten(" \n ", 7, VI) == [""]


@given(st.integers(1, 400))
def test_parts_are_numbered_in_roman(number):
    values = {"I": 1, "V": 5, "X": 10}
    digits = [values[letter] for letter in roman(number)]
    read = sum(-one if any(later > one for later in digits[at + 1 :]) else one for at, one in enumerate(digits))

    assert read == number


def test_headings_are_numbered_and_texts_are_not():
    blocks = [
        Heading(level=1, text="A"),
        Heading(level=2, text="a"),
        Paragraph(text="x"),
        Heading(level=2, text="b"),
    ]
    told = numbered([*blocks, Heading(level=1, text="B"), Heading(level=2, text="c"), Heading(level=3, text="d")])

    assert [one.text for one in told] == ["I. A", "1. a", "x", "2. b", "II. B", "1. c", "d"]


def a_row(**changes):
    facts = {"standing": Standing.COUNTED, "state": State.OWED, "clock": ClockWord.DUE, "accepted": None}
    return SimpleNamespace(**{**facts, "paper_receipt_id": None, "submission_id": None, **changes})


ROWS = st.lists(
    st.builds(
        a_row,
        standing=st.sampled_from(Standing),
        state=st.sampled_from(State),
        clock=st.sampled_from(ClockWord),
        accepted=st.none() | st.just(1),
    ),
    max_size=30,
)


@given(ROWS)
def test_no_count_is_above_what_is_owed(rows):
    counts = count_ledger(rows)

    assert counts.received <= counts.expected <= len(rows)
    assert counts.on_time + counts.late + counts.overdue <= counts.expected


def test_that_no_punctuality_is_known_yet_is_said_in_words():
    period = {"period": "2026", "period_start": date(2026, 1, 1), "period_end": date(2026, 12, 31)}
    row = a_row(obligation="O", title_vi="Báo cáo", title_en=None, **period)
    told = write_completeness([row], VI, "x")[1].text
    late = a_row(**{**vars(row), "state": State.SUBMITTED, "clock": ClockWord.LATE})

    assert told == "Đã nhận 0/1 báo cáo phải nộp (0%). Chưa có báo cáo nào xác định được là đúng hạn hay muộn."
    assert "0/1 đúng hạn (0%); 1 nộp muộn" in write_completeness([row, late], VI, "x")[1].text


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "state_owed"),
        ({"clock": ClockWord.OVERDUE}, "state_overdue"),
        ({"state": State.DRAFT, "clock": ClockWord.OVERDUE}, "state_overdue"),
        ({"state": State.RETURNED, "clock": ClockWord.LATE}, "state_returned"),
        ({"state": State.SUBMITTED, "submission_id": 1}, "state_submitted"),
        ({"state": State.SUBMITTED, "paper_receipt_id": 1}, "state_paper"),
    ],
)
def test_what_is_missing_says_how_far_it_has_come(changes, word):
    assert missing_state(a_row(**changes)) == word


def an_upward(agency="UBND-P42", **changes):
    facts = {
        "id": uuid4(),
        "agency": agency,
        "plan": "P",
        "subject": "plan_report",
        "state": "owed",
        "received_at": None,
        "submission": None,
        "form": None,
        "form_version": None,
        "year": 2026,
        "recipients": ("BNG",),
        "name_vi": "Ủy ban nhân dân tỉnh Hà Tĩnh",
        "name_en": None,
        "kind": "provincial_peoples_committee",
        "place_vi": "Hà Tĩnh",
        "place_en": "Ha Tinh",
        "is_own": False,
        "is_focal": False,
        "is_above": False,
    }
    return Upward(**{**facts, **changes})


def test_the_owner_and_its_focal_point_read_at_any_time_those_above_what_was_sent():
    figures = {"subject": "migration_data", "received_at": SENT, "is_above": True}

    assert choose_upward([an_upward(is_own=True)], None)
    assert choose_upward([an_upward(is_focal=True), an_upward()], None)[1].is_focal is False
    assert choose_upward([an_upward(is_above=True, received_at=SENT)], None)
    for unread in ([], [an_upward()], [an_upward(is_above=True)], [an_upward(**figures)]):
        with pytest.raises(ReportNotFound):
            choose_upward(unread, None)


def test_of_several_the_own_is_meant_and_otherwise_one_must_be_named():
    others = [an_upward(name, is_above=True, received_at=SENT) for name in ("A", "B")]

    assert [one.agency for one in choose_upward([*others, an_upward("C", is_own=True)], None)] == ["C"]
    with pytest.raises(ReportAgencyNeeded) as refusal:
        choose_upward(others, None)
    assert refusal.value.facts["agencies"] == ["A", "B"]


def test_it_is_signed_at_the_seat_of_the_province_or_in_the_capital_or_nobody_says_where():
    assert place_of(an_upward()) == ("Hà Tĩnh", "Ha Tinh")
    assert place_of(an_upward(kind="ministry", place_vi=None)) == CAPITAL
    assert place_of(an_upward(place_vi=None)) == (None, None)


def test_the_day_of_a_report_is_that_of_its_latest_fact_in_viet_nam():
    assert day_of_facts([SENT, datetime(2026, 11, 14, 17, 0, tzinfo=UTC)], 2026) == date(2026, 11, 15)
    assert day_of_facts([], 2026) == date(2026, 1, 1)


def test_a_version_that_answers_two_reports_is_one_source():
    one, other = UUID(int=1), UUID(int=2)
    ledger = [
        SimpleNamespace(accepted=accepted, name=name)
        for accepted, name in ((one, "a"), (None, "b"), (one, "c"), (other, "d"))
    ]
    sources = number_sources(ledger)

    assert [(source.number, source.row.name) for source in sources.values()] == [(1, "a"), (2, "d")]


def test_a_hash_can_be_broken_between_lines_and_read_again():
    assert grouped_hash("ab" * 32).replace(" ", "") == "ab" * 32
    assert max(map(len, grouped_hash("ab" * 32).split())) == 16
