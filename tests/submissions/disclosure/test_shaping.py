"""How released figures are put together over time: a stock is that of the last report, also of ended agencies."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from services.submissions.data.figure_book import book_of
from services.submissions.data.provinces import ProvinceMapping
from services.submissions.data.restricted import Restricted
from services.submissions.data.versions import Facts, Version
from services.submissions.data.wanted import Wanted
from services.submissions.disclosure.answering import Released
from services.submissions.form.definition import FormDefinition
from services.submissions.form.loading import read_forms
from tests.conftest import ROOT

STOCK, FLOW = "STATELESS.IN.STOCK", "ADOPTION.OUT.FLOW"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
HALVES = {"2026-S1": (date(2026, 1, 1), date(2026, 6, 30)), "2026-S2": (date(2026, 7, 1), date(2026, 12, 31))}
FORMS = [one.definition for one in read_forms(ROOT / "data", NOW) if one.form == "migration-data"]
BOOK = book_of([FormDefinition.model_validate(one, strict=False) for one in FORMS])


def a_version(agency: str, period: str) -> Version:
    start, end = HALVES[period]
    facts = Facts(uuid4(), agency, None, period, start, end, "O", "O", "P", None, (), ())
    return Version(uuid4(), 1, end.year, 2, 1, NOW, (), "accepted", NOW, facts)


def a_cell(version: Version, indicator: str, value: int) -> Released:
    facts, codes = version.facts, (None,) * 4
    return Released(
        facts.occurrence, version.submission, facts.agency, "O", facts.period, 2, indicator, codes, value, None, 1
    )


def total(indicator: str, *reports: tuple[str, str, int], successors: dict[str, list[str]]) -> int:
    versions = [a_version(agency, period) for agency, period, _ in reports]
    cells = [a_cell(one, indicator, value) for one, (_, _, value) in zip(versions, reports, strict=True)]
    wanted = Wanted("migration-data", indicators=(indicator,), group_by=("indicator",))
    shape = Restricted(wanted, BOOK, ProvinceMapping([], NOW.date()), wanted.group_by or (), successors)
    (figure,) = shape.shape(cells, versions)
    assert figure.value is not None
    return int(figure.value)


CHAIN = {"A": ["B"], "B": ["C"]}


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([("A", "2026-S1", 70), ("C", "2026-S2", 200)], 200),
        ([("A", "2026-S1", 70), ("C", "2026-S1", 200)], 270),
        ([("A", "2026-S2", 70), ("C", "2026-S1", 200)], 270),
        ([("A", "2026-S1", 70), ("D", "2026-S2", 200)], 270),
        ([("C", "2026-S1", 70), ("C", "2026-S2", 200)], 200),
    ],
)
def test_a_stock_of_an_ended_agency_counts_until_its_successor_has_reported_for_later(reports, expected):
    assert total(STOCK, *reports, successors=CHAIN) == expected


def test_a_flow_counts_whoever_carries_on():
    assert total(FLOW, ("A", "2026-S1", 70), ("C", "2026-S2", 200), successors=CHAIN) == 270


def test_agencies_that_carry_on_each_other_end():
    assert total(STOCK, ("A", "2026-S1", 70), successors={"A": ["B"], "B": ["A"]}) == 70
