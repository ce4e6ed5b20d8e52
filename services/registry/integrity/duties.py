"""Checks of duties: nobody carries them, nobody owes them, nobody knows on which form."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from services.registry.agency.rules import Place, carriers_of, expand, holds, membership_in
from services.registry.integrity.facts import Facts
from services.registry.integrity.findings import Found, found
from services.registry.obligation.duty import Duty
from services.registry.obligation.tables import ObligationKind
from services.registry.plan.tables import TaskKind, TaskPart


def obligations_orphaned(facts: Facts) -> Iterator[Found]:
    """Obligations in force that name an ended agency whom nobody follows."""
    for duty in _in_force(facts):
        for part in ("reporter", "recipient", "via"):
            for agency in _orphaned(facts, getattr(duty, part), Place("obligation", duty.id, part)):
                plan = facts.obligations[duty.id].plan
                yield found(duty.id, part, agency, plan=plan, part=part, agency=agency)


def obligations_unowed(facts: Facts) -> Iterator[Found]:
    """Obligations in force that nobody owes on the day."""
    for duty in _in_force(facts):
        if not facts.register.owing_on(duty, facts.day).reporters:
            printed = list(duty.reporter)
            yield found(duty.id, plan=facts.obligations[duty.id].plan, printed=printed)


def obligations_twice(facts: Facts) -> Iterator[Found]:
    """Two obligations that ask one agency for the same subject and period and send it to the same recipient.

    Left out: where one is satisfied by the other, and where one is the next level of the other.
    """
    alike: dict[tuple[object, ...], list[Duty]] = defaultdict(list)
    for duty in _in_force(facts):
        if duty.periods.window.is_periodic:
            alike[facts.obligations[duty.id].subject, duty.periods.window, duty.recipient].append(duty)
    for duties in alike.values():
        for one, other in combinations(duties, 2):
            agencies = _owing_both(facts, one, other)
            if agencies and not _are_joined(facts, one, other):
                plan = facts.obligations[one.id].plan
                yield found(one.id, other.id, plan=plan, obligations=[one.id, other.id], agencies=agencies)


def obligations_formless(facts: Facts) -> Iterator[Found]:
    """Periodic obligations in force without a form."""
    for duty in _in_force(facts):
        own = facts.obligations[duty.id]
        if own.form is None and own.kind == ObligationKind.PERIODIC:
            yield found(duty.id, plan=own.plan)


def tasks_orphaned(facts: Facts) -> Iterator[Found]:
    """Tasks of plans in force that name an ended agency whom nobody follows."""
    for task in facts.tasks:
        if facts.plan_holds(task.plan):
            for part in TaskPart:
                for agency in _orphaned(facts, task.named(part), Place("task", task.id, part.value)):
                    yield found(task.id, part, agency, plan=task.plan, part=part.value, agency=agency)


def tasks_leaderless(facts: Facts) -> Iterator[Found]:
    """Tasks for which the plan names no lead. A priority is a direction, not a task."""
    for task in facts.tasks:
        if task.kind != TaskKind.PRIORITY and not task.named(TaskPart.LEAD):
            yield found(task.id, plan=task.plan)


def stewards_orphaned(facts: Facts) -> Iterator[Found]:
    """Plans whose steward ended and has no confirmed successor."""
    for plan in facts.plans:
        if not carriers_of(plan.steward, facts.day, facts.snapshot, Place("plan", plan.id, "steward")):
            in_force = "yes" if plan.span.holds_on(facts.day) else "no"
            yield found(plan.id, plan.steward, plan=plan.id, agency=plan.steward, in_force=in_force)


def groups_empty(facts: Facts) -> Iterator[Found]:
    """Groups that their kinds decide and that mean nobody on the day."""
    for group in facts.groups:
        if not group.is_open and not expand([group.id], facts.day, facts.snapshot).agencies:
            yield found(group.id, expression=group.expression_vi)


def groups_unlisted(facts: Facts) -> Iterator[Found]:
    """Open groups for which no steward has listed anybody; those that leads call in per task are left out."""
    for group in facts.groups:
        open_to_stewards = group.is_open and not group.on_lead_request
        if open_to_stewards and not expand([group.id], facts.day, facts.snapshot).agencies:
            yield found(group.id, expression=group.expression_vi)


def _owing_both(facts: Facts, one: Duty, other: Duty) -> list[str]:
    own, others = set(one.periods.parts), set(other.periods.parts)
    if own and others and not own & others:
        return []
    first, second = (facts.register.owing_on(duty, facts.day).agencies for duty in (one, other))
    return sorted(set(first) & set(second))


def _are_joined(facts: Facts, one: Duty, other: Duty) -> bool:
    joined = {
        (one.id, facts.obligations[one.id].satisfied_by),
        (other.id, facts.obligations[other.id].satisfied_by),
    }
    return (
        bool(joined & {(one.id, other.id), (other.id, one.id)})
        or other.id == one.next_level
        or one.id == other.next_level
    )


def _in_force(facts: Facts) -> Iterator[Duty]:
    return (duty for duty in facts.register.duties.values() if duty.holds_on(facts.day))


def _orphaned(facts: Facts, codes: Iterable[str], place: Place) -> list[str]:
    """Whom nobody carries among the printed agencies and the listed members of printed groups.

    Whoever a group means by its kind exists on the day, and is left out: there may be thousands.
    """
    orphaned: dict[str, None] = {}
    for code in codes:
        group = facts.snapshot.groups.get(code)
        listed = group.listed if group else ()
        named = (
            [one.agency for one in listed if holds(one.valid_from, one.valid_to, facts.day)] if group else [code]
        )
        at = membership_in(code) if group else place
        orphaned.update(dict.fromkeys(a for a in named if not carriers_of(a, facts.day, facts.snapshot, at)))
    return list(orphaned)
