"""The engine against a table that a person wrote from the documents, without looking at the engine."""

import csv
from pathlib import Path

import httpx
import pytest

from tests.support import bearer, service_token

TABLE = Path(__file__).with_name("golden_deadlines.csv")
YEARS = ("2025", "2026", "2027")

Cycles = dict[tuple[str, str], dict]


def _rows() -> list[dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = _rows()
DATED = [row for row in ROWS if row["period_start"]]


@pytest.fixture(scope="module")
async def cycles(client: httpx.AsyncClient, keys_dir: Path) -> Cycles:
    """Every cycle whose period ends in the three years, as submissions would get it."""
    headers = bearer(service_token(keys_dir, "submissions", "registry"))
    found: Cycles = {}
    for span in ({"from": "2024-12-01", "to": "2026-06-30"}, {"from": "2026-07-01", "to": "2028-01-31"}):
        answer = await client.get("/internal/schedule", params=span, headers=headers)
        assert answer.status_code == 200, answer.text
        found |= {(c["obligation"], c["period"]): c for c in answer.json()["items"]}
    return {key: cycle for key, cycle in found.items() if cycle["period_end"][:4] in YEARS}


def test_the_table_names_every_obligation_in_every_year():
    named = {(row["obligation"], (row["period_end"] or row["period"])[:4]) for row in ROWS}

    assert len({obligation for obligation, _ in named}) == 31
    for obligation, _ in named:
        assert {year for o, year in named if o == obligation} == set(YEARS), obligation


async def test_there_are_exactly_the_cycles_of_the_table(cycles: Cycles):
    assert set(cycles) == {(row["obligation"], row["period"]) for row in DATED}


@pytest.mark.parametrize("row", DATED, ids=lambda row: f"{row['obligation']} {row['period']}")
async def test_a_cycle_is_as_the_documents_say(cycles: Cycles, row: dict[str, str]):
    cycle = cycles[row["obligation"], row["period"]]

    instant = cycle["due_at"] or cycle["overdue_after"] or ""
    assert (cycle["period_start"], cycle["period_end"]) == (row["period_start"], row["period_end"])
    assert (len(cycle["reporters"]), instant) == (int(row["reporters"]), row["last_on_time_instant"])
