"""What is different between two versions of a plan, field by field, in sentences of both languages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.registry.plan.drafts import DutyDraft, PartyDraft, PlanDraft, TaskDraft

Value = str | None
Fields = Mapping[str, tuple[str, str, Callable[[Any], Value]]]
"""Each field: its name in Vietnamese and in English, and how its value is written."""


def _plain(name: str) -> Callable[[Any], Value]:
    def write(one: Any) -> Value:
        value = getattr(one, name)
        return None if value is None else str(value)

    return write


def _of_timeframe(name: str) -> Callable[[Any], Value]:
    plain = _plain(name)
    return lambda task: plain(task.timeframe)


def _named(name: str) -> Callable[[Any], Value]:
    def write(one: Any) -> Value:
        parties: Sequence[PartyDraft] = getattr(one, name)
        return ", ".join(party.code or party.printed or "" for party in parties) or None

    return write


def _listed(name: str) -> Callable[[Any], Value]:
    return lambda one: ", ".join(str(value) for value in getattr(one, name)) or None


PLAN_FIELDS: Fields = {
    "steward": ("cơ quan đầu mối", "steward", _plain("steward")),
    "derives_from": ("kế hoạch cấp trên", "plan above", _plain("derives_from")),
    "valid_from": ("ngày bắt đầu", "first day", _plain("valid_from")),
    "valid_to": ("ngày kết thúc", "last day", _plain("valid_to")),
    "funding_vi": ("kinh phí", "funding", _plain("funding_vi")),
    "funding_en": ("kinh phí (tiếng Anh)", "funding (English)", _plain("funding_en")),
    "note": ("ghi chú", "note", _plain("note")),
}
TASK_FIELDS: Fields = {
    "parent": ("dòng cấp trên", "line above", _plain("parent")),
    "kind": ("loại", "kind", _plain("kind")),
    "title_vi": ("tên", "title", _plain("title_vi")),
    "title_en": ("tên tiếng Anh", "English title", _plain("title_en")),
    "leads": ("cơ quan chủ trì", "lead agencies", _named("leads")),
    "coordinators": ("cơ quan phối hợp", "coordinating agencies", _named("coordinators")),
    "result_vi": ("kết quả", "result", _plain("result_vi")),
    "result_en": ("kết quả (tiếng Anh)", "result (English)", _plain("result_en")),
    "addressees": ("nơi nhận kết quả", "addressee of the result", _named("addressees")),
    "timeframe.printed_vi": ("thời gian thực hiện", "timeframe", _of_timeframe("printed_vi")),
    "timeframe.mode": ("cách hiểu thời gian", "reading of the timeframe", _of_timeframe("mode")),
    "timeframe.starts_in": ("năm bắt đầu", "first year", _of_timeframe("starts_in")),
    "timeframe.ends_in": ("năm kết thúc", "last year", _of_timeframe("ends_in")),
    "timeframe.review_mode": ("cách rà soát", "kind of review", _of_timeframe("review_mode")),
    "timeframe.review_starts_in": (
        "năm bắt đầu rà soát",
        "first year of review",
        _of_timeframe("review_starts_in"),
    ),
    "timeframe.review_ends_in": ("năm cuối rà soát", "last year of review", _of_timeframe("review_ends_in")),
    "timeframe.period_iso": ("chu kỳ", "interval", _of_timeframe("period_iso")),
    "timeframe.note": ("ghi chú về thời gian", "note on the timeframe", _of_timeframe("note")),
    "funding_vi": ("kinh phí", "funding", _plain("funding_vi")),
    "funding_en": ("kinh phí (tiếng Anh)", "funding (English)", _plain("funding_en")),
    "derives_from": ("nhiệm vụ cấp trên", "tasks above", _listed("derives_from")),
    "objectives": ("mục tiêu GCM", "objectives of the GCM", _listed("objectives")),
    "note": ("ghi chú", "note", _plain("note")),
}
DUTY_FIELDS: Fields = {
    "title_vi": ("nội dung", "content", _plain("title_vi")),
    "title_en": ("nội dung tiếng Anh", "English content", _plain("title_en")),
    "part": ("vai trò", "part", _plain("part")),
    "actors": ("cơ quan được giao", "agencies charged", _named("actors")),
    "coordinators": ("cơ quan phối hợp", "coordinating agencies", _named("coordinators")),
    "note": ("ghi chú", "note", _plain("note")),
}

Change = dict[str, Any]


def difference_of(before: PlanDraft, after: PlanDraft) -> list[Change]:
    """Return every difference, first of the plan, then of its tasks in their order, then of its duties."""
    return [
        *_fields_of(PLAN_FIELDS, before, after, "plan", None, "Kế hoạch", "The plan"),
        *_of_lines("task", "Nhiệm vụ", "task", TASK_FIELDS, before.tasks, after.tasks, _code),
        *_of_order(before, after),
        *_of_lines("duty", "Trách nhiệm", "duty", DUTY_FIELDS, before.duties, after.duties, _ref),
    ]


def _code(task: TaskDraft) -> str:
    return task.code


def _ref(duty: DutyDraft) -> str:
    return duty.ref


def _of_lines(
    kind: str,
    vi: str,
    en: str,
    fields: Fields,
    before: Iterable[Any],
    after: Iterable[Any],
    key: Callable[[Any], str],
) -> Iterator[Change]:
    old, new = {key(one): one for one in before}, {key(one): one for one in after}
    for code, line in new.items():
        if code not in old:
            sentences = (f"Thêm {vi.lower()} {code}: {line.title_vi}", f"Added {en} {code}: {line.title_en}")
            yield _change("added", kind, code, None, None, line.title_vi, *sentences)
        else:
            yield from _fields_of(fields, old[code], line, kind, code, f"{vi} {code}", f"{en.capitalize()} {code}")
    for code, line in old.items():
        if code not in new:
            sentences = (f"Bỏ {vi.lower()} {code}: {line.title_vi}", f"Removed {en} {code}: {line.title_en}")
            yield _change("removed", kind, code, None, line.title_vi, None, *sentences)


def _fields_of(
    fields: Fields, before: Any, after: Any, kind: str, code: str | None, subject_vi: str, subject_en: str
) -> Iterator[Change]:
    for name, (vi, en, write) in fields.items():
        was, is_ = write(before), write(after)
        if was == is_:
            continue
        sentences = (
            f"{subject_vi}: {vi} từ “{was or '(trống)'}” thành “{is_ or '(trống)'}”",
            f"{subject_en}: {en} from “{was or '(empty)'}” to “{is_ or '(empty)'}”",
        )
        yield _change("changed", kind, code, name, was, is_, *sentences)


def _of_order(before: PlanDraft, after: PlanDraft) -> Iterator[Change]:
    """Lines that both have and that stand in another order."""
    both = {task.code for task in before.tasks} & {task.code for task in after.tasks}
    was = [task.code for task in before.tasks if task.code in both]
    is_ = [task.code for task in after.tasks if task.code in both]
    if was != is_:
        sentences = ("Thứ tự các dòng thay đổi", "The lines stand in another order")
        yield _change("changed", "plan", None, "order", ", ".join(was), ", ".join(is_), *sentences)


def _change(
    what: str, kind: str, code: str | None, name: str | None, was: Value, is_: Value, vi: str, en: str
) -> Change:
    return {
        "change": what,
        "of": kind,
        "code": code,
        "field": name,
        "before": was,
        "after": is_,
        "text_vi": vi + ".",
        "text_en": en + ".",
    }
