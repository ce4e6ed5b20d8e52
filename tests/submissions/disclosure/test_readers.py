"""Who reads whose reports on a day, and that a later succession changes nothing of the days before it."""

from datetime import date
from typing import Any
from uuid import uuid4

from services.submissions.disclosure.readers import Succession, readers_on
from services.submissions.disclosure.selecting import Accepted
from services.submissions.disclosure.service import Disclosed, assemble

FIRST, THEN = date(2025, 3, 1), date(2025, 7, 1)
CHAIN = [Succession("A", "B", FIRST), Succession("B", "C", THEN), Succession("D", "C", THEN)]
SPLIT = [Succession("A", "B", FIRST), Succession("A", "C", FIRST)]


def test_who_carries_on_an_agency_reads_its_reports_from_that_day_on_in_turn_too():
    assert readers_on(date(2025, 2, 28), CHAIN) == {}
    assert readers_on(FIRST, CHAIN) == {"A": {"B"}}
    assert readers_on(THEN, CHAIN) == {"A": {"B", "C"}, "B": {"C"}, "D": {"C"}}
    assert readers_on(THEN, SPLIT) == {"A": {"B", "C"}}
    assert readers_on(THEN, [*CHAIN, Succession("C", "A", THEN)])["A"] == {"B", "C", "D"} - {"D"}


COUNTS = {"P58": 2, "P60": 4, "P67": 2, "P68": 2}


def released(day: date, since: date) -> Disclosed:
    """Return what is released of the national sum when two of the four are carried on by the last."""
    versions: list[Accepted] = []
    rows: list[Any] = []
    for agency, count in COUNTS.items():
        submission = uuid4()
        versions.append(
            Accepted(
                submission, uuid4(), agency, "O", "2025-S1", date(2025, 1, 1), date(2025, 6, 30), 1, 2025, day
            )
        )
        rows.append((submission, "I", "f", None, None, None, count))
    successions = [Succession(one, "P68", since) for one in ("P60", "P67")]
    return assemble(versions, rows, date(2026, 1, 1), successions)


def test_a_sum_that_a_successor_could_take_apart_is_not_released():
    found = released(date(2025, 7, 10), since=THEN)

    assert (found.cells, len(found.behind)) == ([], 4)


def test_a_succession_changes_nothing_of_what_was_released_before_it():
    found = released(date(2025, 6, 10), since=THEN)

    assert sum(one.value for one in found.cells) == sum(COUNTS.values())
    assert {one.atom_size for one in found.cells} == {4}
