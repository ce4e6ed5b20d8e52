"""Which cycles exist, what a span of the schedule holds, and how long that takes."""

import csv
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.obligation.cycles import Cycle, Register
from services.registry.obligation.errors import PeriodForeign, SpanTooLong
from services.registry.obligation.periods import Window

from .builders import TODAY, real_register

GOLDEN = Path(__file__).parents[1] / "golden_deadlines.csv"
PATIENT = settings(deadline=None, max_examples=50)
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


@pytest.fixture(scope="module")
def register() -> Register:
    return real_register()


@pytest.fixture(scope="module")
def all_cycles(register) -> list[Cycle]:
    return cycles(register, date(2015, 1, 1), date(2036, 1, 1))


def cycles(register: Register, first: date, last: date, *only: str) -> list[Cycle]:
    return list(register.cycles_between(first, last, only))


def test_every_line_of_the_golden_table_is_what_the_engine_says(register):
    found = {
        (c.obligation, c.period.label): (
            str(c.period.start),
            str(c.period.end),
            str(len(c.owing.reporters)),
            c.deadline.overdue_after.isoformat() if c.deadline.overdue_after else "",
        )
        for c in cycles(register, date(2024, 1, 1), date(2029, 12, 31))
    }
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        golden = list(csv.DictReader(lines))
    columns = ("period_start", "period_end", "reporters", "last_on_time_instant")
    expected = {
        (line["obligation"], line["period"]): tuple(line[c] for c in columns)
        for line in golden
        if line["period_start"]
    }
    ours = {key: value for key, value in found.items() if value[1][:4] in ("2025", "2026", "2027")}

    assert len(expected) > 50
    assert ours == expected


@PATIENT
@given(one=DAYS, other=DAYS)
def test_a_cycle_stands_in_a_span_when_its_anchor_does(register, all_cycles, one, other):
    first, last = sorted((one, other))
    found = {(c.obligation, c.period) for c in cycles(register, first, last)}

    assert found == {(c.obligation, c.period) for c in all_cycles if first <= c.anchor <= last}


@PATIENT
@given(day=DAYS)
def test_validity_concerns_the_end_of_the_period_and_not_the_due_day(register, day):
    for cycle in cycles(register, day, day + timedelta(days=400)):
        duty = register.duties[cycle.obligation]
        assert duty.valid_from <= cycle.period.end <= duty.valid_to


def test_the_last_yearly_data_is_due_after_the_plan_has_ended(register):
    found = cycles(register, date(2031, 1, 1), date(2031, 12, 31))

    assert [(c.obligation, c.period.label, c.deadline.due_on) for c in found] == [
        ("OHT-02", "2030", date(2031, 1, 4))
    ]


def test_the_migration_profile_belongs_to_every_second_year(register):
    found = cycles(register, date(2020, 1, 1), date(2030, 12, 31), "O402-07")

    assert [c.period.end.year for c in found] == [2020, 2022, 2024, 2026, 2028, 2030]
    assert {c.deadline.due_on for c in found} == {None}


def test_what_is_not_periodic_has_no_cycle_by_itself(register):
    found = {c.obligation for c in cycles(register, date(2019, 1, 1), date(2032, 12, 31))}
    irregular = {d.id for d in register.duties.values() if not d.periods.window.is_periodic}

    assert irregular >= {"OKG-01", "O402-05", "OHT-05", "O1957-01"}
    assert not found & irregular
    assert found | irregular == set(register.duties)


def test_the_one_off_of_kien_giang_was_due_on_22_april_2020(register):
    duty = register.duties["OKG-01"]
    cycle = register.cycle_of(duty, duty.only_period.label)

    assert duty.periods.window is Window.ONE_OFF
    assert cycle.deadline.due_at.isoformat() == "2020-04-22T23:59:59.999999+07:00"
    assert cycle.owing.agencies == ("KG-SNGV",)
    assert cycle.recipients == ("UBND-P91",)


def test_statistics_go_with_the_yearly_report(register):
    cycle = register.cycle_of(register.duties["O402-09"], "2026")

    assert cycle.deadline.due_on == date(2026, 11, 14)
    assert cycle.owing.agencies == ("BTP",)


def test_a_period_of_another_shape_is_refused_and_the_nearest_are_named(register):
    with pytest.raises(PeriodForeign) as refusal:
        register.cycle_of(register.duties["OHT-01"], "2026-S2")

    assert refusal.value.status == 404
    assert "2026-S1" in refusal.value.facts["nearest"]


def test_a_period_after_the_validity_is_refused(register):
    with pytest.raises(PeriodForeign):
        register.cycle_of(register.duties["O402-02"], "2031")


@pytest.mark.parametrize("last", [date(2025, 12, 31), date(2099, 1, 1)])
def test_a_span_backwards_or_of_generations_is_refused(register, last):
    with pytest.raises(SpanTooLong):
        cycles(register, date(2026, 1, 1), last)


def test_a_cycle_is_provisional_until_its_reporters_are_settled(register):
    past, future = (register.cycle_of(register.duties["OHT-01"], label) for label in ("2026-S1", "2027-S1"))

    assert register.today == TODAY
    assert not past.is_provisional
    assert future.is_provisional


def test_three_years_of_all_obligations_take_well_under_a_second(register):
    cycles(register, date(2025, 1, 1), date(2027, 12, 31))
    fresh = register.proposed()

    begun = time.process_time()
    found = cycles(fresh, date(2025, 1, 1), date(2027, 12, 31))

    assert len(found) > 60
    assert time.process_time() - begun < 0.9


def test_the_only_period_of_a_one_off_is_named_to_those_who_ask_for_another(register):
    with pytest.raises(PeriodForeign) as refusal:
        register.cycle_of(register.duties["OKG-01"], "2020")

    assert refusal.value.facts["nearest"] == ["2020-03-26/P28D"]
