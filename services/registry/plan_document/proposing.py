"""From what was read to the items of a proposal: what a person sees, corrects, and publishes."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from services.registry.document.proposal import (
    GUESSED,
    DutyRead,
    InstrumentRead,
    NameRead,
    ObligationRead,
    PartRead,
    Proposal,
    TaskRead,
    TimeframeRead,
)
from services.registry.document.ruling import rule_of
from services.registry.document.sources import Place
from services.registry.obligation.tables import Binding
from services.registry.plan.tables import DutyPart
from services.registry.plan_document.contents import MODELS, names_of, unresolved_of
from services.registry.plan_document.tables import ItemKind

MOST_SOURCE_LINES, MOST_SOURCE = 12, 2000
LONGEST_TITLE, LONGEST_TEXT, LONGEST_PRINTED = 1000, 2000, 300
SUBJECTS = {"figures": ("migration_data", "migration-data"), "plan_report": ("plan_report", "plan-report")}
_NOT_IN_CODE = re.compile(r"[^\w.\-]")


@dataclass
class Proposed:
    """The items of a file, what was noticed about it, and which of its parts looks like the plan."""

    parts: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a source, and where in the file each stands."""

    texts: Mapping[int, str]
    place_of: Callable[[int], Place]

    def source(self, line: int, before: int | None) -> dict[str, Any]:
        """Return where an item stands, and the printed lines from there up to the next item."""
        last = line + MOST_SOURCE_LINES if before is None else min(before, line + MOST_SOURCE_LINES)
        printed = [self.texts[n] for n in range(line, max(last, line + 1)) if self.texts.get(n, "").strip()]
        place = self.place_of(line)
        return {"vi": place.vi, "en": place.en, "text": "\n".join(printed)[:MOST_SOURCE]}


def propose(proposal: Proposal, lines: Lines) -> Proposed:
    """Make the items of everything that was read."""
    proposed = Proposed()
    for number, part in enumerate(proposal.parts):
        proposed.parts.append(_shown_part(number, part))
        noticed = [doubt for doubt in part.doubts if doubt.code not in RECKONED]
        proposed.notes += [{"part": number, **asdict(doubt), "item": None} for doubt in noticed]
        items = list(_items(number, part, lines, Counter(item["kind"] for item in proposed.items)))
        proposed.notes += _noted_of_rules(number, part, items)
        proposed.items += items
    if proposed.parts:
        weights = [(p["tasks"], p["obligations"], p["part"]) for p in proposed.parts]
        proposed.part = max(weights)[2]
    for place, item in enumerate(proposed.items):
        item["place"] = place
    return proposed


def _noted_of_rules(number: int, part: PartRead, items: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give what a person has to settle in the deadline rules, each at its item."""
    duties = [item["id"] for item in items if item["kind"] == ItemKind.OBLIGATION]
    for item_id, read in zip(duties, part.obligations, strict=True):
        yield from ({"part": number, **asdict(doubt), "item": item_id} for doubt in rule_of(read).doubts)


RECKONED = frozenset({"name_unresolved"})
"""Doubts that follow from the items themselves, so that they go when a person answers them."""


def _shown_part(number: int, part: PartRead) -> dict[str, Any]:
    return {
        "part": number,
        "layout": part.layout,
        "number": part.instrument.number,
        "title": part.instrument.title,
        "province": part.instrument.province,
        "tasks": len(part.tasks),
        "duties": len(part.duties),
        "obligations": len(part.obligations),
    }


def _items(number: int, part: PartRead, lines: Lines, before: Counter[str]) -> Iterator[dict[str, Any]]:
    reads: list[Any] = [part.instrument, *part.tasks, *part.duties, *part.obligations]
    begun = sorted({read.line for read in reads})
    following = dict(zip(begun, [*begun[1:], None], strict=True))
    refs = _Unique()
    found: Iterable[tuple[ItemKind, Any, dict[str, Any]]] = (
        (ItemKind.INSTRUMENT, part.instrument, _instrument(part.instrument)),
        *((ItemKind.TASK, task, _task(task)) for task in part.tasks),
        *((ItemKind.DUTY, duty, _duty(duty, refs)) for duty in part.duties),
        *((ItemKind.OBLIGATION, one, _obligation(one)) for one in part.obligations),
    )
    counts = Counter(before)
    for kind, read, content in found:
        counts[kind] += 1
        content, is_whole = kept_content(kind, content)
        yield {
            "id": f"{kind[0]}{counts[kind]}",
            "part": number,
            "kind": kind.value,
            "line": read.line,
            "source": lines.source(read.line, following[read.line]),
            "read": read,
            "content": content,
            "confidence": _confidence(read.confidence if is_whole else min(read.confidence, GUESSED), content),
            "unresolved": unresolved_of(content),
        }


def kept_content(kind: ItemKind, content: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return a content with every field, and whether all that was read could be kept; an impossible year goes."""
    model = MODELS[kind]
    try:
        return model.model_validate(content).model_dump(mode="json"), True
    except ValidationError as error:
        wrong = {fault["loc"][0] for fault in error.errors()}
        possible = {name: value for name, value in content.items() if name not in wrong}
        return model.model_validate(possible).model_dump(mode="json"), False


def _confidence(own: float, content: dict[str, Any]) -> float:
    lowest: float = min([own, *(name["confidence"] for _, name in names_of(content))])
    return round(lowest, 2)


def _instrument(read: InstrumentRead) -> dict[str, Any]:
    return {
        "number": read.number,
        "doc_type": read.kind,
        "issuer": _name(read.issuer) if read.issuer else None,
        "issued_on": _written(read.issued_on),
        "effective_on": None,
        "signer_role": None,
        "title_vi": _cut(read.title, 500),
        "title_en": None,
        "relation": None,
        "based_on": [
            {
                "printed": _cut(cited.printed, 1000) or "",
                "number": cited.number,
                "doc_type": cited.kind,
                "issued_on": _written(cited.issued_on),
            }
            for cited in read.based_on[:50]
        ],
    }


def _task(read: TaskRead) -> dict[str, Any]:
    return {
        "code": _NOT_IN_CODE.sub("", read.code)[:40] or f"L{read.line}",
        "code_origin": read.code_origin,
        "parent": _NOT_IN_CODE.sub("", read.parent_code)[:40] if read.parent_code else None,
        "kind": read.kind,
        "title_vi": _cut(read.title, LONGEST_TITLE) or read.code,
        "title_en": None,
        "result_vi": _cut(read.result, LONGEST_TEXT),
        "result_en": None,
        "leads": _names(read.leads),
        "coordinators": _names(read.coordinators),
        "addressees": [],
        "timeframe": _timeframe(read.timeframe),
        "derives_from": [],
        "note": None,
    }


def _timeframe(read: TimeframeRead) -> dict[str, Any]:
    return {
        "printed_vi": _cut(read.printed, LONGEST_TITLE),
        "mode": read.mode,
        "starts_in": read.start,
        "ends_in": read.end,
        "review_mode": read.review_mode,
        "review_starts_in": read.review_start,
        "review_ends_in": read.review_end,
        "period_iso": read.period_iso,
        "note": f"until {read.end_on}" if read.end_on else None,
    }


def _duty(read: DutyRead, refs: "_Unique") -> dict[str, Any]:
    return {
        "ref": refs.of(_NOT_IN_CODE.sub("", read.source_ref)[:50] or f"L{read.line}"),
        "part": read.role if read.role in set(DutyPart) else DutyPart.LEAD.value,
        "actors": _names(read.actors),
        "coordinators": _names(read.coordinators),
        "title_vi": _cut(read.text, LONGEST_TITLE) or read.source_ref,
        "title_en": None,
        "note": None,
    }


def _obligation(read: ObligationRead) -> dict[str, Any]:
    ruled = rule_of(read)
    subject, form = SUBJECTS.get(read.subject, (read.subject, None))
    return {
        "code": None,
        "source_ref": read.source_ref[:200] or f"L{read.line}",
        "subject": subject,
        "form": form,
        "title_vi": _cut(read.text, 500) or read.source_ref,
        "title_en": None,
        "kind": ruled.kind,
        "binding": Binding.MANDATORY.value,
        "covers": None,
        "reporters": _names(read.reporters),
        "recipients": _names(read.recipients),
        "via": _names(read.via),
        "next_level": None,
        "satisfied_by": None,
        "rule": ruled.rule,
        "text": _cut(read.text, LONGEST_TEXT),
        "valid_from": None,
        "valid_to": None,
        "note": None,
    }


def _names(reads: Sequence[NameRead]) -> list[dict[str, Any]]:
    return [_name(read) for read in reads[:100]]


def _name(read: NameRead) -> dict[str, Any]:
    nearest = [asdict(one) for one in read.nearest] if read.read_as is None else []
    printed = _cut(read.printed, LONGEST_PRINTED) or ""
    return {"printed": printed, "code": read.read_as, "confidence": read.confidence, "nearest": nearest}


def _cut(text: str | None, longest: int) -> str | None:
    text = (text or "").strip()
    if not text:
        return None
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


class _Unique:
    """Gives each reference once; a second of the same place gets a number behind it."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def of(self, ref: str) -> str:
        self._given[ref] += 1
        count = self._given[ref]
        return ref if count == 1 else f"{ref}-{count}"
