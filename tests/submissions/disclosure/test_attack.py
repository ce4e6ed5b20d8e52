"""Attacks on what is released: a solver tries to find the small counts, from all answers, versions and inside."""

from collections.abc import Iterator, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.disclosure.release import Report, release
from tests.submissions.disclosure.attacker import (
    Attacker,
    Equation,
    ask_everything,
    snapshot,
    snapshots,
    values_of,
)

Day = Mapping[str, Report]
AGENCIES = ("UBND-P01", "UBND-P31", "UBND-P42", "UBND-P92")
SEXES, COUNTRIES = ("female", "male"), ("CN", "KH", "LA")
CODES = [(sex, country) for sex in SEXES for country in COUNTRIES]
COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 30))
REPORTS = st.dictionaries(st.sampled_from(CODES), COUNTS, max_size=6)
DAYS = st.lists(
    st.dictionaries(st.sampled_from(AGENCIES), REPORTS, min_size=1, max_size=4), min_size=1, max_size=3
)


def primary_only(counts: Mapping[tuple[str, ...], int]) -> Iterator[Equation]:
    """What answers say when nothing but the small counts themselves is left out."""
    for columns in ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
        groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for key in sorted(counts):
            groups.setdefault(tuple(key[column] for column in columns), []).append(key)
        for keys in groups.values():
            total = sum(counts[key] for key in keys)
            if total == 0 or total >= 5:
                yield tuple((0, key) for key in keys), total


A_DAY: Day = {
    "UBND-P01": {("female", "CN"): 3, ("female", "KH"): 12, ("male", "CN"): 7, ("male", "KH"): 9},
    "UBND-P31": {("female", "CN"): 8, ("female", "KH"): 6, ("male", "CN"): 15, ("male", "KH"): 2},
    "UBND-P42": {("female", "CN"): 11, ("female", "KH"): 0, ("male", "CN"): 1, ("male", "KH"): 22},
}


def test_hiding_only_the_small_counts_gives_them_away():
    counts = {(agency, *codes): value for agency, report in A_DAY.items() for codes, value in report.items()}
    attacker = Attacker([counts], primary_only(counts), knows_what_is_small=False)

    assert attacker.interval((0, ("UBND-P01", "female", "CN"))) == (3, 3)
    assert attacker.interval((0, ("UBND-P31", "male", "KH"))) == (2, 2)
    assert attacker.interval((0, ("UBND-P42", "male", "CN"))) == (1, 1)


def test_the_same_figures_as_they_are_released_leave_every_small_count_open():
    releases = snapshots([A_DAY])
    attacker = Attacker(values_of(releases), ask_everything(releases))

    assert len(attacker.small) == 3
    assert attacker.found() == []


def test_deciding_anew_on_each_version_gives_what_changed_away():
    later = {**A_DAY, "UBND-P01": {**A_DAY["UBND-P01"], ("female", "LA"): 4}}
    alone = [snapshot(release([day])) for day in (A_DAY, later)]
    together = snapshots([A_DAY, {"UBND-P01": later["UBND-P01"]}])

    naive = Attacker(values_of(alone), ask_everything(alone))
    assert naive.interval((1, ("UBND-P01", "female", "LA"))) == (4, 4)
    assert Attacker(values_of(together), ask_everything(together)).found() == []


@settings(max_examples=15, deadline=None)
@given(DAYS)
def test_no_small_count_is_found_from_all_answers_and_all_versions(days: list[Day]):
    releases = snapshots(days)

    assert Attacker(values_of(releases), ask_everything(releases)).found() == []


@settings(max_examples=8, deadline=None)
@given(DAYS, st.sampled_from(AGENCIES))
def test_no_agency_finds_the_small_counts_of_others_by_its_own(days: list[Day], insider: str):
    releases = snapshots(days)

    assert Attacker(values_of(releases), ask_everything(releases), [insider]).found() == []


ENDED: Day = {agency: {("female", "CN"): count} for agency, count in zip(AGENCIES, (2, 4, 2, 2), strict=True)}
CARRIED_ON = dict.fromkeys(("UBND-P31", "UBND-P42"), frozenset({"UBND-P92"}))
BY_ONE = ("UBND-P31", "UBND-P42", "UBND-P92")


def test_counted_by_those_who_reported_a_successor_of_several_finds_the_one_that_is_left():
    by_reporter, by_reader = snapshots([ENDED]), snapshots([ENDED], CARRIED_ON)

    told = Attacker(values_of(by_reporter), ask_everything(by_reporter), BY_ONE)
    assert told.interval((0, ("UBND-P01", "female", "CN"))) == (2, 2)
    assert by_reader == [{}]


@settings(max_examples=10, deadline=None)
@given(DAYS)
def test_no_successor_finds_the_small_counts_of_others_by_all_that_it_carries_on(days: list[Day]):
    releases = snapshots(days, CARRIED_ON)

    assert Attacker(values_of(releases), ask_everything(releases), BY_ONE).found() == []
