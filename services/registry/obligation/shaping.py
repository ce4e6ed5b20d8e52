"""From kept rows and computed cycles to what goes over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date

from services.registry.agency.rules import RegistrySnapshot
from services.registry.calendar.rules import WorkingCalendar
from services.registry.obligation.cycles import Cycle, Register
from services.registry.obligation.explaining import PartsTaken, People, explain_when
from services.registry.obligation.owing import Reporter, who_owes
from services.registry.obligation.preview import Move
from services.registry.obligation.rule_schemas import DeadlineRuleRead
from services.registry.obligation.schemas import (
    ExplainRead,
    InsideChange,
    InsideCycle,
    InsideObligation,
    InsideReporter,
    InsideSchedule,
    MomentRead,
    MoveRead,
    ObligationRead,
    ReporterRead,
    written,
)
from services.registry.obligation.store import KeptObligation
from services.registry.plan.stewards import steward_on

PRINTED = ("id", "instrument", "plan", "steward", "kind", "subject", "title_vi", "title_en", "form")
DETAILS = ("source_ref", "binding", "covers", "satisfied_by", "valid_from", "valid_to", "confidence", "note")

Names = Mapping[str, tuple[str, str]]


def obligation(kept: KeptObligation, day: date, snapshot: RegistrySnapshot) -> ObligationRead:
    """Return an obligation as the public door shows it."""
    row, duty = kept.row, kept.duty
    return ObligationRead(
        **{name: row[name] for name in (*PRINTED, *DETAILS)},
        reporter=list(duty.reporter),
        recipient=list(duty.recipient),
        via=list(duty.via),
        next_level=duty.next_level,
        deadline=DeadlineRuleRead.model_validate({**kept.rule, "window": kept.rule["period_window"]}),
        rule_version=duty.rule_version,
        in_force=duty.holds_on(day),
        orphaned=list(who_owes(duty.reporter, duty.recipient, day, snapshot, duty.id).orphaned),
    )


def explanation(
    kept: KeptObligation, cycle: Cycle, people: People, names: Names, calendar_version: str
) -> ExplainRead:
    """Return the explanation of a cycle."""
    deadline = cycle.deadline
    return ExplainRead(
        obligation=cycle.obligation,
        title_vi=kept.row["title_vi"],
        title_en=kept.row["title_en"],
        period=cycle.period.label,
        period_start=cycle.period.start,
        period_end=cycle.period.end,
        due_on=deadline.due_on,
        due_at=written(deadline.due_at),
        overdue_after=written(deadline.overdue_after),
        cut_off_on=deadline.cut_off_on,
        steps=[step.as_json() for step in explain_when(cycle, kept.duty)],
        people=[step.as_json() for step in people.steps],
        decided_on=cycle.owing.day,
        reporters_count=len(cycle.owing.reporters),
        reporters=[_reporter(one, names, people.parts) for one in cycle.owing.reporters],
        orphaned=list(cycle.owing.orphaned),
        excused=list(cycle.owing.excused),
        recipients=list(cycle.recipients),
        via=list(cycle.via),
        next_level=list(cycle.next_level),
        provisional=cycle.is_provisional,
        rule_version=cycle.rule_version,
        calendar_version=calendar_version,
    )


def move(one: Move) -> MoveRead:
    """Return what becomes of one cycle."""
    return MoveRead(
        obligation=one.obligation,
        period=one.period,
        change=one.change,
        old=_moment(one.old),
        new=_moment(one.new),
    )


def inside_obligation(kept: KeptObligation, register: Register) -> InsideObligation:
    """Return an obligation for the other services. Ended recipients are carried by their successors."""
    row, duty = kept.row, kept.duty
    return InsideObligation(
        **{name: row[name] for name in (*PRINTED, "satisfied_by", "valid_from", "valid_to") if name != "steward"},
        steward=steward_on(row["plan"], row["steward"], register.today, register.snapshot),
        recipients=list(register.recipients_on(duty, register.today)),
        via=_joined(register.via_on(duty, register.today)),
        next_level=duty.next_level,
    )


def inside_cycle(cycle: Cycle) -> InsideCycle:
    """Return a cycle for the other services. It opens with its period."""
    deadline = cycle.deadline
    return InsideCycle(
        obligation=cycle.obligation,
        period=cycle.period.label,
        period_start=cycle.period.start,
        period_end=cycle.period.end,
        opens_on=cycle.period.start,
        due_on=deadline.due_on,
        due_at=written(deadline.due_at),
        overdue_after=written(deadline.overdue_after),
        rule_version=str(cycle.rule_version),
        rule_author=cycle.reading.author,
        rule_reason=cycle.reading.reason,
        reporters=[InsideReporter(agency=one.agency, duty=one.duty) for one in cycle.owing.reporters],
        orphaned=list(cycle.owing.orphaned),
        recipients=list(cycle.recipients),
        via=_joined(cycle.via),
        next_level=list(cycle.next_level),
        provisional=cycle.is_provisional,
        trace=[step.as_json() for step in deadline.steps],
    )


def schedule(calendar: WorkingCalendar, cycles: Iterable[Cycle]) -> InsideSchedule:
    """Return cycles for the other services, with the calendar that they were reckoned with."""
    return InsideSchedule(
        calendar_version=calendar.version,
        calendar_changes=[InsideChange.model_validate(one) for one in calendar.origins[:CHANGES_TOLD]],
        items=[inside_cycle(cycle) for cycle in cycles],
    )


CHANGES_TOLD = 100
"""So many of the newest overrides go along, for whoever has to say why a day moved."""


def _joined(codes: tuple[str, ...]) -> str | None:
    return "|".join(codes) or None


def _moment(cycle: Cycle | None) -> MomentRead | None:
    if cycle is None:
        return None
    return MomentRead(
        due_on=cycle.deadline.due_on,
        due_at=written(cycle.deadline.due_at),
        overdue_after=written(cycle.deadline.overdue_after),
        reporters_count=len(cycle.owing.reporters),
    )


def _reporter(one: Reporter, names: Names, parts: PartsTaken) -> ReporterRead:
    name_vi, name_en = names.get(one.agency, (None, None))
    carries = list(parts.get(one.agency, ()))
    return ReporterRead(agency=one.agency, name_vi=name_vi, name_en=name_en, duty=one.duty, carries=carries)
