"""The rules that our forms ship with: each is broken by figures that cannot be, and by no figures that can."""

import csv
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from services.submissions.checking.beside import Beside, as_figures
from services.submissions.checking.check import ReportContext, check, tables_owed
from services.submissions.checking.findings import Finding
from services.submissions.checking.read_json import read_json
from services.submissions.cycle.periods import read_period
from services.submissions.form.definition import FormDefinition
from services.submissions.form.generate import build_forms
from services.submissions.form.rule_definition import RuleKind
from services.submissions.form.rules import choose_version
from tests.submissions.checking.builders import FORMS, a_form

MIGRATION_DATA = a_form("migration-data-2")
SHIPPED: list[FormDefinition] = list(build_forms(FORMS.parent).values())
CODES = {
    "sex": "female",
    "age_group": "adult",
    "partner_country": "JP",
    "purpose": "work",
    "service": "medical",
    "stage": "trial",
    "ethnicity": "unknown",
    "province": "unknown",
}
Cell = tuple[str, int, dict[str, str]]


def cell(indicator: str, value: int, **codes: str) -> Cell:
    return indicator, value, codes


def _observation(form: FormDefinition, one: Cell) -> dict[str, Any]:
    code, value, codes = one
    (indicator,) = (i for table in form.tables for i in table.indicators if i.code == code)
    narrowed = {use.dimension: use.only[0] for use in indicator.dimensions if use.only}
    dimensions = {u.dimension: CODES.get(u.dimension, "unknown") for u in indicator.dimensions}
    return {"indicator": code, "dimensions": {**dimensions, **narrowed, **codes}, "value": value}


def _beside(form: FormDefinition, cells: Sequence[Cell]) -> dict[str, Any]:
    figures = {}
    for one in cells:
        given = _observation(form, one)
        names = tuple(given["dimensions"])
        figures[one[0]] = as_figures(names, [(tuple(given["dimensions"].values()), Decimal(one[1]), False)])
    return figures


def broken(
    *cells: Cell,
    previous: Sequence[Cell] = (),
    total: Sequence[Cell] = (),
    nil: Sequence[str] = (),
    form: FormDefinition = MIGRATION_DATA,
) -> dict[str, Finding]:
    """Return the findings of the form's own rules."""
    body = {"observations": [_observation(form, one) for one in cells], "nil": list(nil)}
    beside = Beside(previous=_beside(form, previous), total=_beside(form, total))
    content = read_json(json.dumps(body).encode()).columns(form)
    result = check(form, read_period("2026-S2"), content, ReportContext(beside=beside))
    return {one.rule.partition(":")[2]: one for one in result.findings if one.rule.startswith(f"{form.id}:")}


ABROAD, HERE, RETURNED = "STOCK_OUT.OUT.STOCK", "STOCK_IN.IN.STOCK", "STOCK_RETURN.RETURN.FLOW"
STUDENTS, STUDENTS_HERE = "STUDY.OUT.STOCK", "STUDY.IN.STOCK"
VICTIMS, FORCED = "TRAFFICKING.OUT.FLOW", "FORCED_LABOUR.OUT.FLOW"
TRIALS = "PROSECUTION.DOMESTIC.FLOW"
FOR_LABOUR = {"purpose_of_exploitation": "forced_labour"}

Case = tuple[str, Sequence[Cell], Sequence[Cell], Mapping[str, Any]]
CASES: list[Case] = [
    (
        "partner-country.LABOUR.OUT.FLOW",
        [cell("LABOUR.OUT.FLOW", 1, partner_country="VN")],
        [cell("LABOUR.OUT.FLOW", 1), cell("LABOUR.OUT.FLOW", 0, partner_country="VN")],
        {},
    ),
    (
        "workers-of-age",
        [cell("LABOUR.OUT.FLOW", 2, age_group="age_16_17")],
        [cell("LABOUR.OUT.FLOW", 2, age_group="unknown")],
        {},
    ),
    (
        "spouses-of-age.MARRIAGE.IN.FLOW",
        [cell("MARRIAGE.IN.FLOW", 1, age_group="child_under_16")],
        [cell("MARRIAGE.IN.FLOW", 1)],
        {},
    ),
    (
        "adopted-children.ADOPTION.OUT.FLOW",
        [cell("ADOPTION.OUT.FLOW", 1)],
        [cell("ADOPTION.OUT.FLOW", 1, age_group="age_16_17")],
        {},
    ),
    (
        "mixed-children",
        [cell("MIXED_CHILDREN.IN.STOCK", 1)],
        [cell("MIXED_CHILDREN.IN.STOCK", 1, age_group="age_16_17")],
        {},
    ),
    (
        "victims-age-in-doubt.TRAFFICKING.OUT.FLOW",
        [cell(VICTIMS, 1, age_group="unknown")],
        [cell(VICTIMS, 1, age_group="child_under_16")],
        {},
    ),
    (
        "supported-age-in-doubt.VICTIM_SUPPORT.IN.FLOW",
        [cell("VICTIM_SUPPORT.IN.FLOW", 1, age_group="unknown")],
        [cell("VICTIM_SUPPORT.IN.FLOW", 1)],
        {},
    ),
    (
        "abroad-country-known.STOCK_OUT.OUT.STOCK",
        [cell(ABROAD, 4), cell(ABROAD, 5, partner_country="unknown")],
        [cell(ABROAD, 5), cell(ABROAD, 5, partner_country="unknown")],
        {},
    ),
    (
        "foreigners-country-known.STOCK_IN.IN.STOCK",
        [cell(HERE, 5, partner_country="unknown")],
        [cell(HERE, 5), cell(HERE, 4, partner_country="unknown")],
        {},
    ),
    (
        "returns-agree",
        [cell("RETURN.RETURN.FLOW", 7), cell(RETURNED, 8)],
        [cell("RETURN.RETURN.FLOW", 7), cell(RETURNED, 7)],
        {},
    ),
    (
        "students-abroad-agree",
        [cell(STUDENTS, 94), cell(ABROAD, 100, purpose="study")],
        [cell(STUDENTS, 95), cell(ABROAD, 100, purpose="study")],
        {},
    ),
    (
        "students-here-agree",
        [cell(STUDENTS_HERE, 106), cell(HERE, 100, purpose="study")],
        [cell(STUDENTS_HERE, 105), cell(HERE, 100, purpose="study")],
        {},
    ),
    (
        "students-among-citizens-abroad",
        [cell(STUDENTS, 6), cell(ABROAD, 5)],
        [cell(STUDENTS, 5), cell(ABROAD, 5)],
        {},
    ),
    (
        "students-among-foreigners",
        [cell(STUDENTS_HERE, 6), cell(HERE, 5)],
        [cell(STUDENTS_HERE, 5), cell(HERE, 5)],
        {},
    ),
    (
        "foreign-students",
        [cell("FOREIGN_STUDENTS.IN.STOCK", 6), cell(STUDENTS_HERE, 5)],
        [cell("FOREIGN_STUDENTS.IN.STOCK", 5), cell(STUDENTS_HERE, 5)],
        {},
    ),
    (
        "registered-abroad",
        [cell("CITIZEN_REG.OUT.STOCK", 6), cell(ABROAD, 5)],
        [cell("CITIZEN_REG.OUT.STOCK", 5), cell(ABROAD, 5)],
        {},
    ),
    (
        "forced-abroad",
        [cell(VICTIMS, 3, **FOR_LABOUR), cell(FORCED, 2)],
        [cell(VICTIMS, 2, **FOR_LABOUR), cell(VICTIMS, 9), cell(FORCED, 2)],
        {},
    ),
    (
        "forced-here",
        [cell("TRAFFICKING.IN.FLOW", 3, **FOR_LABOUR), cell("FORCED_LABOUR.IN.FLOW", 2)],
        [cell("TRAFFICKING.IN.FLOW", 3, **FOR_LABOUR), cell("FORCED_LABOUR.IN.FLOW", 3)],
        {},
    ),
    ("study-abroad-both", [cell(STUDENTS, 5)], [cell(STUDENTS, 5), cell("STUDY.OUT.FLOW", 0)], {}),
    ("study-here-both", [cell(STUDENTS_HERE, 5)], [cell(STUDENTS_HERE, 5), cell("STUDY.IN.FLOW", 1)], {}),
    (
        "students-abroad-grow",
        [cell(STUDENTS, 16), cell("STUDY.OUT.FLOW", 5)],
        [cell(STUDENTS, 15), cell("STUDY.OUT.FLOW", 5)],
        {"previous": [cell(STUDENTS, 10)]},
    ),
    (
        "students-here-grow",
        [cell(STUDENTS_HERE, 16), cell("STUDY.IN.FLOW", 5)],
        [cell(STUDENTS_HERE, 15), cell("STUDY.IN.FLOW", 5)],
        {"previous": [cell(STUDENTS_HERE, 10)]},
    ),
    (
        "tried-after-prosecution",
        [cell(TRIALS, 9), cell(TRIALS, 4, stage="prosecution")],
        [cell(TRIALS, 8), cell(TRIALS, 4, stage="prosecution")],
        {"previous": [cell(TRIALS, 4, stage="prosecution")]},
    ),
    (
        "same-as-others-abroad.STOCK_OUT.OUT.STOCK",
        [cell(ABROAD, 10)],
        [cell(ABROAD, 11)],
        {"total": [cell(ABROAD, 10)]},
    ),
    ("same-as-others-here.STOCK_IN.IN.STOCK", [cell(HERE, 10)], [cell(HERE, 11)], {"total": [cell(HERE, 10)]}),
    (
        "same-as-others-returned.STOCK_RETURN.RETURN.FLOW",
        [cell(RETURNED, 10)],
        [cell(RETURNED, 9)],
        {"total": [cell(RETURNED, 10)]},
    ),
]


@pytest.mark.parametrize(("rule", "wrong", "right", "beside"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_is_broken_by_what_cannot_be_and_by_nothing_else(rule, wrong, right, beside):
    assert rule in broken(*wrong, **beside)
    assert rule not in broken(*right, **beside)


def test_every_rule_of_the_list_has_a_case_and_stands_in_a_form():
    with (FORMS / "sources" / "rules.csv").open(encoding="utf-8", newline="") as lines:
        listed = {row["id"] for row in csv.DictReader(lines)}
    judged = {rule.partition(".")[0] for rule, *_ in CASES}

    assert judged == listed == {rule.id.partition(".")[0] for form in SHIPPED for rule in form.rules}


def test_rules_cover_every_kind_that_types_and_lists_do_not():
    kinds = {rule.kind for rule in MIGRATION_DATA.rules}

    assert kinds == set(RuleKind) - {RuleKind.TYPE, RuleKind.CODE_LIST}


def test_a_table_that_another_agency_fills_contradicts_nothing():
    """A department that declares nil what is not its own is not told that its figures cannot be."""
    found = broken(
        cell(STUDENTS_HERE, 5), cell("STUDY.IN.FLOW", 1), cell("RETURN.RETURN.FLOW", 3),
        nil=["STOCK_IN", "STOCK_RETURN", "FOREIGN_STUDENTS"],
    )  # fmt: skip

    assert found == {}


def test_a_figure_alone_breaks_nothing():
    for table in MIGRATION_DATA.tables:
        for indicator in table.indicators:
            age = {"age_group": "child_under_16"} if table.code in ("ADOPTION", "MIXED_CHILDREN") else {}
            assert set(broken(cell(indicator.code, 5, **age))) <= {"study-abroad-both", "study-here-both"}


def test_only_what_cannot_be_refuses_a_report_and_nothing_refuses_a_whole():
    errors = {rule.id.partition(".")[0] for rule in MIGRATION_DATA.rules if rule.severity == "error"}
    whole = next(form for form in SHIPPED if form.id == "consolidated-report")

    assert errors == {"partner-country", "mixed-children"}
    assert {rule.severity for rule in whole.rules} == {"warning", "info"}
    assert {rule.id for rule in MIGRATION_DATA.rules} - {rule.id for rule in whole.rules} == {
        rule.id for rule in MIGRATION_DATA.rules if rule.kind is RuleKind.CROSS_REPORTER
    }


def test_a_finding_says_it_in_both_languages_and_never_what_others_reported():
    told = broken(cell(ABROAD, 10), total=[cell(ABROAD, 10)])[
        "same-as-others-abroad.STOCK_OUT.OUT.STOCK"
    ].as_wire()

    assert told["message_vi"].startswith("Số công dân ở nước ngoài đúng bằng")
    assert told["message_en"].startswith("The citizens abroad are exactly")
    assert "compared" not in json.dumps(told)


@pytest.mark.parametrize(
    ("kind", "asked", "spared"),
    [
        ("embassy", "CITIZEN_REG.OUT.STOCK", "STOCK_IN.IN.STOCK"),
        ("provincial_security", "PROSECUTION.DOMESTIC.FLOW", "CITIZEN_REG.OUT.STOCK"),
        ("provincial_department", "STOCK_IN.IN.STOCK", None),
    ],
)
def test_each_kind_of_agency_is_asked_for_what_it_can_know(kind, asked, spared):
    owed = tables_owed(MIGRATION_DATA, ReportContext(kind=kind))
    indicators = {indicator.code for table in owed for indicator in table.indicators}

    assert asked in indicators
    assert spared not in indicators
    assert "LABOUR.OUT.FLOW" in indicators


def test_a_period_that_had_ended_keeps_the_form_that_it_had():
    versions = [a_form("migration-data-1"), MIGRATION_DATA]
    ends = [read_period(period).end for period in ("2025", "2026-S1", "2026-S2", "2026")]

    assert [choose_version(versions, end).version for end in ends] == [1, 1, 2, 2]
    assert [i for t in versions[0].tables for i in t.indicators] == [
        one.model_copy(update={"reporters": ()}) for t in versions[1].tables for one in t.indicators
    ]
