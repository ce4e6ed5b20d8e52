"""Words, nil declarations, and what is missing from a report as a whole."""

import pytest

from tests.submissions.checking.builders import (
    a_form,
    an_observation,
    check_csv,
    check_json,
    mistakes,
    places,
    rules,
)

LED = "task:QD-402-2020/2.1"
COORDINATED = "task:QD-402-2020/1.1"


def a_report(**sections):
    told = {LED: {"status": "on_track", "text": "Đã triển khai."}}
    return check_json(form="plan-report-1", narrative=told | sections)


def test_a_plan_report_tells_how_the_led_task_stands():
    result = a_report()

    assert result.findings == []
    assert result.narrative == {LED: {"status": "on_track", "text": "Đã triển khai."}}


def test_the_general_sections_and_coordinated_tasks_are_optional():
    result = a_report(general={"text": " Tốt.\r\n"}, **{COORDINATED: {"status": "met"}}, difficulties={"text": ""})

    assert result.findings == []
    assert result.narrative["general"] == {"status": None, "text": "Tốt."}
    assert result.narrative[COORDINATED] == {"status": "met", "text": None}
    assert "difficulties" not in result.narrative


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({LED: {}}, [("narrative_text_missing", "/text")]),
        ({LED: {"status": "met", "text": "  "}}, [("narrative_text_missing", "/text")]),
        ({LED: {"text": "x"}}, [("narrative_status_missing", "/status")]),
        ({LED: {"status": "done", "text": "x"}}, [("narrative_status_unknown", "/status")]),
        ({LED: {"status": 1, "text": "x"}}, [("text_malformed", "/status")]),
        ({LED: {"status": "met", "text": "x" * 20_001}}, [("text_too_long", "/text")]),
        ({LED: {"status": "met", "text": "a\x00"}}, [("text_forbidden_character", "/text")]),
    ],
)
def test_a_mistake_in_a_section_is_found_at_its_part(section, expected):
    pointer = "/narrative/task:QD-402-2020~12.1"

    assert places(a_report(**section)) == [(rule, pointer + part) for rule, part in expected]


def told(**parts):
    section = {"status": "on_track", "text": "Đã triển khai.", **parts}
    return check_json(form="plan-report-2", narrative={LED: section})


def test_evidence_and_funding_are_kept_where_the_form_asks_for_them():
    result = told(evidence=" QĐ 12/QĐ-UBND ", funding="1250.50")

    assert result.findings == []
    assert result.narrative[LED]["evidence"] == "QĐ 12/QĐ-UBND"
    assert result.narrative[LED]["funding"] == "1250.5"
    assert told(funding=1250.5).narrative[LED]["funding"] == "1250.5"
    assert set(told(evidence="").narrative[LED]) == {"status", "text"}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"evidence": 12}, ("text_malformed", "/evidence")),
        ({"evidence": "x" * 20_001}, ("text_too_long", "/evidence")),
        ({"funding": "nhiều"}, ("not_a_number", "/funding")),
        ({"funding": -1}, ("value_too_small", "/funding")),
        ({"funding": 1e30}, ("value_too_large", "/funding")),
    ],
)
def test_mistakes_in_evidence_and_funding_are_found_there(parts, expected):
    assert places(told(**parts)) == [(expected[0], "/narrative/task:QD-402-2020~12.1" + expected[1])]


def test_evidence_is_not_taken_where_the_form_does_not_ask_for_it():
    section = {"status": "met", "text": "Xong.", "evidence": "x", "funding": 3}

    assert rules(a_report(**{LED: section})) == ["narrative_part_not_taken"] * 2
    assert rules(check_json(form="plan-report-2", narrative={LED: section, "general": {"funding": 1}})) == [
        "narrative_part_not_taken"
    ]


def test_a_led_task_must_not_be_left_out():
    result = check_json(form="plan-report-1", narrative={"general": {"text": "Tốt."}})

    assert places(result) == [("narrative_text_missing", "/narrative/task:QD-402-2020~12.1")]
    assert "Thu thập số liệu" in mistakes(result)[0].message("vi")


def test_another_agencys_task_and_a_status_where_none_belongs_are_found():
    other = {"task:QD-402-2020/3.1": {"status": "met", "text": "x"}, "general": {"status": "met", "text": "x"}}

    assert rules(a_report(**other)) == ["narrative_status_not_taken", "narrative_key_unknown"]


def test_a_plan_report_has_no_figures():
    result = check_json(an_observation(), form="plan-report-1", narrative={LED: {"status": "met", "text": "x"}})

    assert set(rules(result)) == {"indicator_unknown", "dimension_unknown"}


def test_sections_can_come_as_csv():
    result = check_csv(
        f'section,section_title,status,text\n{LED},x,met,"dòng 1\ndòng 2"\ngeneral,,,',
        form="plan-report-1",
        nil=[],
    )

    assert mistakes(result) == []
    assert result.narrative == {LED: {"status": "met", "text": "dòng 1\ndòng 2"}}


def test_mistakes_in_a_csv_of_sections_have_rows_and_columns():
    file = f"Mục;Trạng thái;Nội dung\n{LED};done;x\n{LED};met;y\nnone;met;z\n;met;w\n{COORDINATED};;z"
    result = check_csv(file, form="plan-report-1")

    assert places(result) == [
        ("section_repeated", (3, "Mục")),
        ("section_missing", (5, "Mục")),
        ("nil_table_unknown", (None, "nil")),
        ("narrative_status_unknown", (2, "Trạng thái")),
        ("narrative_key_unknown", (4, "Mục")),
        ("narrative_status_missing", (6, "Trạng thái")),
    ]


def test_a_section_that_a_csv_leaves_empty_is_missed_in_its_row():
    result = check_csv(f"section,status,text\ngeneral,,x\n{LED},,\n", form="plan-report-1", nil=[])

    assert places(result) == [("narrative_text_missing", (3, "section"))]


def test_a_table_is_filled_or_declared_nil_or_warned_about():
    result = check_json(an_observation(), nil=["TRAFFICKING", "TRAFFICKING"])
    owed = {table.code for table in a_form().tables} - {"BORDER"}

    assert mistakes(result) == []
    assert result.nil == ["TRAFFICKING"]
    warned = [f.value for f in result.findings if f.rule == "table_not_filled"]
    assert set(warned) == owed - {"LABOUR", "TRAFFICKING"}
    assert len({f.id for f in result.findings}) == len(result.findings)


def test_a_whole_report_can_be_nil():
    result = check_json(nil=["*"])

    assert (result.findings, result.nil, len(result.observations)) == ([], ["*"], 0)


def test_nil_and_figures_exclude_each_other():
    assert places(check_json(an_observation(value=0), nil=["STUDY", "LABOUR"])) == [("nil_but_filled", "/nil/1")]
    whole = check_json(an_observation(), nil=["*"])
    assert places(whole) == [("nil_but_filled", "/nil/0")]
    assert mistakes(whole)[0].message("vi") == "Cả báo cáo được khai “không phát sinh” nhưng lại có số liệu."


@pytest.mark.parametrize("nil", ["labour", "LABOUR.OUT.FLOW", "", None, 5, {}])
def test_nil_names_a_table_of_the_form(nil):
    assert places(check_json(an_observation(), nil=[nil])) == [("nil_table_unknown", "/nil/0")]


def test_a_report_that_says_nothing_is_not_nil():
    assert rules(check_json()) == ["content_empty"]
    assert rules(check_csv("indicator,value\n", nil=[])) == ["content_empty"]


def test_counts_are_by_severity():
    result = check_json(an_observation(value="x"), nil=["STUDY"])

    assert result.counts["error"] == 1
    assert result.counts["warning"] == len(result.findings) - 1
    assert not result.is_acceptable
