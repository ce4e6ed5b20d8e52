"""A registry of few facts, sound unless told otherwise."""

from dataclasses import replace
from datetime import date

from services.registry.agency.rules import AgencyPeriod, Group, Heir, RegistrySnapshot, SuccessionKind
from services.registry.integrity.facts import Facts, ObligationFact, PlanFact, Span, TaskFact, VersionFact
from services.registry.obligation.cycles import Register
from services.registry.obligation.duty import Duty
from services.registry.obligation.periods import PeriodRule, Window
from tests.registry.obligation.builders import a_rule, an_unkind_calendar

DAY = date(2026, 7, 1)
LONG_AGO = date(2000, 1, 1)
ENDED = date(2025, 6, 30)


def a_duty(code: str, **changes) -> Duty:
    """BYT reports to BNG every calendar year, before 15 November."""
    whole = {
        "id": code,
        "reporter": ("BYT",),
        "recipient": ("BNG",),
        "via": (),
        "next_level": None,
        "valid_from": LONG_AGO,
        "valid_to": None,
        "periods": PeriodRule(Window.CALENDAR_YEAR),
        "deadline": a_rule(),
    }
    return Duty(**{**whole, **changes})


def a_version(agency: str, first: date | None = LONG_AGO, last: date | None = None, **changes) -> VersionFact:
    return VersionFact(agency, Span(first, last), **{"name_vi": f"Cơ quan {agency}", **changes})


def some_facts(*duties: Duty, **changes) -> Facts:
    """BYT, BNG and CU (which ended), a group of nobody, and these obligations, each of its own subject."""
    agencies = {
        "BYT": (AgencyPeriod("BYT", "ministry", None, LONG_AGO),),
        "BNG": (AgencyPeriod("BNG", "ministry", None, LONG_AGO),),
        "CU": (AgencyPeriod("CU", "old", None, LONG_AGO, ENDED),),
    }
    snapshot = RegistrySnapshot(agencies, {"G-KHONG": Group("G-KHONG", agency_kinds=frozenset({"none"}))}, {})
    register = Register({one.id: one for one in duties}, snapshot, {}, an_unkind_calendar(date(2026, 1, 1)), DAY)
    whole = {
        "day": DAY,
        "register": register,
        "obligations": {one.id: ObligationFact("P", "F", "periodic", one.id) for one in duties},
        "lifetimes": {"BYT": Span(LONG_AGO), "BNG": Span(LONG_AGO), "CU": Span(LONG_AGO, ENDED)},
        "versions": (a_version("BYT"), a_version("BNG"), a_version("CU", LONG_AGO, ENDED)),
        "plans": (PlanFact("P", "BNG", Span(LONG_AGO, date(2030, 12, 31))),),
        "tasks": (TaskFact("P/1", "P", "task", (("lead", "BYT"),)),),
    }
    return Facts(**{**whole, **changes})


def succeeded(facts: Facts, old: str, new: str, day: date) -> Facts:
    """The same facts with a confirmed succession."""
    heirs = {old: (Heir(new, SuccessionKind.MERGE, day),)}
    return reread(facts, snapshot=replace(facts.snapshot, heirs=heirs))


def reread(facts: Facts, **changes) -> Facts:
    """The same facts on another snapshot or calendar; nothing that the register remembers is kept."""
    names = ("duties", "snapshot", "parents", "calendar", "today")
    register = Register(**{name: getattr(facts.register, name) for name in names} | changes)
    return replace(facts, register=register)
