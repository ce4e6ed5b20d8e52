"""Who owes, to whom, and who stands above: on the real register, and on small made-up ones."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.agency.rules import (
    AgencyPeriod,
    Group,
    Heir,
    Membership,
    RegistrySnapshot,
    SuccessionKind,
)
from services.registry.obligation.cycles import Register
from services.registry.obligation.owing import (
    Above,
    Line,
    Owing,
    Reporter,
    deciding_day,
    parts_taken_over,
    recipients_on,
    who_is_above,
    who_owes,
)
from services.registry.obligation.periods import Period

from .builders import real_register

SEVEN = ("HT-BCHBP", "HT-CAT", "HT-SGDDT", "HT-SKHCN", "HT-SNV", "HT-STC", "HT-STP")
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


@pytest.fixture(scope="module")
def register() -> Register:
    return real_register()


def a_snapshot(*agencies: AgencyPeriod, heirs=(), groups=()) -> RegistrySnapshot:
    followed: dict[str, tuple[Heir, ...]] = {}
    for predecessor, successor, kind, day in heirs:
        followed[predecessor] = (*followed.get(predecessor, ()), Heir(successor, kind, day))
    known: dict[str, tuple[AgencyPeriod, ...]] = {}
    for agency in agencies:
        known[agency.id] = (*known.get(agency.id, ()), agency)
    return RegistrySnapshot(known, {group.id: group for group in groups}, followed)


def ended(agency: str, day: date) -> AgencyPeriod:
    return AgencyPeriod(agency, "ministry", valid_to=day)


@given(st.builds(lambda a, b: Period(min(a, b), max(a, b)), DAYS, DAYS), st.none() | DAYS)
def test_the_earlier_of_last_day_and_due_day_decides(period, due_on):
    assert deciding_day(period, due_on) == min(period.end, due_on or period.end)


def test_the_half_year_data_of_ha_tinh_is_owed_by_seven(register):
    cycle = register.cycle_of(register.duties["OHT-01"], "2026-S1")

    assert cycle.owing.day == date(2026, 6, 30)
    assert cycle.owing.agencies == SEVEN
    assert cycle.recipients == ("HT-SNGV",)
    assert cycle.next_level == ("UBND-P42",)


def test_the_yearly_report_2026_is_owed_by_53(register):
    cycle = register.cycle_of(register.duties["O402-02"], "2026")
    kinds = [register.snapshot.period_of(a, cycle.owing.day).kind for a in cycle.owing.agencies]

    assert cycle.owing.day == date(2026, 11, 14)
    assert len(kinds) == 53
    assert kinds.count("ministry") + kinds.count("ministerial_agency") == 16
    assert kinds.count("government_agency") == 3
    assert kinds.count("provincial_peoples_committee") == 34
    assert "BNG" not in cycle.owing.agencies


def test_members_are_those_of_the_deciding_day(register):
    duty = register.duties["O402-02"]
    before, after = (register.owing_on(duty, day) for day in (date(2025, 6, 30), date(2025, 7, 1)))
    cycle = register.cycle_of(duty, "2025")

    assert cycle.owing.day == date(2025, 11, 14)
    assert "UBND-P62" in before.agencies
    assert "UBND-P62" not in after.agencies
    assert len(before.agencies) - len(after.agencies) == 63 - 34


def test_an_ended_printed_reporter_is_carried_by_its_confirmed_successor(register):
    cycle = register.cycle_of(register.duties["O402-10"], "2026")

    assert cycle.owing.reporters == (Reporter("BNV", "BLDTBXH"),)


def test_an_ended_reporter_without_successor_is_orphaned_and_listed(register):
    cycle = register.cycle_of(register.duties["OKT-03"], "2026-S1")

    assert cycle.owing.reporters == ()
    assert cycle.owing.orphaned == ("KT-SNGV",)


def test_the_department_of_home_affairs_has_the_part_of_the_old_labour_department(register):
    group = register.snapshot.groups["G-DV-HT"]

    assert parts_taken_over("HT-SNV", group, date(2026, 6, 30), register.snapshot) == ("HT-SLDTBXH",)
    assert parts_taken_over("HT-SNV", group, date(2025, 2, 28), register.snapshot) == ()


@pytest.mark.parametrize(
    ("obligation", "label", "above"),
    [
        ("OHT-01", "2026-S1", ("UBND-P42",)),
        ("OHT-02", "2026", ("UBND-P42",)),
        ("OHT-03", "2026", ("UBND-P42",)),
        ("OHT-06", "2026", ("BNG",)),
        ("O402-02", "2026", ("TTG",)),
        ("OKT-01", "2024-12-15/P6M", ("BNG",)),
        ("OKT-04", "2026", ("TTG",)),
        ("O402-11", "2026", ("TTG",)),
        ("OKT-05", "2024", ("UBND-P62",)),
        ("OKT-05", "2026", ("UBND-P51-2025",)),
        ("O402-09", "2026", ()),
    ],
)
def test_who_stands_above_the_recipient(register, obligation, label, above):
    assert register.cycle_of(register.duties[obligation], label).next_level == above


def test_a_recipient_that_is_a_group_stays_an_expression(register):
    assert register.cycle_of(register.duties["OHT-04"], "2026").recipients == ("BNG", "UBND-P42")


@settings(deadline=None, max_examples=50)
@given(day=DAYS)
def test_no_recipient_ever_reports_to_itself(register, day):
    for duty in register.duties.values():
        owing = register.owing_on(duty, day)
        assert not {*owing.agencies} & {*recipients_on(duty.recipient, day, register.snapshot)}
        assert len({*owing.agencies}) == len(owing.agencies)


def test_a_chain_of_successors_is_followed_to_its_end():
    merge, rename = SuccessionKind.MERGE, SuccessionKind.RENAME
    snapshot = a_snapshot(
        ended("A", date(2024, 12, 31)),
        ended("B", date(2025, 6, 30)),
        AgencyPeriod("C", "ministry", valid_from=date(2025, 7, 1)),
        heirs=[("A", "B", merge, date(2025, 1, 1)), ("B", "C", rename, date(2025, 7, 1))],
    )

    assert who_owes(["A"], [], date(2025, 3, 1), snapshot).reporters == (Reporter("B", "A"),)
    assert who_owes(["A"], [], date(2026, 3, 1), snapshot).reporters == (Reporter("C", "A"),)


def test_one_agency_that_has_two_parts_owes_once_and_names_both():
    snapshot = a_snapshot(
        AgencyPeriod("A", "ministry"),
        ended("B", date(2024, 12, 31)),
        heirs=[("B", "A", SuccessionKind.MERGE, date(2025, 1, 1))],
    )

    assert who_owes(["A", "B"], [], date(2026, 1, 1), snapshot).reporters == (Reporter("A", "A|B"),)


def test_a_transfer_of_functions_carries_no_duty():
    snapshot = a_snapshot(
        AgencyPeriod("A", "ministry"),
        ended("B", date(2024, 12, 31)),
        heirs=[("B", "A", SuccessionKind.TRANSFER, date(2025, 1, 1))],
    )

    assert who_owes(["B"], [], date(2026, 1, 1), snapshot) == Owing(date(2026, 1, 1), (), ("B",))


def test_an_open_group_has_only_its_listed_members_and_is_named_when_it_has_none():
    listed = Group("G", listed=(Membership("A", date(2026, 1, 1), date(2026, 12, 31)),))
    snapshot = a_snapshot(AgencyPeriod("A", "ministry"), AgencyPeriod("B", "ministry"), groups=[listed])

    assert who_owes(["G"], [], date(2026, 5, 1), snapshot).agencies == ("A",)
    assert who_owes(["G"], [], date(2027, 5, 1), snapshot) == Owing(date(2027, 5, 1), (), ("G",))


def test_the_successor_of_the_recipient_does_not_report_to_itself():
    snapshot = a_snapshot(
        AgencyPeriod("A", "ministry"),
        AgencyPeriod("B", "ministry"),
        ended("R", date(2024, 12, 31)),
        heirs=[("R", "A", SuccessionKind.MERGE, date(2025, 1, 1))],
        groups=[Group("G", agency_kinds=frozenset({"ministry"}))],
    )

    assert who_owes(["G"], ["R"], date(2026, 1, 1), snapshot).agencies == ("B",)


def test_a_provincial_branch_is_the_provinces_matter_and_not_its_ministrys():
    snapshot = a_snapshot(
        AgencyPeriod("CAT", "provincial_security", "P42"),
        AgencyPeriod("UBND", "provincial_peoples_committee", "P42"),
        AgencyPeriod("BCA", "ministry"),
    )
    owed = Owing(date(2026, 1, 1), (Reporter("BCA", "BCA"), Reporter("UBND", "UBND")))

    above = who_is_above(Line(("CAT",), ()), Above(owed, ("BNG",)), snapshot, {"CAT": "BCA"})

    assert above == ("UBND",)


def test_above_a_national_office_stands_its_own_body():
    snapshot = a_snapshot(AgencyPeriod("CLS", "department"), AgencyPeriod("BNG", "ministry"))
    owed = Owing(date(2026, 1, 1), (Reporter("BNG", "BNG"),))

    assert who_is_above(Line(("CLS",), ()), Above(owed, ("TTG",)), snapshot, {"CLS": "BNG"}) == ("BNG",)


def test_the_office_through_which_a_report_goes_is_never_above(register):
    cycle = register.cycle_of(register.duties["OKT-01"], "2024-12-15/P6M")

    assert cycle.via == ("KT-SNGV",)
    assert "KT-SNGV" not in cycle.next_level
