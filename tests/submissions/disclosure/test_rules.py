"""The parts of the method by themselves: rooms, atoms, versions, answers, which reports are released."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.disclosure.answering import Released, disclose, disclose_groups
from services.submissions.disclosure.atoms import form_atoms
from services.submissions.disclosure.protection import is_safe, room_of
from services.submissions.disclosure.release import Release, release
from services.submissions.disclosure.selecting import Accepted, admit, released_obligations
from services.submissions.disclosure.service import assemble
from services.submissions.form.definition import RollUpRule
from services.submissions.projection.tables import Obligation

COUNTS = st.lists(st.integers(1, 12), min_size=1, max_size=6)


@settings(max_examples=60)
@given(COUNTS)
def test_a_set_is_safe_when_each_small_count_can_be_each_of_the_small_counts(counts):
    sums = possible_sums([range(1, 5) if one < 5 else range(5, 80) for one in counts])

    def is_open(place: int) -> bool:
        others = possible_sums(
            [range(1, 5) if c < 5 else range(5, 80) for at, c in enumerate(counts) if at != place]
        )
        return all(sum(counts) - value in others for value in range(1, 5))

    assert sum(counts) in sums
    safe = is_safe(("one agency", room_of(count)) for count in counts)
    assert safe == all(is_open(place) for place, count in enumerate(counts) if count < 5)


def possible_sums(ranges: list[range]) -> set[int]:
    sums = {0}
    for one in ranges:
        sums = {before + value for before in sums for value in one if before + value <= 80}
    return sums


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([4, 4], False),  # whoever knows that both are small knows both
        ([1, 4], True),
        ([1, 1, 1, 1, 1], False),
        ([2, 6], False),
        ([2, 7], True),
        ([5], True),
        ([3], False),
    ],
)
def test_sums_that_say_too_much_are_not_safe(counts, expected):
    assert is_safe(("one agency", room_of(count)) for count in counts) is expected


def test_an_agency_that_knows_its_own_counts_must_not_find_those_of_another():
    assert is_safe([("A", room_of(3)), ("A", room_of(20))])
    assert not is_safe([("A", room_of(3)), ("B", room_of(20))])
    assert is_safe([("A", room_of(3)), ("B", room_of(20)), ("C", room_of(9))])


KEYS = st.tuples(st.sampled_from("ABC"), st.sampled_from("fm"), st.sampled_from("xyz"))
CELLS = st.dictionaries(KEYS, st.integers(1, 15), max_size=18)


@settings(max_examples=40)
@given(CELLS, st.randoms(use_true_random=False))
def test_atoms_hold_each_count_once_are_safe_and_do_not_depend_on_the_order(cells, shuffled):
    formed = form_atoms(cells)
    keys = list(cells)
    shuffled.shuffle(keys)

    assert sorted(key for atom in (*formed.atoms, formed.waiting) for key in atom) == sorted(cells)
    assert all(is_safe((key[0], room_of(cells[key])) for key in atom) for atom in formed.atoms)
    assert form_atoms({key: cells[key] for key in keys}) == formed
    assert all(cells[key] < 5 for key in formed.waiting)


def test_counts_of_one_place_are_put_together_before_those_of_others():
    cells = {
        ("A", "f", "x", "p"): 1,
        ("A", "f", "x", "q"): 4,
        ("A", "f", "y", "p"): 3,
        ("A", "f", "y", "q"): 9,
        ("A", "m", "x", "p"): 30,
    }

    assert [sorted(key[1:] for key in atom) for atom in form_atoms(cells).atoms] == [
        [("f", "x", "p"), ("f", "x", "q")],
        [("f", "y", "p"), ("f", "y", "q")],
        [("m", "x", "p")],
    ]


def test_an_atom_never_changes_its_members():
    released = release([{"A": {("f",): 3, ("m",): 9}}])
    members = [list(atom) for atom in released.atoms]
    released.take_in({"A": {("f",): 3, ("m",): 12, ("u",): 7}, "B": {("f",): 2, ("m",): 8}})

    assert released.atoms[: len(members)] == members
    assert released.values[("A", "m")] == 12


@pytest.mark.parametrize(
    ("before", "after", "is_shown"),
    [
        ({"f": 3, "m": 9}, {"f": 3, "m": 12}, True),
        ({"f": 3, "m": 9}, {"f": 4, "m": 9}, False),
        ({"f": 3, "m": 9}, {"f": 0, "m": 9}, False),
        ({"f": 2, "m": 9}, {"f": 2, "m": 6}, False),
        ({"f": 3, "m": 9}, {"f": 30, "m": 9}, True),
        ({"f": 3, "m": 9}, {"m": 9}, False),
        ({"f": 1, "m": 4, "u": 30}, {"f": 4, "m": 1, "u": 30}, True),
        ({"f": 8}, {"f": 0}, True),
        ({"f": 8}, {"f": 4}, False),
        ({"f": 8}, {}, True),
    ],
)
def test_a_new_version_is_released_when_nothing_small_follows_from_it(before, after, is_shown):
    released = release([{"A": {(sex,): value for sex, value in before.items()}}])
    released.take_in({"A": {(sex,): value for sex, value in after.items()}})
    now = {key[1]: value for key, value in released.values.items()}

    assert now == ({**dict.fromkeys(before, 0), **after} if is_shown else before)
    assert released.behind == (set() if is_shown else {"A"})


def test_what_was_held_back_is_released_when_it_is_taken_back_or_joined():
    released = release([{"A": {("f",): 3, ("m",): 9}, "B": {("f",): 2}}])
    assert released.waiting == {("B", "f"): 2}

    released.take_in({"A": {("f",): 4, ("m",): 9}})
    assert released.behind == {"A", "B"}
    released.take_in({"A": {("f",): 3, ("m",): 9}, "B": {("f",): 2, ("m",): 20}})

    assert not released.behind
    assert released.values[("B", "f")] == 2


def test_a_report_that_lost_a_count_that_waited_loses_it():
    released = release([{"A": {("f",): 3}}, {"A": {("f",): 0}}])

    assert (released.waiting, released.values, list(released.zeros())) == ({}, {}, [("A", "f")])


def a_cell(value: int, atom: int | None = None, size: int = 1) -> Released:
    return Released(uuid4(), uuid4(), "A", "O", "2026-S1", 1, "I", (None,) * 4, value, atom, size)


def test_an_answer_shows_whole_atoms_zeros_and_nothing_else():
    atom = [a_cell(3, 1, 2), a_cell(9, 1, 2)]

    assert disclose(atom).value == 12
    assert disclose([*atom, a_cell(0), a_cell(7, 2)]).value == 19
    assert disclose(atom[:1]).value is None
    assert disclose([atom[0], a_cell(7, 2)]).status == "suppressed"
    assert disclose([a_cell(0), a_cell(0)]).value == 0
    assert {group: one.value for group, one in disclose_groups([("x", atom[0]), ("y", atom[1])]).items()} == {
        "x": None,
        "y": None,
    }


@pytest.mark.parametrize("rule", [RollUpRule.MAX, RollUpRule.AVERAGE, RollUpRule.LATEST, RollUpRule.NONE])
def test_what_is_no_sum_is_shown_of_a_single_figure_only(rule):
    assert disclose([a_cell(7, 1)], rule).value == 7
    assert disclose([a_cell(7, 1), a_cell(9, 2)], rule).value is None
    assert disclose([a_cell(7, 1), a_cell(0)], rule).value is None


def an_obligation(
    id_: str, steward: str, recipient: str, next_level: str | None, plan: str = "P", form: str = "data"
) -> Obligation:
    texts = {
        "form": form,
        "instrument": plan,
        "kind": "periodic",
        "subject": "s",
        "title_vi": "t",
        "title_en": "t",
    }
    facts = {"id": id_, "plan": plan, "steward": steward, "recipients": [recipient], "next_level": next_level}
    return Obligation(**texts, **facts)


def test_of_a_line_one_level_is_released_the_highest_that_a_steward_receives():
    line = [
        an_obligation("department", "PROVINCE", "PROVINCE", "province", plan="Q"),
        an_obligation("province", "MINISTRY", "MINISTRY", "national"),
        an_obligation("national", "MINISTRY", "PREMIER", None, form="whole"),
    ]
    by_agency = [
        an_obligation("sector", "POLICE", "POLICE", "PREMIER", plan="R"),
        an_obligation("whole", "POLICE", "PREMIER", None, plan="R", form="whole"),
    ]

    assert released_obligations(line) == {"province"}
    assert released_obligations(line[:1]) == {"department"}
    assert released_obligations(by_agency) == {"sector"}
    assert released_obligations([*reversed(line), *by_agency]) == {"province", "sector"}


def test_what_is_asked_for_again_above_on_the_same_form_is_not_released():
    line = [
        an_obligation("district", "OFFICE", "OFFICE", "province"),
        an_obligation("province", "OFFICE", "MINISTRY", "national"),
        an_obligation("national", "MINISTRY", "PREMIER", None, form="whole"),
    ]

    assert released_obligations(line) == set()


def test_obligations_that_lead_into_each_other_end():
    ring = [an_obligation("a", "S", "S", "b"), an_obligation("b", "S", "S", "a")]

    assert released_obligations(ring) == set()


JANUARY, JULY, DECEMBER = date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 31)


def a_version(start: date, end: date, day: int, agency: str = "A", occurrence: int = 0) -> Accepted:
    named = UUID(int=occurrence or hash((start, end)) % 2**64)
    return Accepted(uuid4(), named, agency, "O", "p", start, end, 1, 2026, date(2027, 1, day))


def test_of_reports_with_days_in_common_the_first_is_released_and_of_one_day_the_shorter():
    half, other_half = a_version(JANUARY, date(2026, 6, 30), 2), a_version(JULY, DECEMBER, 3)
    year, late_year = a_version(JANUARY, DECEMBER, 2), a_version(JANUARY, DECEMBER, 9)
    early_year, of_other = a_version(JANUARY, DECEMBER, 1), a_version(JANUARY, DECEMBER, 2, agency="B")

    assert admit([year, half, other_half, of_other]) == sorted([half, other_half, of_other], key=by_day)
    assert admit([early_year, half, other_half]) == [early_year]
    assert admit([half, late_year]) == [half]
    assert [one.day.day for one in admit([half, year, a_version(JANUARY, date(2026, 6, 30), 5)])] == [2, 5]


def by_day(one: Accepted) -> Any:
    return (one.day, one.submission)


@pytest.mark.parametrize("value", [Decimal("2.5"), Decimal(-1)])
def test_what_counts_nothing_is_withheld(value):
    version = a_version(JANUARY, DECEMBER, 1)
    rows = [
        (version.submission, "I", "f", None, None, None, value),
        (version.submission, "J", "f", *[None] * 3, 8),
    ]
    found = assemble([version], rows, date(2027, 1, 2))

    assert [(one.indicator, one.value) for one in found.cells] == [("J", 8)]
    assert found.behind == {version.occurrence}


def test_a_hundred_small_agencies_are_put_together():
    """Many agencies with one small count each are one atom: whoever takes its own away still learns nothing."""
    day = {f"A{number:03}": {("f",): 1 + number % 4} for number in range(100)}
    released = Release()
    released.take_in(day)

    assert len(released.atoms) == 1
    assert sum(released.values.values()) == sum(report[("f",)] for report in day.values())
