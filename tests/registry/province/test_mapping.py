"""Figures under the old and the new map: the total stays, whatever follows whatever."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.province.mapping import Followed, carry, unit_on
from tests.registry.obligation.builders import rows

REAL = [
    Followed(row["predecessor"], row["successor"], date.fromisoformat(row["effective_date"]))
    for row in rows("province_successions.csv")
    if row["state"] == "confirmed"
]
OLD_MAP = sorted(row["id"] for row in rows("provinces.csv") if not row["valid_from"])
UNITS = st.sampled_from("ABCDEFGH")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
ANY = st.lists(st.builds(Followed, UNITS, UNITS, DAYS), max_size=12)
FIGURES = st.decimals(0, 10**9, places=2)


def total(figures) -> Decimal:
    return sum(figures.values(), Decimal(0))


@given(st.dictionaries(st.sampled_from(OLD_MAP), FIGURES), DAYS)
def test_totals_agree_under_the_old_and_the_new_map_of_viet_nam(figures, day):
    carried = carry(figures, day, REAL)

    assert total(carried.figures) == total(figures)
    assert not carried.undivided


@given(st.dictionaries(UNITS, FIGURES), DAYS, ANY)
def test_totals_agree_under_any_renames_mergers_splits_and_circles(figures, day, successions):
    carried = carry(figures, day, successions)

    assert total(carried.figures) == total(figures)
    assert set(carried.undivided) <= set(carried.figures)


@given(st.dictionaries(st.sampled_from(OLD_MAP), FIGURES), DAYS, DAYS)
def test_carrying_in_two_steps_is_carrying_at_once(figures, one, other):
    first, last = sorted((one, other))

    assert carry(carry(figures, first, REAL).figures, last, REAL) == carry(figures, last, REAL)


def test_63_units_become_34_on_1_july_2025():
    before, after = (Counter(unit_on(unit, day, REAL) for unit in OLD_MAP) for day in _AROUND)

    assert (len(before), len(after)) == (63, 34)


_AROUND = (date(2025, 6, 30), date(2025, 7, 1))


@pytest.mark.parametrize(("day", "left"), [("2026-12-31", {"A": 10}), ("2027-01-01", {"A": 10})])
def test_a_unit_that_was_divided_keeps_its_figure_and_is_named(day, left):
    split = [Followed("A", "B", date(2027, 1, 1)), Followed("A", "C", date(2027, 1, 1))]
    carried = carry({"A": Decimal(10)}, date.fromisoformat(day), split)

    assert carried.figures == left
    assert carried.undivided == (("A",) if day == "2027-01-01" else ())


async def test_other_services_read_the_units_with_what_followed_them(client, inside, reader):
    items = (await client.get("/internal/provinces", headers=inside)).json()["items"]
    refused = await client.get("/internal/provinces", headers=reader)
    units = {one["id"]: one for one in items}
    told = {
        Followed(unit, one["province"], date.fromisoformat(one["effective_on"]))
        for unit, shown in units.items()
        for one in shown["successors"]
    }

    assert refused.status_code in (401, 403)
    assert told == set(REAL)
    assert units["P02"]["valid_to"] == "2025-06-30"
