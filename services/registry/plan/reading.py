"""One line of a plan's reference file → the rows that keep it. No statement, no file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.registry.plan.results import addressees_of
from services.registry.plan.tables import DutyPart, TaskPart
from services.registry.reference import Line, day, listed, number, text
from services.registry.validity import days

GROUP_PREFIX = "G-"
LOADER = "loader"
"""The author of what the reference files say."""
Row = dict[str, Any]


def plan_of(line: Line) -> Row:
    """A plan; it has the id of the instrument that orders it."""
    return {
        "id": line["id"],
        "steward": line["steward"],
        "derives_from": text(line["derives_from"]),
        "valid": days(day(line["valid_from"]), day(line["valid_to"])),
        "note": text(line["note"]),
        "funding_vi": text(line["funding_vi"]),
        "funding_en": text(line["funding_en"]),
    }


def version_of(line: Line, now: datetime) -> Row:
    """The first version of a plan, as the reference files have it."""
    return {
        "plan": line["id"],
        "version": 1,
        "valid": days(day(line["valid_from"]), None),
        "content": None,
        "instrument": line["id"],
        "author": LOADER,
        "reason": "reference files",
        "published_at": now,
    }


def task_of(line: Line, place: int) -> Row:
    """A task or heading: the printed line, and our reading of its timeframe."""
    parent = line["parent_code"]
    return {
        "id": line["id"],
        "plan": line["instrument"],
        "code": line["code"],
        "code_origin": line["code_origin"],
        "parent": f"{line['instrument']}/{parent}" if parent else None,
        "place": place,
        "kind": line["kind"],
        "section": line["section"],
        "title_vi": line["title_vi"],
        "title_en": line["title_en"],
        "result_vi": text(line["result_vi"]),
        "result_en": text(line["result_en"]),
        **_timeframe(line),
        "note": text(line["note"]),
    }


def _timeframe(line: Line) -> Row:
    return {
        "timeframe_vi": text(line["timeframe_vi"]),
        "timeframe_mode": line["tf_mode"],
        "starts_in": number(line["tf_start"]),
        "ends_in": number(line["tf_end"]),
        "review_mode": line["review_mode"],
        "review_starts_in": number(line["review_start"]),
        "review_ends_in": number(line["review_end"]),
        "period_iso": text(line["period_iso"]),
        "timeframe_note": text(line["tf_note"]),
    }


def task_parties_of(line: Line) -> list[Row]:
    """Who leads and who coordinates a task, as printed."""
    owner = {"task": line["id"]}
    return [*_parties(owner, TaskPart.LEAD, line["lead"]), *_parties(owner, TaskPart.COORDINATOR, line["coord"])]


def task_addressees_of(line: Line, issuer: str | None) -> list[Row]:
    """To whom the result of a task goes, as we read it."""
    return [
        {"task": line["id"], "place": place, "agency": code, "agency_group": None}
        for place, code in enumerate(addressees_of(line["result_vi"], issuer), start=1)
    ]


def derivations_of(line: Line) -> list[Row]:
    """The tasks of the plan above that a task carries out."""
    return [{"task": line["id"], "derives_from": above} for above in listed(line["derives_from"])]


def duty_of(line: Line, place: int) -> Row:
    """A duty given in the body of a plan."""
    return {
        "id": line["id"],
        "plan": line["instrument"],
        "ref": line["ref"],
        "place": place,
        "title_vi": line["title_vi"],
        "title_en": line["title_en"],
        "note": text(line["note"]),
    }


def duty_parties_of(line: Line) -> list[Row]:
    """Whom such a duty names."""
    owner = {"duty": line["id"]}
    return [
        *_parties(owner, line["role"], line["actor"]),
        *_parties(owner, DutyPart.COORDINATOR, line["coord"]),
    ]


def objective_of(line: Line) -> Row:
    """An objective of the Global Compact."""
    return {
        "number": int(line["number"]),
        "short_label_en": line["short_label_en"],
        "title_en": line["title_en"],
        "title_vi": line["title_vi"],
    }


def served_by(line: Line) -> list[Row]:
    """The tasks that serve an objective."""
    return [{"task": task, "objective": int(line["number"])} for task in listed(line["tasks_402_editorial"])]


def _parties(owner: Row, part: str, cell: str) -> Iterator[Row]:
    for place, code in enumerate(listed(cell), start=1):
        is_group = code.startswith(GROUP_PREFIX)
        named = {"agency": None if is_group else code, "agency_group": code if is_group else None}
        yield {**owner, "part": str(part), "place": place, **named}
