"""Figures from below become figures of the whole by their rules, whatever the order they come in."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.consolidation.book import Asked, Book
from services.submissions.consolidation.rolling import OWN, Absent, Part, Source, group_parts, roll_up
from services.submissions.form.definition import RollUp, RollUpRule

DAY = datetime(2026, 7, 1, tzinfo=UTC)
HALVES = [(date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 12, 31))]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
AGENCIES = ("A", "B", "C")
KEYS = [("X", code, None, None, None) for code in ("f", "m")]


def a_book(across_agencies="sum", across_time="sum", number="integer", kinds=()) -> Book:
    """Return a form of one indicator, as far as rolling up reads it."""
    roll = RollUp(across_agencies=RollUpRule(across_agencies), across_time=RollUpRule(across_time))
    indicator = SimpleNamespace(code="X", roll_up=roll, number=number, reporters=(), dimensions=())
    table = SimpleNamespace(code="T", reporters=kinds, plans=())
    book = Book(None, [])
    book.indicators = {"X": Asked(indicator, table)}
    book.tables = {"T": table}
    return book


def a_source(number, agency="A", span=HALVES[0], **changes) -> Source:
    start, end = span
    return Source(number, agency, start, end, DAY + timedelta(hours=number), f"s{number}", **changes)


def own_source() -> Source:
    return Source(OWN, "", *YEAR, DAY, "")


def cells_of(book, sources, said, *, absent=(), adjustments=None):
    whole = roll_up(book, sources, absent, group_parts(said), adjustments or {})
    return {cell.key: cell for cell in whole.cells}


def value(source, number, key=KEYS[0]):
    return key, Part(source, None if number is None else Decimal(number), "value", None)


NUMBERS = st.decimals(min_value=0, max_value=10**9, places=3)


@st.composite
def cascades(draw):
    """Several agencies with one or two periods, an own part, and figures of each in some cells."""
    spans = [(agency, half) for agency in AGENCIES for half in HALVES]
    chosen = draw(st.lists(st.sampled_from(spans), unique=True, max_size=6))
    sources = [a_source(number, *one) for number, one in enumerate(chosen, start=1)] + [own_source()]
    said = []
    for source in sources:
        keys = draw(st.lists(st.sampled_from(KEYS), unique=True))
        said += [(key, Part(source.number, draw(NUMBERS), "value", None)) for key in keys]
    amounts = draw(
        st.dictionaries(st.sampled_from(KEYS), st.decimals(min_value=-(10**6), max_value=10**6, places=2))
    )
    return sources, said, amounts


@settings(max_examples=60, deadline=None)
@given(cascades())
def test_a_total_is_the_sum_of_its_sources_and_its_adjustments(cascade):
    sources, said, amounts = cascade
    cells = cells_of(a_book(), sources, said, adjustments=amounts)

    assert cells.keys() == {key for key, _ in said}
    for key, cell in cells.items():
        parts = [part.value for where, part in said if where == key]
        assert cell.value == sum(parts, Decimal(0)) + amounts.get(key, Decimal(0))
        assert sorted(part.value for part in cell.parts) == sorted(parts)
        assert cell.tally.given == len(parts)


@settings(max_examples=50, deadline=None)
@given(
    cascades(),
    st.randoms(use_true_random=False),
    st.sampled_from(["sum", "max", "average", "latest", "none"]),
    st.sampled_from(["sum", "max", "average", "latest", "none"]),
)
def test_the_order_in_which_reports_come_changes_nothing(cascade, random, across_agencies, across_time):
    sources, said, amounts = cascade
    book = a_book(across_agencies, across_time)
    once = roll_up(book, sources, [], group_parts(said), amounts)
    random.shuffle(sources)
    random.shuffle(said)

    assert roll_up(book, sources, [], group_parts(said), amounts) == once


@pytest.mark.parametrize(
    ("across_agencies", "across_time", "total"),
    [
        ("sum", "sum", 10 + 20 + 7),
        ("sum", "latest", 20 + 7),
        ("sum", "max", 20 + 7),
        ("sum", "average", 15 + 7),
        ("max", "sum", 30),
        ("average", "latest", 14),  # (20 + 7) / 2 = 13.5, to the even whole number
        ("latest", "latest", 20),
    ],
)
def test_each_rule_across_time_and_agencies(across_agencies, across_time, total):
    sources = [a_source(1, "A", HALVES[0]), a_source(2, "A", HALVES[1]), a_source(3, "B", HALVES[0])]
    cells = cells_of(a_book(across_agencies, across_time), sources, [value(1, 10), value(2, 20), value(3, 7)])

    assert cells[KEYS[0]].value == total


def test_a_stock_is_what_the_latest_report_says_and_not_an_older_one_where_it_is_silent():
    sources = [a_source(1, "A", HALVES[0]), a_source(2, "A", HALVES[1])]
    said = [value(1, 10), value(1, 3, KEYS[1]), value(2, 20)]
    cells = cells_of(a_book("sum", "latest"), sources, said)

    assert cells[KEYS[0]].value == 20
    assert (cells[KEYS[1]].value, cells[KEYS[1]].status) == (None, "not_rolled_up")


def test_what_is_never_put_together_is_left_to_the_own_part():
    sources = [a_source(1, "A"), a_source(2, "B"), own_source()]
    alone = cells_of(a_book("none"), sources, [value(1, 10)])[KEYS[0]]
    told = cells_of(a_book("none"), sources, [value(1, 10), value(OWN, 42)])[KEYS[0]]

    assert (alone.value, alone.status, len(alone.parts)) == (None, "not_rolled_up", 1)
    assert told.value == 42


def test_a_report_for_the_whole_year_stands_for_those_for_its_halves():
    sources = [a_source(1, "A", HALVES[0]), a_source(2, "A", HALVES[1]), a_source(3, "A", YEAR), a_source(4, "B")]
    cell = cells_of(a_book(), sources, [value(1, 10), value(2, 20), value(3, 31), value(4, 1)])[KEYS[0]]
    without = cells_of(a_book(), sources, [value(1, 10), value(2, 20), value(4, 1)])[KEYS[0]]

    assert cell.value == 32
    assert [part.source for part in cell.parts if not part.counted] == [1, 2]
    assert without.value == 31


def test_of_two_reports_for_the_same_period_the_later_counts():
    sources = [a_source(1, "A"), a_source(2, "A")]

    assert cells_of(a_book(), sources, [value(1, 10), value(2, 12)])[KEYS[0]].value == 12


def test_the_tally_tells_nil_silence_not_available_and_missing_apart():
    sources = [
        a_source(1, "A"),
        a_source(2, "B"),
        a_source(3, "C", nil=frozenset({"T"})),
        a_source(4, "D"),
        a_source(5, "E", nil=frozenset({"*"})),
        a_source(6, "F"),
    ]
    said = [
        value(1, 10),
        (KEYS[0], Part(2, None, "not_available", "Chưa tách được.")),
        value(4, 1, KEYS[1]),
    ]
    cell = cells_of(a_book(), sources, said, absent=[Absent(), Absent()])[KEYS[0]]
    tally = cell.tally

    assert cell.value == 10
    assert (tally.given, tally.nothing, tally.not_available) == (1, 3, 1)
    assert (tally.silent, tally.missing, tally.is_partial) == (1, 2, True)


def test_only_kinds_that_owe_a_table_are_missed():
    said = [value(1, 10)]
    absent = [Absent(kind="province"), Absent(kind="mission")]
    cell = cells_of(a_book(kinds=("province",)), [a_source(1, kind="province")], said, absent=absent)[KEYS[0]]

    assert cell.tally.missing == 1


@pytest.mark.parametrize(
    ("statuses", "status", "reason"),
    [
        (["not_available", "not_applicable"], "not_available", "vì 1"),
        (["not_applicable", "not_applicable"], "not_applicable", None),
        (["not_available", "not_available"], "not_available", "vì 1; vì 2"),
    ],
)
def test_what_stands_where_nobody_gives_a_figure(statuses, status, reason):
    said = [
        (KEYS[0], Part(number, None, one, f"vì {number}" if one == "not_available" else None))
        for number, one in enumerate(statuses, start=1)
    ]
    cell = cells_of(a_book(), [a_source(1, "A"), a_source(2, "B")], said, adjustments={KEYS[0]: Decimal(3)})[
        KEYS[0]
    ]

    assert (cell.value, cell.status, cell.reason, cell.adjustment) == (None, status, reason, 0)


def test_a_table_is_nil_when_all_declare_it_and_nobody_is_missing():
    sources = [a_source(1, "A", nil=frozenset({"T"})), a_source(2, "B", nil=frozenset({"*"}))]

    assert roll_up(a_book(), sources, [], {}, {}).nil == ["T"]
    assert roll_up(a_book(), sources, [Absent()], {}, {}).nil == []
    assert roll_up(a_book(), [*sources, a_source(3, "C")], [], {}, {}).nil == []
