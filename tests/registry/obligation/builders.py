"""Builders of periods, rules and calendars; and the register read straight from the data files."""

import csv
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from services.registry.agency.rules import (
    AgencyPeriod,
    Group,
    Heir,
    RegistrySnapshot,
    SuccessionKind,
    meant_kinds,
)
from services.registry.calendar.rules import Confidence, DayFact, DayKind, WorkingCalendar
from services.registry.calendar.statutory import statutory_day
from services.registry.obligation.cycles import Register
from services.registry.obligation.deadlines import DeadlineRule, Operator
from services.registry.obligation.duty import Duty, duty_of
from services.registry.obligation.reading import FILE, obligation_of, parties_of, rule_of
from services.registry.reference import Line, read_lines
from services.registry.validity import last_of

DATA = Path(__file__).resolve().parents[3] / "data"
TODAY = date(2026, 7, 1)


def a_rule(**changes) -> DeadlineRule:
    """“trước ngày 15 tháng 11”, unless told otherwise."""
    return DeadlineRule(**{"operator": Operator.BEFORE, "month": 11, "day": 15, **changes})


def an_unkind_calendar(*days_off: date) -> WorkingCalendar:
    """Monday to Friday without these days off, and no holiday of the law."""
    off = DayFact(DayKind.PUBLIC_HOLIDAY, "Nghỉ", "Off", "test", Confidence.HIGH)
    return WorkingCalendar(lambda _: None, dict.fromkeys(days_off, off), "test")


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def real_calendar() -> WorkingCalendar:
    """The calendar that the data files give."""
    overrides = {
        date.fromisoformat(row["date"]): DayFact(
            DayKind(row["kind"]), row["name_vi"], row["name_en"], row["source"], Confidence(row["confidence"])
        )
        for row in rows("holidays_vn.csv")
    }
    return WorkingCalendar(statutory_day, overrides, "data")


def real_register() -> Register:
    """Every obligation of the data files, read on the confirmed successions."""
    agencies, parents = _agencies()
    snapshot = RegistrySnapshot(agencies, _groups(), _heirs())
    return Register(_duties(agencies), snapshot, parents, real_calendar(), TODAY)


def _duties(agencies: Collection[str]) -> dict[str, Duty]:
    return {line["id"]: _duty(line, agencies) for line in read_lines(DATA, FILE)}


def _duty(line: Line, agencies: Collection[str]) -> Duty:
    row = obligation_of(line, agencies, plans=())
    dated = {**row, "valid_from": row["valid"].lower, "valid_to": last_of(row["valid"])}
    return duty_of(dated, list(parties_of(line, agencies)), {**rule_of(line), "version": 1})


def _agencies() -> tuple[dict[str, tuple[AgencyPeriod, ...]], dict[str, str]]:
    agencies, parents = {}, {}
    for row in [*rows("agencies.csv"), *rows("missions.csv")]:
        days = [date.fromisoformat(row[k]) if row.get(k) else None for k in ("valid_from", "valid_to")]
        agencies[row["id"]] = (AgencyPeriod(row["id"], row["kind"], row.get("province") or None, *days),)
        if row.get("parent"):
            parents[row["id"]] = row["parent"]
    return agencies, parents


def _groups() -> dict[str, Group]:
    words = {row["member_kind"]: row for row in rows("group_kinds.csv")}
    national = {word: row["agency_kinds"].split("|") for word, row in words.items()}
    provincial = {word: row["provincial_agency_kinds"].split("|") for word, row in words.items()}
    groups = {}
    for row in rows("agency_groups.csv"):
        province = None if row["scope"] == "national" else row["scope"]
        named = row["member_kinds"].split("|") if row["membership"] == "by_kind" else []
        groups[row["id"]] = Group(row["id"], province, meant_kinds(named, national, provincial, province))
    return groups


def _heirs() -> dict[str, tuple[Heir, ...]]:
    heirs: dict[str, list[Heir]] = {}
    for row in rows("successions.csv"):
        if row["state"] == "confirmed":
            heir = Heir(row["successor"], SuccessionKind(row["kind"]), date.fromisoformat(row["effective_date"]))
            heirs.setdefault(row["predecessor"], []).append(heir)
    return {agency: tuple(found) for agency, found in heirs.items()}
