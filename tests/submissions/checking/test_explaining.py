"""Words beside figures that explain warnings: which warning each explains, and what is wrong with them."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.submissions.checking import explaining
from services.submissions.checking.beside import Beside, Past
from services.submissions.checking.check import CheckResult, ReportContext, check
from services.submissions.checking.read_json import read_json
from services.submissions.cycle.periods import read_period
from tests.submissions.checking.builders import a_form, an_observation, mistakes

FLOW, OTHER = "LABOUR.OUT.FLOW", "LABOUR.IN.FLOW"
HISTORY = {code: (Past("2025-S2", Decimal(9_000)),) for code in (FLOW, OTHER)}
CONTEXT = replace(ReportContext(plan="KH-167-HATINH"), beside=Beside(history=HISTORY))


def a_cell(country: str, explanation: Any = None, **changes: Any) -> dict[str, Any]:
    said = {} if explanation is None else {"explanation": explanation}
    return an_observation(**{"dimensions": {"partner_country": country}, **said, **changes})


def checked(*cells: dict[str, Any]) -> CheckResult:
    content = read_json(json.dumps({"observations": cells}).encode()).columns(a_form())
    return check(a_form(), read_period("2026-S1"), content, CONTEXT)


OF_OTHER = an_observation(indicator=OTHER, dimensions={"skill_level": ...})
UNWARNED = an_observation(
    indicator="STUDY.OUT.FLOW", dimensions={"skill_level": ..., "education_level": "unknown"}
)


def explained(result: CheckResult) -> dict[str, str]:
    """The words by the rule and the subject of the warning that they explain."""
    told = {one.id: " ".join((one.rule, *(one.about or ()))) for one in result.findings}
    return {told[finding]: text for finding, text in result.explanations}


def unneeded(result: CheckResult) -> list[tuple[str | None, Any]]:
    return [(one.place.pointer, one.value) for one in result.findings if one.rule == "explanation_unneeded"]


def test_words_beside_any_figure_of_an_indicator_explain_that_its_total_stands_out():
    result = checked(a_cell("JP"), a_cell("KR", " Hai công ty\r\nmới. "), OF_OTHER)

    assert explained(result) == {f"change_since_last_period {FLOW}": "Hai công ty\nmới."}
    assert (result.counts["error"], unneeded(result)) == (0, [])


def test_the_row_at_which_a_warning_stands_has_the_word():
    result = checked(a_cell("KR", "đầu"), a_cell("JP", "sau"))

    assert explained(result) == {f"change_since_last_period {FLOW}": "đầu"}
    assert unneeded(result) == [("/observations/1/explanation", "sau")]


def test_words_explain_every_warning_of_their_row_and_none_of_another():
    short = [a_cell(code, dimensions={"partner_country": code, "skill_level": ...}) for code in ("JP", "KR")]
    first = checked({**short[0], "explanation": "vì"}, short[1])
    second = checked(short[0], {**short[1], "explanation": "vì"})

    left_out, total = f"dimension_left_out {FLOW} skill_level", f"change_since_last_period {FLOW}"
    assert explained(first) == {left_out: "vì", total: "vì"}
    assert explained(second) == {total: "vì"}


def test_words_where_nothing_warns_are_told_and_not_kept():
    result = checked({**UNWARNED, "explanation": "vì"})

    assert result.explanations == []
    assert [place for place, _ in unneeded(result)] == ["/observations/0/explanation"]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("x" * 10_001, "text_too_long"),
        ("a\x07", "text_forbidden_character"),
        (5, "text_malformed"),
        ([], "text_malformed"),
    ],
)
def test_words_that_cannot_be_kept_are_found_in_their_place(words: Any, rule: str):
    (mistake,) = mistakes(checked(a_cell("JP", words)))

    assert (mistake.rule, mistake.place.pointer) == (rule, "/observations/0/explanation")


def test_empty_words_are_none():
    result = checked(a_cell("JP", "  "))

    assert (explained(result), unneeded(result), mistakes(result)) == ({}, [], [])


def test_there_are_not_more_explanations_than_a_person_writes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(explaining, "MOST_EXPLANATIONS", 2)
    (mistake,) = mistakes(checked(*(a_cell(code, code) for code in ("JP", "KR", "TW"))))

    assert (mistake.rule, mistake.place.pointer) == ("explanations_too_many", "/observations/2/explanation")
