"""Versions of one agency: which one to show on a day, and how a change divides them. No version is overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from services.registry.agency.errors import MissionFactsWrong, NothingToChange, VersionDayWrong
from services.registry.agency.kinds import MISSION_KINDS
from services.registry.agency.rules import holds
from services.registry.validity import ONE_DAY


@dataclass(frozen=True, slots=True)
class Version:
    """What an agency was called and where it stood, from one day to another."""

    valid_from: date | None
    valid_to: date | None
    name_vi: str
    name_en: str
    kind: str
    parent: str | None = None
    province: str | None = None
    host_country: str | None = None
    city: str | None = None
    time_zone: str = "Asia/Ho_Chi_Minh"
    reason: str | None = None


FACTS = frozenset(field.name for field in fields(Version)) - {"valid_from", "valid_to", "reason"}
"""What a version says about an agency."""


@dataclass(frozen=True, slots=True)
class Division:
    """The version that ends earlier now, as it was and as it is; and the one that follows, if any."""

    was: Version
    ended: Version
    begun: Version | None = None


def shown_on(versions: Sequence[Version], day: date) -> Version:
    """Return the version of the day; of an ended agency its last one, of a coming one its first."""
    for version in versions:
        if holds(version.valid_from, version.valid_to, day):
            return version
    begun = [v for v in versions if v.valid_from is None or v.valid_from <= day]
    return begun[-1] if begun else versions[0]


def divide(
    agency: str, versions: Sequence[Version], changes: Mapping[str, Any], begins_on: date, reason: str
) -> Division:
    """Say how a change from a day on divides the version of that day."""
    was = next((v for v in versions if holds(v.valid_from, v.valid_to, begins_on)), None)
    if was is None:
        raise VersionDayWrong(f"{agency} does not exist on {begins_on}.", valid_from=str(begins_on))
    if was.valid_from == begins_on:
        raise VersionDayWrong(
            f"A version of {agency} begins on {begins_on} already; versions are never overwritten.",
            valid_from=str(begins_on),
        )
    begun = replace(was, **changes, valid_from=begins_on, reason=reason)
    if all(getattr(begun, fact) == getattr(was, fact) for fact in FACTS):
        raise NothingToChange(agency, begins_on)
    require_mission_facts(begun.kind, begun.host_country, begun.city)
    return Division(was, replace(was, valid_to=begins_on - ONE_DAY), begun)


def end(agency: str, versions: Sequence[Version], last_day: date, reason: str) -> Division:
    """Say how the end of an agency shortens its last version."""
    last = versions[-1]
    if not holds(last.valid_from, last.valid_to, last_day) or last.valid_to == last_day:
        raise VersionDayWrong(
            f"{agency} can end on a day of its last version only, which begins on {last.valid_from}.",
            valid_to=str(last_day),
        )
    return Division(last, replace(last, valid_to=last_day, reason=last.reason or reason))


def correct(agency: str, versions: Sequence[Version], place: int, changes: Mapping[str, Any]) -> list[Version]:
    """Say how all versions look once the one at a place is as it should have been recorded.

    A moved first day moves the end of the version before it; the last day can be moved on the last version only.
    """
    right = replace(versions[place], **changes)
    corrected = [*versions[:place], right, *versions[place + 1 :]]
    if "valid_to" in changes and place != len(versions) - 1:
        raise VersionDayWrong(
            "The version ends where the next begins: move that one's first day.", field="valid_to"
        )
    if place and "valid_from" in changes:
        corrected[place - 1] = replace(versions[place - 1], valid_to=_day_before(agency, right.valid_from))
    for one in corrected:
        if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
            raise VersionDayWrong(f"A version of {agency} would have no day left.", valid_from=str(one.valid_from))
        require_mission_facts(one.kind, one.host_country, one.city)
    return corrected


def _day_before(agency: str, day: date | None) -> date:
    if day is None:
        raise VersionDayWrong(
            f"Only the first version of {agency} may be without a first day.", field="valid_from"
        )
    return day - ONE_DAY


def require_mission_facts(kind: str, host_country: str | None, city: str | None) -> None:
    """Refuse a mission without host country and city, and anyone else with them."""
    is_mission = kind in MISSION_KINDS
    if is_mission != (host_country is not None) or is_mission != (city is not None):
        raise MissionFactsWrong()
