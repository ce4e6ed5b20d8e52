"""From a corrected document to what would be kept: the instrument, the plan, its obligations.

Values in, values out. What no draft can hold comes back as questions, each at the item that it stands in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from services.registry.instrument.tables import Relation
from services.registry.instrument.writing import InstrumentDraft
from services.registry.obligation.writing import ObligationDraft
from services.registry.plan.writing import PlanDraft
from services.registry.plan_document.codes import obligation_code
from services.registry.plan_document.doubts import Question
from services.registry.plan_document.tables import ItemKind, ItemState

M = TypeVar("M", bound=BaseModel)
FIELDS_OF_OBLIGATION = {"id": "code", "reporter": "reporters", "recipient": "recipients", "deadline": "rule"}
"""What a draft calls a field, and what the item calls it."""
SAME_IN_OBLIGATION = (
    "source_ref", "subject", "form", "title_vi", "kind", "binding", "covers", "next_level", "satisfied_by", "note",
)  # fmt: skip


@dataclass
class Drafts:
    """What publishing would keep; None where the document does not yet say enough."""

    instrument: InstrumentDraft | None = None
    new_bases: list[InstrumentDraft] = field(default_factory=list)
    plan: PlanDraft | None = None
    obligations: dict[str, ObligationDraft] = field(default_factory=dict)
    """By the item that each comes of."""
    tasks: list[str] = field(default_factory=list)
    duties: list[str] = field(default_factory=list)
    """The items of the plan's tasks and duties, in their order."""
    questions: list[Question] = field(default_factory=list)


def draft_all(document: Any, items: Sequence[Any]) -> Drafts:
    """Make the drafts of a document's chosen part."""
    kept = [item for item in items if item.part == document.part and item.state != ItemState.DROPPED]
    drafts = Drafts()
    facts = next((item for item in kept if item.kind == ItemKind.INSTRUMENT), None)
    if facts is not None and document.code:
        _draft_instruments(drafts, document, facts)
    if document.steward:
        _draft_plan(drafts, document, kept)
    if document.code:
        _draft_obligations(drafts, document, [item for item in kept if item.kind == ItemKind.OBLIGATION])
    return drafts


def _draft_instruments(drafts: Drafts, document: Any, item: Any) -> None:
    facts = item.content
    cited = [one for one in facts["based_on"] if one["instrument"] and one["instrument"] != document.code]
    new = [one for one in cited if one["is_new"]]
    for one in new:
        written = {name: one[name] for name in ("number", "doc_type", "issuer", "issued_on")}
        title = one["title_vi"] or one["printed"][:500]
        made = _made(
            drafts,
            InstrumentDraft,
            {**written, "id": one["instrument"], "title_vi": title, "title_en": title},
            item,
        )
        drafts.new_bases += [made] if made else []
    same = ("number", "doc_type", "issued_on", "effective_on", "signer_role", "title_vi")
    row = {
        **{name: facts[name] for name in same},
        "id": document.code,
        "issuer": (facts["issuer"] or {}).get("code"),
        "title_en": facts["title_en"] or facts["title_vi"],
        "relation": facts["relation"] or (Relation.IMPLEMENTS if document.derives_from else None),
        "based_on": list(dict.fromkeys(one["instrument"] for one in cited)),
    }
    drafts.instrument = _made(drafts, InstrumentDraft, row, item)


def _draft_plan(drafts: Drafts, document: Any, items: Sequence[Any]) -> None:
    tasks = [item for item in items if item.kind == ItemKind.TASK]
    duties = [item for item in items if item.kind == ItemKind.DUTY]
    drafts.tasks, drafts.duties = [item.id for item in tasks], [item.id for item in duties]
    row = {
        **{
            name: getattr(document, name) for name in ("steward", "derives_from", "valid_from", "valid_to", "note")
        },
        "tasks": [_party_fields(item.content, ("leads", "coordinators", "addressees")) for item in tasks],
        "duties": [_party_fields(item.content, ("actors", "coordinators")) for item in duties],
    }
    try:
        drafts.plan = PlanDraft.model_validate(row)
    except ValidationError as error:
        for fault in error.errors():
            pointer = "/" + "/".join(map(str, fault["loc"]))
            drafts.questions.append(
                placed(drafts, Question(fault["type"], "error", None, pointer, None, *_said(fault)))
            )


def _party_fields(content: Mapping[str, Any], lists: Iterable[str]) -> dict[str, Any]:
    named = {
        name: [{"code": one["code"], "printed": one["printed"] or None} for one in content[name]] for name in lists
    }
    return {**content, "title_en": content["title_en"] or content["title_vi"], **named}


def _draft_obligations(drafts: Drafts, document: Any, items: Sequence[Any]) -> None:
    codes = {
        item.id: item.content["code"] or obligation_code(document.code, number)
        for number, item in enumerate(items, start=1)
    }
    for item in items:
        duty = item.content
        if duty["rule"] is None:
            continue
        row = {
            **{name: duty[name] for name in SAME_IN_OBLIGATION},
            "id": codes[item.id],
            "instrument": document.code,
            "plan": document.code,
            "title_en": duty["title_en"] or duty["title_vi"],
            "reporter": _codes(duty["reporters"]),
            "recipient": _codes(duty["recipients"]),
            "via": _codes(duty["via"]),
            "next_level": codes.get(duty["next_level"], duty["next_level"]),
            "satisfied_by": codes.get(duty["satisfied_by"], duty["satisfied_by"]),
            "valid_from": duty["valid_from"] or document.valid_from,
            "valid_to": duty["valid_to"] or document.valid_to,
            "deadline": duty["rule"]
            | {"with_obligation": codes.get(duty["rule"]["with_obligation"], duty["rule"]["with_obligation"])},
        }
        made = _made(drafts, ObligationDraft, row, item)
        if made is not None:
            drafts.obligations[item.id] = made


def _codes(names: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name["code"] for name in names if name["code"]))


def _made(drafts: Drafts, model: type[M], row: Mapping[str, Any], item: Any) -> M | None:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        for fault in error.errors():
            pointer = in_item("/" + "/".join(map(str, fault["loc"])))
            drafts.questions.append(
                Question(fault["type"], "error", item.id, pointer, None, *_said(fault), line=item.line)
            )
        return None


def _said(fault: Any) -> tuple[str, str]:
    return f"Giá trị không hợp lệ: {fault['msg']}.", str(fault["msg"])


def in_item(pointer: str) -> str:
    """Return where in an item something stands that a draft of an obligation or instrument has at a pointer."""
    first, _, rest = pointer.removeprefix("/").partition("/")
    named = FIELDS_OF_OBLIGATION.get(first, first)
    return f"/content/{named}" + (f"/{rest}" if rest else "")


def placed(drafts: Drafts, question: Question) -> Question:
    """Return a question about the plan's draft at the item that it is about."""
    first, _, rest = question.pointer.removeprefix("/").partition("/")
    number, _, inside = rest.partition("/")
    items = {"tasks": drafts.tasks, "duties": drafts.duties}.get(first)
    if items is None or not number.isdigit() or int(number) >= len(items):
        return question
    return replace(question, item=items[int(number)], pointer="/content" + (f"/{inside}" if inside else ""))
