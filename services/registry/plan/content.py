"""The content of a plan as one value and as the rows that keep it, both ways. No statement."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.registry.plan.drafts import DutyDraft, PartyDraft, PlanDraft, TaskDraft
from services.registry.plan.tables import DutyPart, TaskPart
from services.registry.validity import days

Row = dict[str, Any]

_TIMEFRAME = ("starts_in", "ends_in", "review_mode", "review_starts_in", "review_ends_in", "period_iso")
_SAME = (
    "code",
    "code_origin",
    "kind",
    "title_vi",
    "title_en",
    "result_vi",
    "result_en",
    "funding_vi",
    "funding_en",
)
PLAN_FACTS = ("steward", "derives_from", "funding_vi", "funding_en", "note")


@dataclass(frozen=True, slots=True)
class PlanRows:
    """The rows that keep one plan; tasks stand after the line that they are under."""

    plan: Row
    tasks: list[Row]
    parties: list[Row]
    addressees: list[Row]
    derivations: list[Row]
    objectives: list[Row]
    duties: list[Row]
    duty_parties: list[Row]


def rows_of(plan_id: str, content: PlanDraft, groups: Collection[str]) -> PlanRows:
    """Return the rows that keep a plan. Every party has its code; `groups` are the codes that mean groups."""
    tasks = [(f"{plan_id}/{task.code}", place, task) for place, task in enumerate(content.tasks, start=1)]
    duties = [(f"{plan_id}/{duty.ref}", place, duty) for place, duty in enumerate(content.duties, start=1)]
    return PlanRows(
        plan={
            "id": plan_id,
            **{name: getattr(content, name) for name in PLAN_FACTS},
            "valid": days(content.valid_from, content.valid_to),
        },
        tasks=_parents_first([_task_row(plan_id, id_, place, task) for id_, place, task in tasks]),
        parties=[
            row
            for id_, _, task in tasks
            for part, named in ((TaskPart.LEAD, task.leads), (TaskPart.COORDINATOR, task.coordinators))
            for row in _party_rows({"task": id_, "part": part.value}, named, groups)
        ],
        addressees=[row for id_, _, task in tasks for row in _party_rows({"task": id_}, task.addressees, groups)],
        derivations=[
            {"task": id_, "derives_from": above} for id_, _, task in tasks for above in _once(task.derives_from)
        ],
        objectives=[{"task": id_, "objective": one} for id_, _, task in tasks for one in _once(task.objectives)],
        duties=[_duty_row(plan_id, id_, place, duty) for id_, place, duty in duties],
        duty_parties=[
            row
            for id_, _, duty in duties
            for part, named in ((duty.part, duty.actors), (DutyPart.COORDINATOR, duty.coordinators))
            for row in _party_rows({"duty": id_, "part": str(part)}, named, groups)
        ],
    )


def _task_row(plan_id: str, id_: str, place: int, task: TaskDraft) -> Row:
    return {
        "id": id_,
        "plan": plan_id,
        **{name: getattr(task, name) for name in _SAME},
        "parent": f"{plan_id}/{task.parent}" if task.parent else None,
        "place": place,
        "section": task.section or task.code.split(".", 1)[0],
        "timeframe_vi": task.timeframe.printed_vi,
        "timeframe_mode": task.timeframe.mode,
        **{name: getattr(task.timeframe, name) for name in _TIMEFRAME},
        "timeframe_note": task.timeframe.note,
        "note": task.note,
        "removed_in": None,
    }


def _duty_row(plan_id: str, id_: str, place: int, duty: DutyDraft) -> Row:
    same = ("ref", "title_vi", "title_en", "note")
    return {"id": id_, "plan": plan_id, "place": place, **{name: getattr(duty, name) for name in same}}


def _party_rows(owner: Row, parties: Iterable[PartyDraft], groups: Collection[str]) -> Iterator[Row]:
    for place, party in enumerate(parties, start=1):
        is_group = party.code in groups
        yield {
            **owner,
            "place": place,
            "agency": None if is_group else party.code,
            "agency_group": party.code if is_group else None,
            "printed": party.printed,
        }


def _parents_first(rows: Sequence[Row]) -> list[Row]:
    """Order rows so that each stands after its parent; among their like they stay as they are."""
    by_id = {row["id"]: row for row in rows}

    def depth(row: Row) -> int:
        deep = 0
        while row["parent"] in by_id and deep <= len(rows):
            row, deep = by_id[row["parent"]], deep + 1
        return deep

    return sorted(rows, key=depth)


def _once(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def content_of(plan: Mapping[Any, Any], tasks: Iterable[Any], duties: Iterable[Any]) -> PlanDraft:
    """Return the content that rows of a plan keep, the lines in their printed order."""
    return PlanDraft.model_validate(
        {
            **{name: plan[name] for name in (*PLAN_FACTS, "valid_from", "valid_to")},
            "tasks": [_task_of(row) for row in tasks],
            "duties": [_duty_of(row) for row in duties],
        }
    )


def _task_of(row: Any) -> Row:
    facts: Mapping[str, Any] = row._mapping
    return {
        **{name: facts[name] for name in (*_SAME, "section", "derives_from", "objectives", "note")},
        "parent": facts["parent"].split("/", 1)[1] if facts["parent"] else None,
        "leads": _parties(facts["parties"], TaskPart.LEAD),
        "coordinators": _parties(facts["parties"], TaskPart.COORDINATOR),
        "addressees": _parties(facts["addressees"], None),
        "timeframe": {
            "printed_vi": facts["timeframe_vi"],
            "mode": facts["timeframe_mode"],
            "note": facts["timeframe_note"],
            **{name: facts[name] for name in _TIMEFRAME},
        },
    }


def duty_of_row(row: Any) -> DutyDraft:
    """Return the duty that a row keeps."""
    return DutyDraft.model_validate(_duty_of(row))


def _duty_of(row: Any) -> Row:
    facts: Mapping[str, Any] = row._mapping
    part = next((part for part, *_ in facts["parties"] if part != DutyPart.COORDINATOR), DutyPart.LEAD)
    return {
        **{name: facts[name] for name in ("ref", "title_vi", "title_en", "note")},
        "part": part,
        "actors": _parties(facts["parties"], part),
        "coordinators": _parties(facts["parties"], DutyPart.COORDINATOR),
    }


def _parties(kept: Iterable[Sequence[Any]], part: str | None) -> list[Row]:
    return [{"code": code, "printed": printed} for its, code, printed in kept if part is None or its == part]
