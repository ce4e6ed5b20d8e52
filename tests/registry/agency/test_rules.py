"""Who an expression means on a day. Pure: a small registry written by hand."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.registry.agency.rules import (
    AgencyPeriod,
    Carrier,
    Group,
    Heir,
    Membership,
    RegistrySnapshot,
    SuccessionKind,
    carriers_of,
    expand,
    holds,
    meant_kinds,
    members_of,
)

BEFORE, AFTER = date(2025, 2, 28), date(2025, 3, 1)
MERGE, TRANSFER = SuccessionKind.MERGE, SuccessionKind.TRANSFER


def a_registry(**changes):
    facts = {
        "agencies": {
            "LABOUR": (AgencyPeriod("LABOUR", "ministry", valid_to=BEFORE),),
            "PRESS": (AgencyPeriod("PRESS", "ministry", valid_to=BEFORE),),
            "HOME": (AgencyPeriod("HOME", "ministry"),),
            "HEALTH": (AgencyPeriod("HEALTH", "ministry"),),
            "HT-JUSTICE": (AgencyPeriod("HT-JUSTICE", "provincial_department", province="P42"),),
            "KT-JUSTICE": (AgencyPeriod("KT-JUSTICE", "provincial_department", province="P62"),),
            "FIRM": (AgencyPeriod("FIRM", "professional_org"),),
        },
        "groups": {
            "G-MIN": Group("G-MIN", agency_kinds=frozenset({"ministry"})),
            "G-HT": Group("G-HT", province="P42", agency_kinds=frozenset({"provincial_department"})),
            "G-OPEN": Group("G-OPEN", listed=(Membership("FIRM", valid_from=AFTER),)),
        },
        "heirs": {"LABOUR": (Heir("HOME", MERGE, AFTER), Heir("HEALTH", TRANSFER, AFTER))},
    }
    return RegistrySnapshot(**(facts | changes))


def test_an_existing_agency_carries_its_own_duty():
    assert expand(["LABOUR"], BEFORE, a_registry()).carriers == (Carrier("LABOUR", "LABOUR"),)


def test_the_confirmed_successor_carries_the_duty_of_an_ended_agency():
    assert expand(["LABOUR"], AFTER, a_registry()).carriers == (Carrier("HOME", "LABOUR"),)


def test_a_transfer_of_functions_carries_no_duty_by_itself():
    assert "HEALTH" not in carriers_of("LABOUR", AFTER, a_registry())


def test_an_ended_agency_without_successor_is_orphaned_and_not_dropped():
    meant = expand(["PRESS", "HOME"], AFTER, a_registry())

    assert meant.orphaned == ("PRESS",)
    assert meant.agencies == ("HOME",)


def test_a_succession_counts_from_its_own_day():
    late = {"LABOUR": (Heir("HOME", MERGE, date(2025, 4, 1)),)}

    assert expand(["LABOUR"], AFTER, a_registry(heirs=late)).orphaned == ("LABOUR",)


def test_a_chain_is_followed_to_the_body_that_exists():
    chain = {"LABOUR": (Heir("PRESS", MERGE, AFTER),), "PRESS": (Heir("HOME", MERGE, AFTER),)}

    assert carriers_of("LABOUR", AFTER, a_registry(heirs=chain)) == ("HOME",)


def test_a_circle_of_successions_ends():
    circle = {"LABOUR": (Heir("PRESS", MERGE, AFTER),), "PRESS": (Heir("LABOUR", MERGE, AFTER),)}

    assert carriers_of("LABOUR", AFTER, a_registry(heirs=circle)) == ()


def test_one_agency_may_carry_two_printed_ones_and_is_named_once():
    meant = expand(["HOME", "LABOUR"], AFTER, a_registry())

    assert meant.carriers == (Carrier("HOME", "HOME"), Carrier("HOME", "LABOUR"))
    assert meant.agencies == ("HOME",)


def test_a_group_means_the_agencies_of_its_kinds_on_the_day():
    assert expand(["G-MIN"], BEFORE, a_registry()).agencies == ("HEALTH", "HOME", "LABOUR", "PRESS")
    assert expand(["G-MIN"], AFTER, a_registry()).agencies == ("HEALTH", "HOME")


def test_a_group_of_a_province_means_its_own_bodies_only():
    assert expand(["G-HT"], AFTER, a_registry()).carriers == (Carrier("HT-JUSTICE", "HT-JUSTICE", "G-HT"),)


def test_an_open_group_has_only_listed_members_and_from_their_day():
    group = a_registry().groups["G-OPEN"]

    assert members_of(group, BEFORE, a_registry()) == ()
    assert members_of(group, AFTER, a_registry()) == ("FIRM",)


def test_a_word_means_other_kinds_inside_a_province():
    national, provincial = {"mass_orgs": ["mass_org"]}, {"mass_orgs": ["provincial_mass_org"]}

    assert meant_kinds(["mass_orgs"], national, provincial, None) == {"mass_org"}
    assert meant_kinds(["mass_orgs", "press"], national, provincial, "P42") == {"provincial_mass_org"}


@given(st.dates(), st.none() | st.dates(), st.none() | st.dates())
def test_a_validity_holds_from_its_first_day_to_its_last(day, first, last):
    assert holds(first, last, day) == ((first or date.min) <= day <= (last or date.max))


@given(st.lists(st.sampled_from(["LABOUR", "PRESS", "HOME", "G-MIN", "G-OPEN", "NOBODY"])), st.dates())
def test_nothing_that_is_printed_is_lost(expression, day):
    registry = a_registry()
    meant = expand(expression, day, registry)

    accounted = {c.printed for c in meant.carriers} | set(meant.orphaned)
    assert {code for code in expression if not code.startswith("G-")} <= accounted
    assert all(registry.period_of(agency, day) for agency in meant.agencies)
