"""Which version is shown on a day, and how a change divides the versions of an agency."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.agency.errors import MissionFactsWrong, NothingToChange, VersionDayWrong
from services.registry.agency.rules import holds
from services.registry.agency.versions import Version, divide, end, shown_on

MARCH = date(2025, 3, 1)
ONE_DAY = timedelta(days=1)


def a_version(**changes):
    facts = {"name_vi": "Sở Nội vụ", "name_en": "Home Affairs", "kind": "provincial_department"}
    return Version(**({"valid_from": None, "valid_to": None} | facts | changes))


def test_a_change_ends_the_version_of_the_day_before_and_begins_a_new_one():
    division = divide("X", [a_version()], {"name_vi": "Sở mới"}, MARCH, "NQ 1")

    assert division.ended == a_version(valid_to=MARCH - ONE_DAY)
    assert division.begun == a_version(valid_from=MARCH, name_vi="Sở mới", reason="NQ 1")


def test_a_change_between_two_versions_lasts_until_the_later_one():
    later = date(2026, 1, 1)
    versions = [a_version(valid_to=later - ONE_DAY), a_version(valid_from=later, name_vi="Sở sau")]

    division = divide("X", versions, {"name_vi": "Sở giữa"}, MARCH, "NQ 2")

    assert (division.begun.valid_from, division.begun.valid_to) == (MARCH, later - ONE_DAY)


def test_a_version_is_never_overwritten_on_its_own_first_day():
    with pytest.raises(VersionDayWrong):
        divide("X", [a_version(valid_from=MARCH)], {"name_vi": "Sở mới"}, MARCH, "NQ 1")


def test_an_agency_cannot_change_when_it_does_not_exist():
    with pytest.raises(VersionDayWrong):
        divide("X", [a_version(valid_to=MARCH - ONE_DAY)], {"name_vi": "Sở mới"}, MARCH, "NQ 1")


def test_a_change_that_changes_nothing_is_refused():
    with pytest.raises(NothingToChange):
        divide("X", [a_version()], {"name_vi": "Sở Nội vụ"}, MARCH, "NQ 1")


def test_only_a_mission_has_a_host_country():
    with pytest.raises(MissionFactsWrong):
        divide("X", [a_version()], {"host_country": "LA", "city": "Vientiane"}, MARCH, "NQ 1")


def test_an_agency_ends_on_a_day_of_its_last_version():
    assert end("X", [a_version()], MARCH, "NQ 3").ended == a_version(valid_to=MARCH, reason="NQ 3")
    with pytest.raises(VersionDayWrong):
        end("X", [a_version(valid_to=MARCH), a_version(valid_from=MARCH + ONE_DAY)], MARCH, "NQ 3")


def test_the_reason_of_a_version_survives_the_end_of_the_agency():
    assert end("X", [a_version(reason="NQ 1")], MARCH, "NQ 3").ended.reason == "NQ 1"


def test_an_ended_agency_is_shown_as_it_was_last_and_a_coming_one_as_it_will_be_first():
    first = a_version(valid_from=MARCH, valid_to=MARCH + ONE_DAY)
    second = a_version(valid_from=MARCH + 2 * ONE_DAY, valid_to=MARCH + 3 * ONE_DAY)

    assert shown_on([first, second], date(2026, 1, 1)) is second
    assert shown_on([first, second], date(2020, 1, 1)) is first
    assert shown_on([first, second], MARCH) is first


DAYS = st.dates(date(2021, 1, 1), date(2029, 12, 31))


@given(st.lists(DAYS, unique=True, max_size=6), DAYS)
def test_after_any_changes_every_day_has_exactly_one_version(changes, day):
    versions = [a_version()]
    for number, begins_on in enumerate(changes):
        division = divide("X", versions, {"name_vi": f"Tên {number}"}, begins_on, "NQ")
        versions = [v for v in versions if v != division.was] + [division.ended, division.begun]
        versions.sort(key=lambda v: v.valid_from or date.min)

    assert sum(holds(v.valid_from, v.valid_to, day) for v in versions) == 1
