"""The rules of successions by themselves: who carries at a place, whom the registry proposes, what is decided."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.agency.rules import (
    AgencyPeriod,
    Heir,
    Move,
    Place,
    RegistrySnapshot,
    SuccessionKind,
    carriers_of,
    holders_of,
)
from services.registry.succession.deciding import Decision, Line, decide, is_repeated
from services.registry.succession.errors import LineDecided
from services.registry.succession.proposing import Follower, Why, propose
from services.registry.succession.states import LineState

TASK, OTHER = Place("task", "T1", "lead"), Place("task", "T2", "lead")
FIRST = date(2027, 1, 1)
MERGE, TRANSFER, SPLIT = SuccessionKind.MERGE, SuccessionKind.TRANSFER, SuccessionKind.SPLIT


def a_registry(moves=(), *, ended=True):
    """A merges into B on the first day, and C lives on beside them."""
    last = FIRST - timedelta(days=1) if ended else None
    at = {}
    for place, agency, move in moves:
        at.setdefault(place, {}).setdefault(agency, []).append(move)
    return RegistrySnapshot(
        agencies={
            "A": (AgencyPeriod("A", "ministry", None, None, last),),
            "B": (AgencyPeriod("B", "ministry"),),
            "C": (AgencyPeriod("C", "ministry"),),
        },
        heirs={"A": (Heir("B", MERGE, FIRST),)} if ended else {},
        moves={place: {code: tuple(of) for code, of in agencies.items()} for place, agencies in at.items()},
    )


def test_what_is_decided_for_one_place_holds_there_and_nowhere_else():
    registry = a_registry([(TASK, "A", Move(FIRST, ("C",)))])

    assert carriers_of("A", FIRST, registry, TASK) == ("C",)
    assert carriers_of("A", FIRST, registry, OTHER) == ("B",)
    assert carriers_of("A", FIRST, registry) == ("B",)
    assert carriers_of("A", FIRST - timedelta(days=1), registry, TASK) == ("A",)


def test_an_open_place_is_carried_by_nobody_and_remembers_whose_it_was():
    registry = a_registry([(TASK, "A", Move(FIRST))])

    assert carriers_of("A", FIRST, registry, TASK) == ()
    assert holders_of("A", FIRST, registry, TASK) == ("A",)
    assert holders_of("A", FIRST, registry, OTHER) == ("A", "B")


def test_a_function_that_comes_back_is_carried_again():
    later = FIRST + timedelta(days=100)
    registry = a_registry([(TASK, "A", Move(FIRST, ("C",))), (TASK, "C", Move(later, ("A",)))], ended=False)

    days = (FIRST - timedelta(days=1), FIRST, later - timedelta(days=1), later)
    assert [carriers_of("A", day, registry, TASK) for day in days] == [("A",), ("C",), ("C",), ("A",)]


def test_what_was_decided_before_a_part_came_is_not_about_this_part():
    early = FIRST - timedelta(days=30)
    registry = a_registry([(TASK, "B", Move(early, ("C",)))])

    assert carriers_of("B", FIRST, registry, TASK) == ("C",)
    assert carriers_of("A", FIRST, registry, TASK) == ("B",)


CODES = st.sampled_from("ABC")
DAYS = st.integers(0, 400).map(lambda n: FIRST + timedelta(days=n))
MOVES = st.lists(
    st.tuples(
        st.sampled_from([TASK, OTHER]), CODES, st.builds(Move, DAYS, st.lists(CODES, max_size=2).map(tuple))
    ),
    max_size=8,
).map(lambda moves: sorted(moves, key=lambda one: one[2].effective_on))


@given(moves=MOVES, later=DAYS, asked=DAYS)
def test_a_later_decision_never_changes_an_earlier_answer(moves, later, asked):
    """As-of reads are stable under any sequence of dated decisions, circles included."""
    known = [one for one in moves if one[2].effective_on < later]
    day = min(asked, later - timedelta(days=1))

    for place in (TASK, OTHER):
        for code in "ABC":
            before = carriers_of(code, day, a_registry(known), place)
            assert carriers_of(code, day, a_registry(moves), place) == before


@given(moves=MOVES, day=DAYS)
def test_whoever_carries_exists(moves, day):
    registry = a_registry(moves)

    for code in "ABC":
        assert all(registry.period_of(one, day) for one in carriers_of(code, day, registry, TASK))


WHOLE, PART = Follower("B", MERGE), Follower("C", TRANSFER, "Trẻ em, bảo trợ xã hội; children")


@pytest.mark.parametrize(
    ("followers", "title", "receivers", "reasons"),
    [
        ([WHOLE], "Chính sách việc làm", ("B",), [Why.ONLY]),
        ([WHOLE, PART], "Chính sách việc làm", ("B",), [Why.WHOLE]),
        ([WHOLE, PART], "Bảo vệ TRẺ EM di cư", ("C",), [Why.FUNCTION, Why.WHOLE]),
        ([WHOLE, PART], "Em học sinh", ("B",), [Why.WHOLE]),
        ([PART], "Chính sách việc làm", (), []),
        ([Follower("B", SPLIT), Follower("C", SPLIT)], "Chính sách", (), [Why.SEVERAL] * 2),
        (
            [Follower("B", SPLIT, None, 30), Follower("C", SPLIT, None, 70)],
            "Chính sách",
            ("C",),
            [Why.SEVERAL, Why.SHARE],
        ),
        (
            [Follower("B", SPLIT, "trẻ em"), Follower("C", SPLIT, "trẻ em")],
            "Trẻ em",
            (),
            [Why.FUNCTION] * 2,
        ),
    ],
)
def test_the_registry_proposes_where_it_can_tell(followers, title, receivers, reasons):
    proposal = propose(followers, title, "")

    assert proposal.receivers == receivers
    assert [candidate.reason for candidate in proposal.candidates] == reasons


OPEN, SURE = Line(1, LineState.PROPOSED, ()), Line(2, LineState.PROPOSED, ("B",))
GOES_ALONG = Line(3, LineState.PROPOSED, ("B",), follows=2)


def test_all_means_those_with_a_receiver_and_what_goes_along():
    decisions = decide([OPEN, SURE, GOES_ALONG], None, ["B"], ends_predecessor=True)

    assert decisions == [Decision(2, LineState.CONFIRMED, ("B",)), Decision(3, LineState.CONFIRMED, ("B",))]


def test_in_a_transfer_what_has_no_receiver_stays():
    decisions = decide([OPEN, SURE], None, ["B"], ends_predecessor=False)

    assert Decision(1, LineState.KEPT, ()) in decisions


def test_what_was_decided_is_repeated_and_never_decided_otherwise():
    decided = Line(2, LineState.CONFIRMED, ("B",))

    assert is_repeated([decided], {2: ("B",)}, ends_predecessor=True)
    assert is_repeated([OPEN, decided], None, ends_predecessor=True)
    assert not is_repeated([decided], {2: ("C",)}, ends_predecessor=True)
    with pytest.raises(LineDecided) as refusal:
        decide([decided], {2: ("C",)}, ["B", "C"], ends_predecessor=True)
    assert refusal.value.facts["lines"] == [2]
