"""Each check sees the fault that is planted, and says nothing about a sound registry."""

from dataclasses import replace
from datetime import date

import pytest

from services.registry.agency.rules import Group, Membership
from services.registry.calendar.rules import Confidence, DayFact, DayKind
from services.registry.integrity.facts import (
    CodeFact,
    GroupFact,
    ObligationFact,
    PlanFact,
    Span,
    SuccessionFact,
    TaskFact,
)
from services.registry.integrity.findings import finding_id
from services.registry.integrity.service import run, shown
from services.registry.integrity.table import BY_CODE, CHECKS
from services.registry.obligation.deadlines import Operator
from services.registry.obligation.periods import PeriodRule, Window
from tests.registry.integrity.builders import (
    DAY,
    ENDED,
    LONG_AGO,
    a_duty,
    a_version,
    reread,
    some_facts,
    succeeded,
)
from tests.registry.obligation.builders import a_rule

UNDECREED = "calendar_year_undecreed"


def found_by(check, facts):
    """The subjects that one check finds; every other check may only find what follows from the same fault."""
    return [one.subject for one in BY_CODE[check].run(facts)]


def planted(check):
    """One fault for each check: the facts with it, and the subject that must be found."""
    with_rule = {"deadline": a_rule(operator=Operator.WITH, month=None, day=None, with_obligation="O2")}
    back_rule = {"deadline": a_rule(operator=Operator.WITH, month=None, day=None, with_obligation="O1")}
    december = {"deadline": a_rule(operator=Operator.ON, month=12, day=1)}
    one_day_after = {
        "periods": PeriodRule(Window.DECREE09_YEAR),
        "deadline": a_rule(operator=Operator.ON, month=12, day=14),
    }
    chain = (
        SuccessionFact("S1", "A", ("B", "X"), LONG_AGO, "1/QĐ-A", "confirmed"),
        SuccessionFact("S2", "B", ("A",), LONG_AGO, "1/QĐ-A", "proposed"),
    )
    known = {"instrument_numbers": frozenset({"1/QĐ-A"})}
    sound = (a_version("BYT"), a_version("BNG"), a_version("CU", LONG_AGO, ENDED))
    mutual = {f"O{n}": ObligationFact("P", "F", "periodic", f"O{n}", f"O{3 - n}") for n in (1, 2)}
    same = {f"O{n}": ObligationFact("P", "F", "periodic", "same") for n in (1, 2)}
    open_group = GroupFact("G-KHONG", "Nhóm", is_open=True)
    return {
        "parent_circle": (
            some_facts(versions=(a_version("A", parent="B"), a_version("B", parent="A")), lifetimes={}),
            "A",
        ),
        "succession_circle": (some_facts(successions=chain, **known), "A"),
        "next_level_circle": (some_facts(a_duty("O1", next_level="O2"), a_duty("O2", next_level="O1")), "O1"),
        "deadline_circle": (some_facts(a_duty("O1", **with_rule), a_duty("O2", **back_rule)), "O1"),
        "satisfied_circle": (some_facts(a_duty("O1"), a_duty("O2"), obligations=mutual), "O1"),
        "validity_gap": (some_facts(versions=(*sound[1:], a_version("BYT", date(2001, 1, 1)))), "BYT"),
        "validity_overlap": (some_facts(versions=(*sound, a_version("BYT", date(2020, 1, 1)))), "BYT"),
        "code_twice": (
            some_facts(
                codes=(CodeFact("BYT", "level1", "G01", Span()), CodeFact("BNG", "level1", "G01", Span(DAY)))
            ),
            "BNG",
        ),
        "obligation_orphaned": (some_facts(a_duty("O1", reporter=("CU",))), "O1"),
        "obligation_without_reporters": (some_facts(a_duty("O1", reporter=("G-KHONG",))), "O1"),
        "task_orphaned": (some_facts(tasks=(TaskFact("P/1", "P", "task", (("lead", "CU"),)),)), "P/1"),
        "steward_orphaned": (some_facts(plans=(PlanFact("P", "CU", Span()),)), "P"),
        "succession_unconfirmed": (
            some_facts(successions=(SuccessionFact("S1", "CU", ("BYT",), DAY, "1/QĐ-A", "proposed"),), **known),
            "S1",
        ),
        "succession_lines_open": (
            some_facts(
                successions=(SuccessionFact("S1", "CU", ("BYT",), DAY, "1/QĐ-A", "confirmed", 2),), **known
            ),
            "S1",
        ),
        "deadline_after_next_level": (some_facts(a_duty("O1", next_level="O2", **december), a_duty("O2")), "O1"),
        "cut_off_too_close": (some_facts(a_duty("O1", **one_day_after)), "O1"),
        "obligation_twice": (some_facts(a_duty("O1"), a_duty("O2"), obligations=same), "O1"),
        "names_alike": (
            some_facts(
                versions=(
                    *sound[1:],
                    a_version("BYT", name_vi="Bộ Hòa bình"),
                    a_version("Z", name_vi="bộ hoà  Bình"),
                )
            ),
            "BYT",
        ),
        "group_empty": (some_facts(groups=(replace(open_group, is_open=False),)), "G-KHONG"),
        "instrument_unknown": (
            some_facts(
                successions=(SuccessionFact("S1", "CU", ("BYT",), DAY, "Nghị quyết 2/2025/QH15", "confirmed"),)
            ),
            "S1",
        ),
        "task_without_lead": (some_facts(tasks=(TaskFact("P/1", "P", "task", (("coordinator", "BYT"),)),)), "P/1"),
        "group_unlisted": (some_facts(groups=(open_group,)), "G-KHONG"),
        "obligation_without_form": (
            some_facts(a_duty("O1"), obligations={"O1": ObligationFact("P", None, "periodic", "x")}),
            "O1",
        ),
        "plan_past_horizon": (some_facts(plans=(PlanFact("P", "BNG", Span(LONG_AGO, ENDED)),)), "P"),
        UNDECREED: (some_facts(), "2027"),
    }[check]


@pytest.mark.parametrize("check", BY_CODE)
def test_a_planted_fault_is_found_by_its_check(check):
    facts, subject = planted(check)

    assert found_by(check, facts)[:1] == [subject]


@pytest.mark.parametrize("check", [code for code in BY_CODE if code != UNDECREED])
def test_a_sound_registry_is_left_alone(check):
    facts = some_facts(a_duty("O1", next_level="O2"), a_duty("O2", reporter=("BNG",), recipient=("BYT",)))

    assert found_by(check, facts) == []


@pytest.mark.parametrize("check", BY_CODE)
def test_a_finding_says_all_its_facts_in_both_languages(check):
    facts, _ = planted(check)
    one = next(iter(BY_CODE[check].run(facts)))
    told = shown(BY_CODE[check], one)

    assert told.id == finding_id(check, one.subject, one.key)
    assert told.message_vi
    assert told.message_en
    assert "{" not in told.message_vi + told.message_en


def test_no_other_check_falls_over_a_planted_fault():
    for code in BY_CODE:
        list(run(CHECKS, planted(code)[0]))


def test_a_confirmed_successor_mends_what_was_orphaned():
    facts = some_facts(a_duty("O1", reporter=("CU",)))

    assert found_by("obligation_orphaned", facts) == ["O1"]
    assert found_by("obligation_orphaned", succeeded(facts, "CU", "BYT", date(2025, 7, 1))) == []


def test_a_listed_member_that_ended_is_orphaned_while_it_is_listed():
    facts = some_facts(a_duty("O1", reporter=("G-KHONG",)))
    groups = {"G-KHONG": Group("G-KHONG", listed=(Membership("CU", LONG_AGO, DAY),))}
    listed = reread(facts, snapshot=replace(facts.snapshot, groups=groups))

    assert found_by("obligation_orphaned", listed) == ["O1"]
    assert found_by("obligation_orphaned", replace(listed, day=date(2026, 7, 2))) == []


def test_an_undated_level_between_is_passed_over():
    undated = a_rule(operator=Operator.NONE, month=None, day=None)
    late = a_duty("O1", next_level="O2", deadline=a_rule(operator=Operator.ON, month=11, day=15))
    facts = some_facts(late, a_duty("O2", next_level="O3", deadline=undated), a_duty("O3"))
    [first, *_] = BY_CODE["deadline_after_next_level"].run(facts)

    assert first.facts == {"period": "2026", "due_on": "2026-11-15", "above": "O3", "above_due_on": "2026-11-14"}


def test_the_next_level_is_no_second_report():
    below, above = a_duty("O1", next_level="O2"), a_duty("O2")
    same = {code: ObligationFact("P", "F", "periodic", "same") for code in ("O1", "O2")}

    assert found_by("obligation_twice", some_facts(below, above, obligations=same)) == []


def test_a_year_is_decreed_when_a_sure_source_says_one_of_its_days():
    facts = some_facts()
    decreed = DayFact(DayKind.PUBLIC_HOLIDAY, "Tết", "New Year", "1/QĐ-TTg", Confidence.VERIFIED)
    calendar = replace(facts.register.calendar, overrides={date(2026, 1, 1): decreed, date(2027, 1, 1): decreed})
    settled = reread(facts, calendar=calendar)

    assert found_by(UNDECREED, settled) == []


def test_a_function_that_comes_back_with_the_whole_is_no_circle():
    moved = SuccessionFact("S1", "BNV", ("BDTTG",), LONG_AGO, "1/QĐ-A", "confirmed", 0, frozenset({"BDTTG"}))
    back = SuccessionFact("S2", "BDTTG", ("BNV",), DAY, "1/QĐ-A", "proposed")

    assert found_by("succession_circle", some_facts(successions=(moved, back))) == []
    assert found_by("succession_circle", some_facts(successions=(replace(moved, partial=frozenset()), back))) == [
        "BDTTG"
    ]
