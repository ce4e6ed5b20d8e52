"""Rules of a form judged over reports: what breaks them, what is not judged, where and how it is said."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.checking.beside import Beside, Past
from services.submissions.checking.check import ReportContext, check
from services.submissions.checking.check_outliers import modified_z_score
from services.submissions.checking.read_json import Envelope, JsonBody
from services.submissions.checking.rule_columns import Figures
from services.submissions.cycle.periods import read_period
from services.submissions.form.rule_definition import FormRule
from tests.submissions.checking.builders import a_form

DIMENSIONS = ("sex", "age_group", "partner_country", "skill_level")


def a_rule(expression, kind="cross_cell", severity="warning", id_="r"):
    return FormRule(
        id=id_, kind=kind, severity=severity, expression=expression, message_vi="Sai {x}.", message_en="Wrong {x}."
    )


def cell(value, *, indicator="LABOUR.OUT.FLOW", sex="female", country="JP", **more):
    dimensions = {"sex": sex, "age_group": "adult", "partner_country": country, **more.pop("dimensions", {})}
    given_value = {"status": value, "reason": "Chưa có."} if isinstance(value, str) else {"value": value}
    return {"indicator": indicator, "dimensions": dimensions, **given_value}


def judge(rules, observations, *, beside=None, nil=()):
    """Return the findings of these rules."""
    form = a_form().model_copy(update={"rules": tuple(rules)})
    content = JsonBody(Envelope(), list(observations), list(nil), {}).columns(form)
    context = ReportContext(plan="KH-167-HATINH", beside=beside or Beside())
    return check(form, read_period("2026-S1"), content, context)


def broken(rules, observations, **more):
    found = judge(rules, observations, **more).findings
    return [one.as_wire() for one in found if one.rule.startswith("migration-data:")]


def test_a_broken_rule_says_what_it_compared_and_where():
    rule = a_rule("[LABOUR.OUT.FLOW; sex=female] <= [LABOUR.OUT.FLOW; sex=male] * 2")
    (found,) = broken([rule], [cell(1, sex="male"), cell(5), cell(2, country="KR")])

    assert (found["rule"], found["severity"], found["pointer"]) == (
        "migration-data:r",
        "warning",
        "/observations/1/value",
    )
    assert found["compared"] == {"left": 7, "right": 2}
    assert (found["message_vi"], found["message_en"]) == ("Sai {x}.", "Wrong {x}.")
    assert found["indicators"] == ["LABOUR.OUT.FLOW"]


def test_a_rule_is_judged_for_each_code():
    rule = a_rule("each partner_country: [LABOUR.OUT.FLOW; sex=female] <= [LABOUR.OUT.FLOW; sex=male]")
    found = broken([rule], [cell(3, country="KR"), cell(3), cell(4, sex="male"), cell(1, country="CN")])

    assert [one["dimensions"] for one in found] == [{"partner_country": "CN"}, {"partner_country": "KR"}]
    assert [one["compared"] for one in found] == [{"left": 1, "right": 0}, {"left": 3, "right": 0}]
    assert len({one["id"] for one in found}) == 2


@pytest.mark.parametrize("severity", ["blocker", "error", "warning", "info"])
def test_the_form_says_how_much_a_rule_weighs(severity):
    result = judge([a_rule("[LABOUR.OUT.FLOW] = 0", severity=severity)], [cell(1)])

    assert result.is_acceptable is (severity in ("warning", "info"))
    assert result.counts[severity] >= 1


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("[LABOUR.OUT.FLOW] = 100", False),
        ("[LABOUR.OUT.FLOW] = 100 within 4", True),
        ("[LABOUR.OUT.FLOW] = 100 within 3", False),
        ("[LABOUR.OUT.FLOW] = 100 within 4%", True),
        ("[LABOUR.OUT.FLOW] < 96", False),
        ("[LABOUR.OUT.FLOW] < 96 within 1", True),
        ("[LABOUR.OUT.FLOW] != 96", False),
        ("[LABOUR.OUT.FLOW] >= 97 within 1", True),
        ("[LABOUR.OUT.FLOW] > 97", False),
        ("[LABOUR.OUT.FLOW] <= 95", False),
        ("2 + 3 * 2 - 1 = 7 and [LABOUR.OUT.FLOW] / 2 = 48", True),
        ("(2 + 3) * 2 = 10 and -[LABOUR.OUT.FLOW] = -96", True),
        ("not [LABOUR.OUT.FLOW] = 96 or [LABOUR.OUT.FLOW] > 0", True),
        ("min([LABOUR.OUT.FLOW], 5) = 5 and max([LABOUR.OUT.FLOW], 5) = 96", True),
        ("abs(5 - [LABOUR.OUT.FLOW]) = 91 and sum(1, 2, [LABOUR.OUT.FLOW]) = 99", True),
        ("if([LABOUR.OUT.FLOW] > 90, 1, 2) = 1", True),
        ("[LABOUR.OUT.FLOW; sex!=female] = 0 and [LABOUR.OUT.FLOW; sex=female+male] = 96", True),
        ("0.1 + 0.2 = 0.3 and [LABOUR.OUT.FLOW] > 0", True),
    ],
)
def test_expressions_mean_what_they_say(expression, holds):
    assert (broken([a_rule(expression)], [cell(96)]) == []) is holds


@pytest.mark.parametrize(
    ("observations", "nil", "is_broken"),
    [
        ([cell(3)], (), True),
        ([cell(3), cell("not_available", country="KR")], (), False),
        ([cell(3), cell("not_applicable", country="KR")], (), True),
        ([cell("not_applicable")], (), False),
        ([cell(3, sex="male")], (), True),
        ([cell(3, indicator="LABOUR.IN.FLOW")], (), False),
        ([], ("LABOUR",), True),
        ([cell("xyz")], (), False),
        ([cell(5), cell(6)], (), False),
    ],
)
def test_what_is_not_known_is_not_judged(observations, nil, is_broken):
    assert bool(broken([a_rule("[LABOUR.OUT.FLOW; sex=female] > 5")], observations, nil=nil)) is is_broken


def test_dividing_by_nothing_is_not_judged():
    assert broken([a_rule("[LABOUR.OUT.FLOW] / ([LABOUR.OUT.FLOW] - 1) < 0")], [cell(1)]) == []


def test_what_must_be_reported_is_asked_for():
    rule = a_rule("not reported([LABOUR.OUT.FLOW]) or reported([LABOUR.IN.FLOW])", kind="required")

    assert len(broken([rule], [cell(1)])) == 1
    assert broken([rule], [cell(1), cell("not_available", indicator="LABOUR.IN.FLOW")]) == []
    assert len(broken([a_rule("available([LABOUR.OUT.FLOW])")], [cell("not_available")])) == 1


def figures(*cells):
    """Figures of LABOUR.OUT.FLOW by country, as they were stored."""
    return Figures(
        names=DIMENSIONS,
        codes=[["female"] * len(cells), ["adult"] * len(cells), [c for c, _ in cells], ["x"] * len(cells)],
        value=[None if value is None else Decimal(value) for _, value in cells],
        not_available=[value is None for _, value in cells],
    )


def test_a_report_is_compared_with_the_period_before():
    rule = a_rule(
        "each partner_country: [LABOUR.OUT.FLOW] <= previous([LABOUR.OUT.FLOW]) * 2", kind="cross_period"
    )
    beside = Beside(previous={"LABOUR.OUT.FLOW": figures(("JP", 2), ("KR", None), ("CN", 9))})
    found = broken([rule], [cell(5), cell(100, country="KR"), cell(1, country="CN")], beside=beside)

    assert [(one["dimensions"], one["compared"]) for one in found] == [
        ({"partner_country": "JP"}, {"left": 5, "right": 4})
    ]
    assert broken([rule], [cell(5)]) == []


def test_what_others_reported_is_compared_with_and_not_told():
    rule = a_rule("[LABOUR.OUT.FLOW] <= total([LABOUR.OUT.FLOW])", kind="cross_reporter")
    beside = Beside(total={"LABOUR.OUT.FLOW": figures(("JP", 4), ("LA", 123))})
    (found,) = broken([rule], [cell(500)], beside=beside)

    assert broken([rule], [cell(127)], beside=beside) == []
    assert "127" not in str({name: value for name, value in found.items() if name != "id"})


CELLS = st.lists(
    st.tuples(st.sampled_from(["female", "male"]), st.sampled_from(["JP", "KR", "LA"]), st.integers(0, 9)),
    min_size=1,
    unique_by=lambda one: one[:2],
)
RULES = [
    a_rule("each partner_country: [LABOUR.OUT.FLOW; sex=female] <= [LABOUR.OUT.FLOW; sex=male]", id_="b"),
    a_rule("[LABOUR.OUT.FLOW] <= 10", id_="a"),
    a_rule("each sex: [LABOUR.OUT.FLOW] <= 4", id_="c"),
]


@given(cells=CELLS, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_rows_changes_no_finding(cells, seed):
    observations = [cell(value, sex=sex, country=country) for sex, country, value in cells]
    shuffled = random.Random(seed).sample(observations, len(observations))
    seen = [
        [(one["id"], one["compared"], one.get("dimensions")) for one in broken(RULES, rows)]
        for rows in (observations, shuffled, observations)
    ]
    expected = [
        {"partner_country": country}
        for country in ("JP", "KR", "LA")
        if sum(v if s == "female" else -v for s, c, v in cells if c == country) > 0
    ]

    assert seen[0] == seen[1] == seen[2]
    assert [about for _, _, about in seen[0] if about and "partner_country" in about] == expected


def past(*totals):
    return {"LABOUR.OUT.FLOW": tuple(Past(f"20{20 + n}-S1", Decimal(total)) for n, total in enumerate(totals))}


def outliers(total, *totals, **more):
    observations = more.pop("observations", [cell(total)])
    result = judge([], observations, beside=Beside(history=past(*totals)), **more)
    return [one.as_wire() for one in result.findings if one.rule.startswith(("outlier", "change"))]


def test_an_outlier_shows_the_history_on_which_it_rests():
    (found,) = outliers(500, 100, 104, 98, 101, 97)

    assert (found["rule"], found["severity"], found["pointer"]) == (
        "outlier_in_history",
        "warning",
        "/observations/0/value",
    )
    assert found["history"][0] == {"period": "2020-S1", "value": 100}
    assert found["score"] == 134.9  # 0.6745 × (500 − 100) ÷ 2
    assert "2024-S1: 97" in found["message_vi"]
    assert "median 100" in found["message_en"]


@pytest.mark.parametrize(
    ("total", "history", "rule"),
    [
        (103, (100, 104, 98, 101, 97), None),
        (0, (100, 104, 98, 101, 97), "outlier_in_history"),
        (109, (100, 100, 100, 100, 101), None),
        (160, (100, 100, 100, 100, 101), "outlier_in_history"),
        (400, (100, 100, 100, 100, 100), "change_since_last_period"),
        (8, (1, 1, 1, 1, 2), None),
        (90, (30,), "change_since_last_period"),
        (89, (30,), None),
        (9, (29,), None),
        (9, (31,), "change_since_last_period"),
        (10, (31,), "change_since_last_period"),
        (11, (31,), None),
        (500, (), None),
    ],
)
def test_only_what_stands_out_is_an_outlier(total, history, rule):
    assert [one["rule"] for one in outliers(total, *history)] == ([rule] if rule else [])


def test_nothing_reported_after_years_of_figures_stands_out_and_an_incomplete_total_is_not_judged():
    declared = outliers(0, 100, 104, 98, 101, 97, observations=[], nil=["LABOUR"])
    incomplete = [cell(900), cell("not_available", country="KR")]

    assert [(one["rule"], one["value"]) for one in declared] == [("outlier_in_history", 0)]
    assert outliers(0, 100, 104, 98, 101, 97, observations=incomplete) == []


def test_the_modified_z_score_is_0_6745_of_the_distance_in_median_deviations():
    history = [Decimal(one) for one in ("2.1", "2.6", "2.4", "2.5", "2.3", "2.1", "2.3", "2.6", "8.2", "8.3")]

    assert modified_z_score(Decimal("8.3"), history) == Decimal("0.6745") * Decimal("5.85") / Decimal("0.15")
    assert modified_z_score(Decimal(1), history[:4]) is None
    assert modified_z_score(Decimal(3), [Decimal(2)] * 6) is None
