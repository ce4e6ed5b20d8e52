"""Periods of one agency, however they lie: nothing counts twice without being told."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.submissions.data.counting_once import count_once, find_stands, left_out_by, overlapping
from services.submissions.data.figure_book import FigureBook
from services.submissions.data.versions import Facts, Version
from services.submissions.form.definition import FormDefinition

BEGINNING = date(2026, 1, 1)
FORM = Path(__file__).resolve().parents[3] / "data/forms/migration-data-1.json"
BOOK = FigureBook([FormDefinition.model_validate_json(FORM.read_text())])
FORM_VERSION = BOOK.newest.version
EVERYTHING = BOOK.indicators_of(FORM_VERSION)
FLOW = "LABOUR.OUT.FLOW"
SPANS = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)


def a_report(number: int, first: int, last: int) -> Version:
    """Return a report of one agency for days counted from the beginning of the year."""
    start, end = BEGINNING + timedelta(days=first), BEGINNING + timedelta(days=last)
    facts = Facts(
        occurrence=UUID(int=number),
        agency="A",
        province=None,
        period=f"{start}/P{last - first + 1}D",
        start=start,
        end=end,
        obligation="O",
        answers="O",
        plan=None,
        next_duty=None,
        receivers=(),
        above=(),
    )
    return Version(
        submission=UUID(int=number),
        number=1,
        year=2026,
        form_version=FORM_VERSION,
        count=1,
        received_at=datetime(2026, 7, 1, tzinfo=UTC),
        nil=(),
        decision="accepted",
        decided_at=datetime(2026, 7, 2, tzinfo=UTC),
        facts=facts,
    )


def counted_of(reports, spoken):
    return count_once(reports, left_out_by(find_stands(reports, {}), BOOK, spoken), BOOK)


def are_told(*spans):
    reports = [a_report(number, *span) for number, span in enumerate(spans)]
    return bool(overlapping(counted_of(reports, {one.submission: frozenset() for one in reports})))


def test_a_long_period_is_held_against_all_that_begin_within_it():
    half, month, beyond = (0, 180), (31, 58), (170, 200)

    assert are_told(half, month, beyond)
    assert not are_told(half, month, (181, 200))
    assert not are_told(half, month, (170, 180))


@given(st.lists(SPANS, max_size=6))
def test_those_are_told_of_which_any_two_overlap_and_neither_holds_the_other(spans):
    crossing = [(a, b) for a, b in combinations(sorted(spans), 2) if a[0] < b[0] <= a[1] < b[1]]

    assert are_told(*spans) == bool(crossing)


@given(st.lists(st.tuples(SPANS, st.booleans()), max_size=6))
def test_no_day_counts_twice_unless_it_is_told(spans):
    """Some speak of the flow, others of everything else: days are counted for the flow."""
    reports = [a_report(number, *span) for number, (span, _) in enumerate(spans)]
    speaks = dict(zip((one.submission for one in reports), (speaks for _, speaks in spans), strict=True))
    spoken = {name: frozenset({FLOW}) if it_does else EVERYTHING - {FLOW} for name, it_does in speaks.items()}
    counted = counted_of(reports, spoken)

    days = [
        one.version.facts.start + timedelta(days=day)
        for one in counted
        if speaks[one.version.submission] and FLOW not in one.left_out
        for day in range((one.version.facts.end - one.version.facts.start).days + 1)
    ]
    assert len(days) == len(set(days)) or overlapping(counted)
