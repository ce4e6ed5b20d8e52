"""The open questions of a document: what keeps it from being published, and what a person should look at."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.plan_document.contents import names_of
from services.registry.plan_document.tables import ItemKind, ItemState

SURE_ENOUGH = 0.8
"""Below this a person should look; see docs/reading-documents.md."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to answer (`error`) or to look at (`warning`), and where it stands."""

    rule: str
    severity: str
    item: str | None
    pointer: str
    value: str | None
    message_vi: str
    message_en: str
    line: int | None = None

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


@dataclass(frozen=True, slots=True)
class NamedOne:
    """An agency or group that a document names, and the days on which it is there; a group always."""

    code: str
    is_group: bool
    periods: Sequence[tuple[date | None, date | None]] = ()

    def holds_on(self, day: date | None) -> bool:
        """Say whether it is there on a day; without a day whether it ever was."""
        if self.is_group or day is None:
            return True
        return any((a is None or a <= day) and (b is None or day <= b) for a, b in self.periods)


Known = Mapping[str, NamedOne]


def find_questions(document: Any, items: Sequence[Any], known: Known, day: date | None) -> list[Question]:
    """Return every open question of the part that is the plan; dropped items ask nothing."""
    asked = [item for item in items if item.part == document.part and item.state != ItemState.DROPPED]
    found = [*_of_plan(document, asked), *_of_notes(document, asked)]
    for item in asked:
        found += _of_names(item, known, day)
        found += _BY_KIND[item.kind](item)
        found += _of_confidence(item)
    return found


def _of_plan(document: Any, items: Sequence[Any]) -> Iterator[Question]:
    if not any(item.kind != ItemKind.INSTRUMENT for item in items):
        yield _of_document(
            "nothing_to_publish",
            "/part",
            "Không có nhiệm vụ hay chế độ báo cáo nào.",
            "There is no task and no duty.",
        )
    for field, vi, en in (
        ("code", "Chưa có mã của văn bản.", "The instrument has no code yet."),
        ("steward", "Chưa có cơ quan chủ trì kế hoạch.", "The plan has no steward yet."),
    ):
        if getattr(document, field) is None:
            yield _of_document(f"{field}_missing", f"/{field}", vi, en)
    untranslated = sum(item.content.get("title_en") is None for item in items)
    if untranslated:
        yield _of_document(
            "translation_missing",
            "/items",
            f"{untranslated} mục chưa có tiêu đề tiếng Anh; tiêu đề tiếng Việt sẽ được dùng.",
            f"{untranslated} items have no English title; the Vietnamese one will stand in its place.",
            severity="warning",
        )


def _of_notes(document: Any, asked: Sequence[Any]) -> Iterator[Question]:
    """What was noticed in reading; a note at an item is answered when a person looked at the item."""
    open_items = {item.id for item in asked if item.state == ItemState.PROPOSED}
    for note in document.notes:
        item = note["item"]
        if note["part"] == document.part and (item is None or item in open_items):
            pointer = "" if item is None else "/content/rule"
            yield Question(note["code"], "warning", item, pointer, None, note["vi"], note["en"], note["line"])


def _of_names(item: Any, known: Known, day: date | None) -> Iterator[Question]:
    for pointer, name in names_of(item.content):
        printed, code = name["printed"], name["code"]
        if code is None:
            yield _of_item(
                item,
                "name_unresolved",
                pointer,
                f"Chưa xác định được cơ quan “{printed}”.",
                f"Nobody is known as “{printed}”.",
                printed,
            )
        elif code not in known:
            yield _of_item(
                item, "name_unknown", pointer, f"Không có mã {code}.", f"{code} is not registered.", code
            )
        elif not known[code].holds_on(day):
            yield _of_item(
                item,
                "name_not_valid_then",
                pointer,
                f"{code} không tồn tại vào ngày {day}.",
                f"{code} does not exist on {day}.",
                code,
            )


def _of_instrument(item: Any) -> Iterator[Question]:
    facts = item.content
    for field, severity, vi, en in (
        ("doc_type", "error", "Chưa có loại văn bản.", "The kind of the instrument is missing."),
        ("issuer", "error", "Chưa có cơ quan ban hành.", "The issuer is missing."),
        ("title_vi", "error", "Chưa có trích yếu.", "The title is missing."),
        ("issued_on", "warning", "Chưa có ngày ban hành.", "The day of issue is missing."),
        ("number", "warning", "Chưa có số văn bản.", "The number is missing."),
    ):
        if facts[field] is None:
            yield _of_item(item, f"{field}_missing", f"/{field}", vi, en, severity=severity)
    for place, cited in enumerate(facts["based_on"]):
        if cited["is_new"] and None in (cited["instrument"], cited["issuer"], cited["doc_type"]):
            yield _of_item(
                item,
                "basis_incomplete",
                f"/based_on/{place}",
                "Văn bản mới cần mã, cơ quan ban hành và loại văn bản.",
                "A new instrument needs a code (instrument), its issuer and its kind (doc_type).",
                cited["printed"],
            )
        elif cited["instrument"] is None:
            yield _of_item(
                item,
                "basis_not_registered",
                f"/based_on/{place}",
                f"Căn cứ “{cited['printed']}” chưa được đăng ký và sẽ không được liên kết.",
                f"The basis “{cited['printed']}” is not registered and will not be linked.",
                cited["printed"],
                severity="warning",
            )


def _of_task(item: Any) -> Iterator[Question]:
    if item.content["kind"] != "heading" and not item.content["leads"]:
        yield _of_item(
            item, "lead_missing", "/leads", "Nhiệm vụ chưa có cơ quan chủ trì.", "The task has no lead.",
            severity="warning",
        )  # fmt: skip


def _of_duty(item: Any) -> Iterator[Question]:
    return iter(())


def _of_obligation(item: Any) -> Iterator[Question]:
    duty = item.content
    if duty["rule"] is None:
        yield _of_item(
            item, "rule_missing", "/rule", "Chưa đọc được thời hạn.", "The deadline has no rule yet.", duty["text"]
        )
    if not duty["reporters"]:
        yield _of_item(
            item, "reporter_missing", "/reporters", "Chưa rõ ai phải báo cáo.", "It is not known who reports."
        )
    if not duty["recipients"]:
        yield _of_item(
            item, "recipient_missing", "/recipients", "Chưa rõ báo cáo gửi cho ai.", "It is not known to whom."
        )


def _of_confidence(item: Any) -> Iterator[Question]:
    if item.state == ItemState.PROPOSED and item.confidence < SURE_ENOUGH:
        yield _of_item(
            item,
            "low_confidence",
            "",
            f"Đọc với độ tin cậy {item.confidence:.0%}; cần người xem lại.",
            f"Read with a confidence of {item.confidence:.0%}; a person should look.",
            severity="warning",
        )


_BY_KIND: dict[str, Callable[[Any], Iterable[Question]]] = {
    ItemKind.INSTRUMENT: _of_instrument,
    ItemKind.TASK: _of_task,
    ItemKind.DUTY: _of_duty,
    ItemKind.OBLIGATION: _of_obligation,
}


def _of_item(
    item: Any, rule: str, pointer: str, vi: str, en: str, value: str | None = None, severity: str = "error"
) -> Question:
    place = f"/content{pointer}"
    return Question(rule, severity, item.id, place, value and value[:300], vi, en, item.line)


def _of_document(rule: str, pointer: str, vi: str, en: str, *, severity: str = "error") -> Question:
    return Question(rule, severity, None, pointer, None, vi, en)
