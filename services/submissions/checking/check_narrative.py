"""Checks of what is told in words: the sections of the form, and one per task that is led or coordinated."""

from dataclasses import dataclass
from typing import Any

from services.submissions.checking.check_figures import judge_text
from services.submissions.checking.content import ParsedContent
from services.submissions.checking.findings import Finding, Place, found
from services.submissions.checking.numbers import Unreadable, read_number, written
from services.submissions.checking.text import clean
from services.submissions.form.definition import Narrative, TaskPart, TaskStatus

TASK_PREFIX = "task:"
ALWAYS, PER_TASK = ("status", "text"), tuple(part.value for part in TaskPart)
MOST_FUNDING = 1_000_000_000
"""In million dong: a hundred times what the State spends in a year."""


@dataclass(frozen=True, slots=True)
class OwedTask:
    """A task on which the agency reports: as a lead it must, as a coordinator it may."""

    id: str
    title_vi: str
    title_en: str
    leads: bool

    @property
    def key(self) -> str:
        """The key of its narrative section."""
        return TASK_PREFIX + self.id


@dataclass(frozen=True, slots=True)
class OwedSection:
    """A section that this report may have."""

    key: str
    title_vi: str
    title_en: str
    required: bool
    takes_status: bool
    parts: tuple[str, ...] = ()
    """What it takes beside status and text."""


Kept = dict[str, dict[str, str | None]]


def owed_sections(narrative: Narrative, tasks: tuple[OwedTask, ...]) -> list[OwedSection]:
    """Return the sections of one agency's report, in their order."""
    general = [
        OwedSection(section.key, section.title_vi, section.title_en, section.required, takes_status=False)
        for section in narrative.sections
    ]
    parts = tuple(part.value for part in narrative.task_parts)
    per_task = [OwedSection(task.key, task.title_vi, task.title_en, task.leads, True, parts) for task in tasks]
    return general + (per_task if narrative.per_task else [])


def check_narrative(
    content: ParsedContent, narrative: Narrative, tasks: tuple[OwedTask, ...], out: list[Finding]
) -> Kept:
    """Return the sections as they are kept; what is wrong goes to `out`."""
    owed = {section.key: section for section in owed_sections(narrative, tasks)}
    kept: Kept = {}
    for key, given in content.narrative.items():
        section = owed.get(key)
        if section is None:
            out.append(found("narrative_key_unknown", content.places.of_narrative(key), key))
        else:
            kept[key] = _checked(section, given, narrative.longest_text, content, out)
    for key, section in owed.items():
        if section.required and not kept.get(key, {}).get("text"):
            place = content.places.of_narrative(key, "text" if key in kept else None)
            titles = {"title_vi": section.title_vi, "title_en": section.title_en}
            out.append(found("narrative_text_missing", place, key=key, **titles))
    return {key: parts for key, parts in kept.items() if any(parts.values())}


def _checked(
    section: OwedSection, given: dict[str, Any], longest: int, content: ParsedContent, out: list[Finding]
) -> dict[str, str | None]:
    texts = {part: _text(section.key, part, given.get(part), content, out) for part in ALWAYS}
    rule, value = _judge_section(section, given, texts)
    if rule:
        place = content.places.of_narrative(section.key, "status")
        out.append(found(rule, place, value, key=section.key, known=", ".join(TaskStatus)))
    if texts["text"] and (broken := judge_text(texts["text"], longest)):
        place = content.places.of_narrative(section.key, "text")
        out.append(found(broken, place, texts["text"], limit=longest))
    for part in PER_TASK:
        kept = _part(section, part, given.get(part), longest, content, out)
        if kept is not None:
            texts[part] = kept
    return texts


def _part(
    section: OwedSection, part: str, cell: Any, longest: int, content: ParsedContent, out: list[Finding]
) -> str | None:
    """Return what a section says beside status and text, and nothing when the form does not ask for it."""
    cell = clean(cell) if isinstance(cell, str) else cell
    if cell is None:
        return None
    place = content.places.of_narrative(section.key, part)
    if part not in section.parts:
        out.append(found("narrative_part_not_taken", place, cell, key=section.key, part=part))
        return None
    if part == TaskPart.FUNDING:
        return _funding(cell, content, place, out)
    text = _text(section.key, part, cell, content, out)
    if text and (broken := judge_text(text, longest)):
        out.append(found(broken, place, text, limit=longest))
    return text


def _funding(cell: Any, content: ParsedContent, place: Place, out: list[Finding]) -> str | None:
    amount = read_number(cell, decimal_comma=content.decimal_comma)
    if isinstance(amount, Unreadable):
        out.append(found(amount.rule, place, cell))
    elif amount < 0:
        out.append(found("value_too_small", place, cell, limit=0))
    elif amount > MOST_FUNDING:
        out.append(found("value_too_large", place, cell, limit=MOST_FUNDING))
    else:
        return written(amount)
    return None


def _text(key: str, part: str, cell: Any, content: ParsedContent, out: list[Finding]) -> str | None:
    if cell is None or isinstance(cell, str):
        return clean(cell or "")
    out.append(found("text_malformed", content.places.of_narrative(key, part), cell))
    return None


def _judge_section(
    section: OwedSection, given: dict[str, Any], texts: dict[str, str | None]
) -> tuple[str | None, str | None]:
    status = texts["status"]
    if not section.takes_status:
        return ("narrative_status_not_taken" if status else None), status
    if status is None:
        malformed = given.get("status") is not None and not isinstance(given["status"], str)
        said_something = texts["text"] is not None
        return ("narrative_status_missing" if said_something and not malformed else None), None
    return (None if status in set(TaskStatus) else "narrative_status_unknown"), status
