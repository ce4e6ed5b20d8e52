"""What the forms that we ship say, and that they are what their sources give."""

import csv
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from kernel.text import fold
from services.submissions.checking.read_csv import COLUMNS, header_names
from services.submissions.form.definition import Confidentiality, FormDefinition, Measure, RollUpRule
from services.submissions.form.document import as_document, definition_sha256
from services.submissions.form.generate import as_file, build_forms
from services.submissions.form.rules import choose_version
from services.submissions.form.shelf import FormShelf

DATA = Path(__file__).resolve().parents[3] / "data"
MIGRATION_DATA = FormDefinition.model_validate_json((DATA / "forms" / "migration-data-1.json").read_bytes())
PLAN_REPORT = FormDefinition.model_validate_json((DATA / "forms" / "plan-report-1.json").read_bytes())
FORMS = build_forms(DATA)
INDICATORS = [indicator for table in MIGRATION_DATA.tables for indicator in table.indicators]


def test_the_files_are_what_the_generator_writes():
    written = {name: as_file(form) for name, form in build_forms(DATA).items()}

    assert written == {path.name: path.read_text(encoding="utf-8") for path in (DATA / "forms").glob("*.json")}


def test_a_version_that_was_published_is_what_it_was():
    """A new version is added here; a line that is here already is never changed, for receipts rest on it."""
    with (DATA / "forms" / "sources" / "published.csv").open(encoding="utf-8", newline="") as lines:
        published = {(row["form"], int(row["version"])): row["sha256"] for row in csv.DictReader(lines)}

    assert {(form.id, form.version): definition_sha256(as_document(form)) for form in FORMS.values()} == published


def test_every_category_but_the_census_is_a_table_with_its_directions_and_measures():
    ways = {
        "both": {"OUT", "IN"},
        "inbound": {"IN"},
        "outbound": {"OUT"},
        "return": {"RETURN"},
        "domestic": {"DOMESTIC"},
    }
    with (DATA / "migration_categories.csv").open(encoding="utf-8", newline="") as lines:
        wanted = {
            f"{row['code']}.{way}.{measure.upper()}"
            for row in csv.DictReader(lines)
            if row["code"] != "CENSUS"
            for way in ways[row["direction"]]
            for measure in row["measure"].split("|")
        }

    assert len(MIGRATION_DATA.tables) == 21
    assert {indicator.code for indicator in INDICATORS} == wanted


def test_dimensions_are_among_those_that_the_reference_list_suggests():
    with (DATA / "migration_categories.csv").open(encoding="utf-8", newline="") as lines:
        suggested = {row["code"]: set(row["suggested_dimensions"].split("|")) for row in csv.DictReader(lines)}
    for table in MIGRATION_DATA.tables:
        for indicator in table.indicators:
            used = {use.dimension.replace("protection_reason", "reason") for use in indicator.dimensions}
            assert used <= suggested[table.code], indicator.code
            assert 1 <= len(indicator.dimensions) <= 4


def test_stocks_are_not_summed_over_time_and_everything_counts_persons():
    for indicator in INDICATORS:
        expected = RollUpRule.LATEST if indicator.measure is Measure.STOCK else RollUpRule.SUM
        assert indicator.roll_up.across_time is expected
        assert (indicator.unit, indicator.number, indicator.minimum) == ("person", "integer", 0)


def test_victims_are_confidential_and_no_table_holds_personal_data():
    marked = {table.code: table.confidentiality for table in MIGRATION_DATA.tables}

    assert {code for code, mark in marked.items() if mark is Confidentiality.CONFIDENTIAL_VICTIM} == {
        "TRAFFICKING",
        "FORCED_LABOUR",
        "VICTIM_SUPPORT",
    }
    assert Confidentiality.PERSONAL_DATA not in marked.values()


@pytest.mark.parametrize(
    ("day", "count"), [("2024-12-31", 63), ("2025-06-30", 63), ("2025-07-01", 34), ("2026-06-30", 34)]
)
def test_provinces_are_63_and_then_34(day, count):
    provinces = next(d for d in MIGRATION_DATA.dimensions if d.code == "province")
    valid = [item.code for item in provinces.codes if item.is_valid_on(date.fromisoformat(day))]

    assert len(valid) - 1 == count
    assert "unknown" in valid


def test_countries_are_the_249_of_iso_3166_in_both_languages():
    countries = next(d for d in MIGRATION_DATA.dimensions if d.code == "partner_country")
    names = {item.code: (item.title_vi, item.title_en) for item in countries.codes}

    assert len(names) == 250
    assert names["JP"] == ("Nhật Bản", "Japan")
    assert names["LA"] == ("Lào", "Laos")


@pytest.mark.parametrize("form", build_forms(DATA).values(), ids=lambda form: f"{form.id}-{form.version}")
def test_a_form_says_in_both_languages_that_it_is_ours(form):
    assert "do dự án tự xây dựng" in form.notice_vi
    assert "our own" in form.notice_en
    assert len(form.sources) >= 3


def test_the_report_on_trafficking_asks_the_same_figures_as_the_migration_data():
    known = {indicator.code: indicator for indicator in INDICATORS}
    asked = [indicator for table in FORMS["actip-report-1.json"].tables for indicator in table.indicators]

    assert [known[indicator.code] for indicator in asked] == asked
    assert {table.code for table in FORMS["actip-report-1.json"].tables} == {
        "TRAFFICKING",
        "FORCED_LABOUR",
        "VICTIM_SUPPORT",
        "PROSECUTION",
    }


def test_the_profile_holds_open_figures_only_and_is_rolled_up_by_nobody():
    for table in FORMS["migration-profile-1.json"].tables:
        assert table.confidentiality is Confidentiality.AGGREGATE_OPEN
        assert {indicator.roll_up.across_agencies for indicator in table.indicators} == {RollUpRule.NONE}


def test_the_second_plan_report_asks_for_evidence_and_funding_from_2026_on():
    first, second = FORMS["plan-report-1.json"], FORMS["plan-report-2.json"]

    assert (first.narrative.task_parts, second.narrative.task_parts) == ((), ("evidence", "funding"))
    assert [choose_version([first, second], date(year, 12, 31)) for year in (2025, 2026)] == [first, second]
    assert second.narrative.sections == first.narrative.sections


def test_every_column_name_means_one_column():
    dimensions = [(d.code, name) for d in MIGRATION_DATA.dimensions for name in (d.code, d.title_vi, d.title_en)]
    fixed = [(code, name) for code, names in COLUMNS.items() for name in names]

    for code, name in dimensions + fixed:
        assert header_names(MIGRATION_DATA)[fold(name)] == code


UNKNOWN = {"code": "unknown", "title_vi": "a", "title_en": "a"}


def a_definition(**changes):
    return MIGRATION_DATA.model_dump(mode="json") | changes


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dimensions": []}, "no code list for dimension"),
        ({"tables": [a_definition()["tables"][0]] * 2}, "stands in the form twice"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"version": 0}, "greater than or equal to 1"),
    ],
)
def test_a_definition_that_does_not_hold_together_is_refused(change, reason):
    with pytest.raises(ValidationError, match=reason):
        FormDefinition.model_validate(a_definition(**change))


@pytest.mark.parametrize(
    ("codes", "code", "reason"),
    [
        ([{"code": "a", "title_vi": "a", "title_en": "a"}], "colour", "no code for 'not known'"),
        ([{"code": "unknown", "title_vi": "a", "title_en": "a"}] * 2, "colour", "lists a code twice"),
        ([{"code": "unknown", "title_vi": "a", "title_en": "a"}], "reason", "cannot name a dimension"),
        ([UNKNOWN, UNKNOWN | {"code": "a", "replaced_by": ["b"]}], "colour", "names a successor that it does not"),
        (
            [
                UNKNOWN,
                UNKNOWN | {"code": "a", "replaced_by": ["b"]},
                UNKNOWN | {"code": "b", "replaced_by": ["a"]},
            ],
            "colour",
            "replace each other in a circle",
        ),
        (
            [UNKNOWN, UNKNOWN | {"code": "a", "valid_from": "2026-01-02", "valid_to": "2026-01-01"}],
            "colour",
            "a ends before it begins",
        ),
    ],
)
def test_a_dimension_can_say_unknown_and_has_a_name_of_its_own(codes, code, reason):
    dimension = {"code": code, "title_vi": "x", "title_en": "x", "source": "x", "codes": codes}

    with pytest.raises(ValidationError, match=reason):
        FormDefinition.model_validate(a_definition(dimensions=[dimension], tables=[]))


def test_the_version_of_a_form_is_bound_to_the_periods_end():
    first = MIGRATION_DATA.model_copy(update={"applies_to": date(2026, 12, 31)})
    second = MIGRATION_DATA.model_copy(update={"version": 2, "applies_from": date(2026, 7, 1)})
    shelf = FormShelf([first, second])

    ends = [date(2019, 12, 31), date(2026, 6, 30), date(2026, 12, 31), date(2027, 6, 30)]
    assert [shelf.find_version("migration-data", end) for end in ends] == [None, 1, 2, 2]
    assert shelf.find_version("other", ends[1]) is None
    assert shelf.get("migration-data", 2) is second
    assert choose_version([], ends[1]) is None
