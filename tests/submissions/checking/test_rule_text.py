"""The language of rules: what is read, and where it is said that something cannot be."""

import pytest

from services.submissions.checking.rule_text import RuleMistake, parse_rule
from services.submissions.checking.rule_types import find_mistakes
from services.submissions.form.rule_definition import FormRule
from tests.submissions.checking.builders import a_form


def mistakes(expression, kind="cross_cell"):
    """Return (position, sentence) of everything that is wrong with a rule of the migration data form."""
    rule = FormRule(
        id="r", kind=kind, severity="warning", expression=expression, message_vi="Sai.", message_en="Wrong."
    )
    form = a_form().model_copy(update={"rules": (rule,)})
    return [(one.mistake.position, str(one.mistake)) for one in find_mistakes(form)]


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("[LABOUR.OUT.FLOW; sex=female] <= [LABOUR.OUT.FLOW]", "cross_cell"),
        ("each sex, partner_country: [STUDY.OUT.FLOW] <= [STUDY.OUT.STOCK] within 5%", "cross_cell"),
        ("not reported([LABOUR.OUT.FLOW]) or available([LABOUR.IN.FLOW])", "required"),
        ("[LABOUR.OUT.FLOW] <= sum([STUDY.OUT.FLOW; sex=female+male], -1 * 2) / 3 within 0.5", "cross_table"),
        ("if([LABOUR.OUT.FLOW] > 0, 1, 0) = 1 and [LABOUR.IN.FLOW; sex!=unknown] >= 0", "cross_cell"),
        ("abs([STUDY.OUT.STOCK] - previous([STUDY.OUT.STOCK])) <= 100", "cross_period"),
        ("[LABOUR.OUT.FLOW] <= default(total([LABOUR.OUT.FLOW]), 0) + 10", "cross_reporter"),
    ],
)
def test_rules_that_hold_together_are_taken(expression, kind):
    assert mistakes(expression, kind) == []


@pytest.mark.parametrize(
    ("expression", "position", "part"),
    [
        ("or", 0, "expected"),
        ("[LABOUR.OUT.FLOW] >", 19, "expected"),
        ("[LABOUR.OUT.FLOW] >= 0 0", 23, "too much"),
        ("[LABOUR.OUT.FLOW] >= $", 21, "cannot be read"),
        ("[LABOUR.OUT.FLOW", 0, "cannot be read"),
        ("[LABOUR.OUT.FLOW; sex] > 0", 17, "dimension=code"),
        ("0 < [LABOUR.OUT.FLOW] < 9", 22, "do not follow"),
        ("([LABOUR.OUT.FLOW] > 0", 22, "is expected"),
        ("[LABOUR.OUT.FLOW] = 1 within x", 29, "number is expected"),
        ("__import__('os')", 11, "cannot be read"),
        ("[NOTHING.OUT.FLOW] > 0", 0, "no indicator NOTHING.OUT.FLOW"),
        ("[LABOUR.OUT.FLOW; route=air] > 0", 18, "no dimension route"),
        ("[LABOUR.OUT.FLOW; sex=other] > 0", 18, "no code other"),
        ("each route: [LABOUR.OUT.FLOW] > 0", 5, "no dimension route"),
        ("[LABOUR.OUT.FLOW] + 1", 18, "must be a condition"),
        ("[LABOUR.OUT.FLOW] > 0 and 1", 26, "must be a condition"),
        ("abs([LABOUR.OUT.FLOW], 1) > 0", 0, "abs takes 1"),
        ("eval([LABOUR.OUT.FLOW]) > 0", 0, "no function eval"),
        ("reported([LABOUR.OUT.FLOW] + 1)", 27, "takes a cell"),
        ("[LABOUR.OUT.FLOW] > previous([LABOUR.OUT.FLOW])", 0, "kind must be cross_period"),
        ("1 > 0", 0, "no figure"),
    ],
)
def test_a_mistake_is_found_where_it_stands(expression, position, part):
    found = mistakes(expression)

    assert [at for at, _ in found][:1] == [position], found
    assert part in found[0][1]


def test_every_mistake_is_found():
    found = mistakes("[NO.A] + [LABOUR.OUT.FLOW; route=air] + [LABOUR.OUT.FLOW; sex=x]")

    assert [at for at, _ in found] == [0, 27, 38, 58]


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 60 + "1" + ")" * 60 + " = 1",
        "+".join(["1"] * 300) + " = 1",
        "1 = " + "1" * 2_001,
        "-" * 100 + "1 = 1",
    ],
)
def test_a_rule_cannot_be_made_to_cost_much(expression):
    with pytest.raises(RuleMistake):
        parse_rule(expression)


def test_a_rule_does_not_compare_with_restricted_figures_of_others():
    found = mistakes("[TRAFFICKING.OUT.FLOW] <= total([TRAFFICKING.OUT.FLOW])", "cross_reporter")

    assert [at for at, _ in found] == [32]
    assert "restricted" in found[0][1]


@pytest.mark.parametrize(
    ("kind", "expression", "part"),
    [
        ("cross_table", "[LABOUR.OUT.FLOW] > [LABOUR.IN.FLOW]", "one table only"),
        ("cross_period", "[LABOUR.OUT.FLOW] > 0", "no rule of the kind cross_period"),
    ],
)
def test_a_rule_is_of_the_kind_that_it_says(kind, expression, part):
    assert part in mistakes(expression, kind)[0][1]
