"""What is wrong or doubtful in the content of a plan. Everything known comes in as values."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.registry.agency.rules import RegistrySnapshot
from services.registry.plan.drafts import PartyDraft, PlanDraft, TaskDraft, TimeframeDraft
from services.registry.plan.findings import Finding, Severity
from services.registry.plan.tables import TaskKind, TimeframeMode

E, W = Severity.ERROR, Severity.WARNING

RULES: dict[str, tuple[Severity, str, str]] = {
    "party_unresolved": (
        E,
        "Chưa xác định “{value}” là cơ quan hoặc nhóm cơ quan nào.",
        "It is not said which agency or group “{value}” is.",
    ),
    "party_unknown": (
        E,
        "Không có cơ quan hoặc nhóm cơ quan nào mang mã {value}.",
        "Nobody has the code {value}.",
    ),
    "agency_ended": (W, "{value} không tồn tại vào ngày {day}.", "{value} does not exist on {day}."),
    "party_repeated": (W, "{value} được nêu nhiều lần.", "{value} is named more than once."),
    "lead_missing": (W, "Nhiệm vụ {value} không có cơ quan chủ trì.", "Task {value} has no lead."),
    "heading_with_parties": (W, "Đề mục {value} có cơ quan.", "The heading {value} names agencies."),
    "code_repeated": (E, "Mã {value} xuất hiện nhiều lần.", "The code {value} appears more than once."),
    "parent_unknown": (E, "Không có dòng {value} để làm cấp trên.", "There is no line {value} to stand under."),
    "parent_cycle": (E, "Dòng {value} đứng dưới chính nó.", "The line {value} stands under itself."),
    "years_reversed": (E, "Năm kết thúc {value} trước năm bắt đầu.", "The last year {value} is before the first."),
    "years_outside_plan": (
        W,
        "Năm {value} nằm ngoài thời hạn của kế hoạch.",
        "The year {value} lies outside the plan's horizon.",
    ),
    "series_without_period": (
        W,
        "Thời hạn định kỳ {value} không có chu kỳ.",
        "The periodic timeframe {value} has no interval.",
    ),
    "days_reversed": (E, "Ngày cuối {value} trước ngày đầu.", "The last day {value} is before the first."),
    "plan_unknown": (E, "Không có kế hoạch {value}.", "There is no plan {value}."),
    "plan_cycle": (
        E,
        "Kế hoạch bắt nguồn từ chính nó qua {value}.",
        "The plan derives from itself by {value}.",
    ),
    "task_above_unknown": (
        E,
        "Kế hoạch cấp trên không có nhiệm vụ {value}.",
        "The plan above has no task {value}.",
    ),
    "objective_unknown": (E, "Không có mục tiêu GCM số {value}.", "There is no objective {value}."),
    "plan_empty": (W, "Kế hoạch không có nhiệm vụ nào.", "The plan has no task."),
    "removed_task_referred": (
        W,
        "Nhiệm vụ {value} bị bỏ nhưng vẫn được dẫn chiếu bởi {by}.",
        "The task {value} goes, and is still referred to by {by}.",
    ),
}
"""Each rule: how grave it is, and its sentence in both languages."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry knows of what a draft may name."""

    snapshot: RegistrySnapshot
    tasks_above: Collection[str] = ()
    objectives: Collection[int] = ()
    derivations: Mapping[str, str | None] = field(default_factory=dict)
    """Every plan, and the plan that it derives from."""
    referrers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Tasks of the version in force that tasks of other plans carry out, each with those."""


def find_all(plan_id: str, draft: PlanDraft, known: Known, day: date) -> list[Finding]:
    """Return everything that is wrong or doubtful in a draft that would come into force on a day."""
    return [
        *_of_plan(plan_id, draft, known, day),
        *_of_codes(draft),
        *_of_parents(draft),
        *(one for place, task in enumerate(draft.tasks) for one in _of_task(place, task, draft, known, day)),
        *_of_duties(draft, known, day),
        *_of_removed(plan_id, draft, known),
    ]


def _found(rule: str, pointer: str, value: object, **facts: object) -> Finding:
    severity, vi, en = RULES[rule]
    shown = None if value is None else str(value)
    return Finding(
        rule=rule,
        severity=severity,
        pointer=pointer,
        value=shown,
        message_vi=vi.format(value=shown, **facts),
        message_en=en.format(value=shown, **facts),
    )


def _of_plan(plan_id: str, draft: PlanDraft, known: Known, day: date) -> Iterator[Finding]:
    yield from _of_code(draft.steward, "/steward", known, day)
    if draft.valid_from and draft.valid_to and draft.valid_to < draft.valid_from:
        yield _found("days_reversed", "/valid_to", draft.valid_to)
    if not any(task.kind is not TaskKind.HEADING for task in draft.tasks):
        yield _found("plan_empty", "/tasks", None)
    above = draft.derives_from
    if above is None:
        return
    if above not in known.derivations:
        yield _found("plan_unknown", "/derives_from", above)
    at: str | None = above
    for _ in range(len(known.derivations) + 1):
        if at == plan_id:
            yield _found("plan_cycle", "/derives_from", above)
            return
        at = known.derivations.get(at) if at else None


def _of_codes(draft: PlanDraft) -> Iterator[Finding]:
    for name, codes in (
        ("tasks/{}/code", [t.code for t in draft.tasks]),
        ("duties/{}/ref", [d.ref for d in draft.duties]),
    ):
        counted = Counter(codes)
        for place, code in enumerate(codes):
            if counted[code] > 1:
                yield _found("code_repeated", "/" + name.format(place), code)


def _of_parents(draft: PlanDraft) -> Iterator[Finding]:
    parents = {task.code: task.parent for task in draft.tasks}
    for place, task in enumerate(draft.tasks):
        if task.parent is None:
            continue
        if task.parent not in parents:
            yield _found("parent_unknown", f"/tasks/{place}/parent", task.parent)
        elif _leads_back(task.code, parents):
            yield _found("parent_cycle", f"/tasks/{place}/parent", task.code)


def _leads_back(code: str, parents: Mapping[str, str | None]) -> bool:
    at = parents.get(code)
    for _ in parents:
        if at is None or at == code:
            break
        at = parents.get(at)
    return at == code


def _of_task(place: int, task: TaskDraft, draft: PlanDraft, known: Known, day: date) -> Iterator[Finding]:
    where = f"/tasks/{place}"
    for name, parties in (
        ("leads", task.leads),
        ("coordinators", task.coordinators),
        ("addressees", task.addressees),
    ):
        yield from _of_parties(parties, f"{where}/{name}", known, day)
    if task.kind is TaskKind.HEADING and (task.leads or task.coordinators):
        yield _found("heading_with_parties", where, task.code)
    if task.kind in (TaskKind.TASK, TaskKind.TASK_PARENT) and not task.leads:
        yield _found("lead_missing", f"{where}/leads", task.code)
    yield from _of_timeframe(task.timeframe, f"{where}/timeframe", draft)
    for number, above in enumerate(task.derives_from):
        if above not in known.tasks_above:
            yield _found("task_above_unknown", f"{where}/derives_from/{number}", above)
    for number, objective in enumerate(task.objectives):
        if objective not in known.objectives:
            yield _found("objective_unknown", f"{where}/objectives/{number}", objective)


def _of_timeframe(timeframe: TimeframeDraft, where: str, draft: PlanDraft) -> Iterator[Finding]:
    for first, last, name in (
        (timeframe.starts_in, timeframe.ends_in, "ends_in"),
        (timeframe.review_starts_in, timeframe.review_ends_in, "review_ends_in"),
    ):
        if first is not None and last is not None and last < first:
            yield _found("years_reversed", f"{where}/{name}", last)
    if timeframe.mode is TimeframeMode.PERIODIC and timeframe.period_iso is None:
        yield _found("series_without_period", where, timeframe.printed_vi)
    for name in ("starts_in", "ends_in", "review_starts_in", "review_ends_in"):
        year: int | None = getattr(timeframe, name)
        if year is not None and not _lies_in(year, draft):
            yield _found("years_outside_plan", f"{where}/{name}", year)


def _lies_in(year: int, draft: PlanDraft) -> bool:
    return (draft.valid_from is None or draft.valid_from.year <= year) and (
        draft.valid_to is None or year <= draft.valid_to.year
    )


def _of_duties(draft: PlanDraft, known: Known, day: date) -> Iterator[Finding]:
    for place, duty in enumerate(draft.duties):
        yield from _of_parties(duty.actors, f"/duties/{place}/actors", known, day)
        yield from _of_parties(duty.coordinators, f"/duties/{place}/coordinators", known, day)


def _of_parties(parties: Sequence[PartyDraft], where: str, known: Known, day: date) -> Iterator[Finding]:
    counted = Counter(party.code for party in parties if party.code)
    for place, party in enumerate(parties):
        pointer = f"{where}/{place}"
        if party.code is None:
            yield _found("party_unresolved", pointer, party.printed)
            continue
        yield from _of_code(party.code, pointer, known, day)
        if counted.pop(party.code, 1) > 1:
            yield _found("party_repeated", pointer, party.code)


def _of_code(code: str, pointer: str, known: Known, day: date) -> Iterator[Finding]:
    if code in known.snapshot.groups:
        return
    if code not in known.snapshot.agencies:
        yield _found("party_unknown", pointer, code)
    elif known.snapshot.period_of(code, day) is None:
        yield _found("agency_ended", pointer, code, day=day)


def _of_removed(plan_id: str, draft: PlanDraft, known: Known) -> Iterator[Finding]:
    kept = {f"{plan_id}/{task.code}" for task in draft.tasks}
    for task, referrers in known.referrers.items():
        if task not in kept:
            yield _found("removed_task_referred", "/tasks", task, by=", ".join(referrers))
