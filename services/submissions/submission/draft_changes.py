"""What is to happen to a draft, read from a body in any of the formats of reports. Values in, value out.

A draft holds figures as JSON has them, and may be wrong. What no draft can hold is refused in its place: a file
made for another report, columns that mean nothing, a cell that shows an error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.submissions.checking.catalogue import Severity
from services.submissions.checking.check import ReportContext, find_misdirected
from services.submissions.checking.content import ParsedContent
from services.submissions.checking.findings import LARGEST_SHOWN, Finding, found
from services.submissions.checking.numbers import Unreadable, plain, read_number
from services.submissions.checking.read_json import require_single_keys
from services.submissions.checking.sdmx_actions import Action, Cell, act_on_cells, given_cell, keeps_nil
from services.submissions.checking.text import MALFORMED, clean
from services.submissions.form.definition import FormDefinition
from services.submissions.submission.draft_rules import Content, change_draft, is_empty
from services.submissions.submission.schemas import DraftAction, DraftUpdate

Read = Callable[[FormDefinition], ParsedContent]
NUL = "\x00"
MESSAGE = "message"
"""The word of the audit for a change whose rows say themselves what they do."""
Kept = tuple[Any, str | None]
"""A cell as a draft keeps it, and the rule that it breaks."""
OF_A_FIGURE = ("value", "status", "reason", "explanation")


@dataclass(frozen=True, slots=True)
class DraftChange:
    """What is to happen to a draft."""

    word: str
    figures: Sequence[Any]
    """The figures that it names."""
    apply: Callable[[Content], Content]
    findings: list[Finding] = field(default_factory=list)
    """What reading found; applying may add to it."""
    names_any: bool = False
    """Whether it may act on figures that it does not name."""

    @property
    def is_refused(self) -> bool:
        """Whether something stands against it."""
        return any(one.severity in (Severity.BLOCKER, Severity.ERROR) for one in self.findings)


def read_update(raw: bytes) -> DraftChange:
    """Return the change that a JSON body asks for; refuse what is none, in its place."""
    try:
        update = DraftUpdate.model_validate_json(raw)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in mistakes]) from error
    require_single_keys(raw)
    kept = {name: _storable(getattr(update, name), (name,)) for name in ("observations", "narrative", "nil")}
    return _by(update.model_copy(update=kept))


def change_by_file(read: Read, action: DraftAction, form: FormDefinition, asked: ReportContext) -> DraftChange:
    """Return the change that a file asks for: its rows are merged, replace the draft, or name what goes out."""
    content = read(form)
    _find_unfit(content, form, asked)
    update = DraftUpdate.model_construct(
        action=action,
        form_version=None,
        observations=[_figure(cell, content) for cell in _cells(content)],
        nil=content.nil,
        narrative=_narrative(content),
    )
    if is_empty(update.model_dump()):
        content.findings.append(found("content_empty", content.places.of_table(0, "")))
    return _by(update, content.findings)


def change_by_message(read: Read, form: FormDefinition, asked: ReportContext) -> DraftChange:
    """Return the change that an SDMX-CSV message asks for: each of its rows says what it does."""
    message = read(form)
    _find_unfit(message, form, asked)
    named = [_figure(cell, message) for cell in _cells(message)]
    if not named and not message.nil:
        message.findings.append(found("content_empty", message.places.of_table(0, "")))
    rows = zip(message.actions, message.indicator, strict=True)
    names_any = any(action == Action.DELETE and indicator is None for action, indicator in rows)
    return DraftChange(MESSAGE, named, partial(_act, message, form), message.findings, names_any)


def _by(update: DraftUpdate, findings: list[Finding] | None = None) -> DraftChange:
    return DraftChange(update.action, update.observations, partial(change_draft, change=update), findings or [])


def _act(message: ParsedContent, form: FormDefinition, content: Content) -> Content:
    """Return a draft after a message acted on it. What a draft holds that is no figure stays as it is."""
    figures = content.get("observations", [])
    known = {number: cell for number, one in enumerate(figures, 1) if (cell := _drafted(number, one)) is not None}
    cells = act_on_cells(message, known.values(), form)
    others = [one for number, one in enumerate(figures, 1) if number not in known]
    changed = {
        **content,
        "observations": [figures[-c.row - 1] if c.row < 0 else _figure(c, message) for c in cells] + others,
        "nil": list(dict.fromkeys([*message.nil, *keeps_nil(content.get("nil", []), cells, form)])),
    }
    return {name: part for name, part in changed.items() if part}


def _drafted(number: int, figure: dict[str, Any]) -> Cell | None:
    indicator, dimensions = figure.get("indicator"), figure.get("dimensions", {})
    codes = dimensions.values() if isinstance(dimensions, dict) else [dimensions]
    if not isinstance(indicator, str) or not all(code is None or isinstance(code, str) for code in codes):
        return None
    parts = (figure.get(part) for part in ("value", "status", "reason"))
    return Cell(-number, clean(indicator), {name: clean(code or "") for name, code in dimensions.items()}, *parts)


def _cells(content: ParsedContent) -> list[Cell]:
    return [given_cell(content, at) for at in range(len(content.rows))]


def _figure(cell: Cell, content: ParsedContent) -> dict[str, Any]:
    """Return a figure of a file as a draft keeps it."""
    said = (cell.value, cell.status, cell.reason, content.explanations.get(cell.row))
    given = {"indicator": cell.indicator, **dict(zip(OF_A_FIGURE, said, strict=True))}
    codes = {name: code for name, code in cell.codes.items() if code is not None}
    return {"dimensions": codes, **{name: part for name, part in given.items() if part is not None}}


def _narrative(content: ParsedContent) -> dict[str, Any]:
    return {
        key: {part: cell for part, cell in parts.items() if cell is not None}
        for key, parts in content.narrative.items()
    }


def _find_unfit(content: ParsedContent, form: FormDefinition, asked: ReportContext) -> None:
    """Turn figures into what JSON can hold; find what it cannot, and files that were made for another report."""
    content.findings += find_misdirected(form, content, asked)
    number = partial(_number, decimal_comma=content.decimal_comma)
    content.value = _settled("value", content.value, number, content)
    for name, column in {
        "indicator": content.indicator,
        "status": content.status,
        "reason": content.reason,
    }.items():
        _settled(name, column, _text, content)
    for name, column in content.dimensions.items():
        _settled(name, column, _text, content)
    _settled("explanation", [content.explanations.get(row) for row in content.rows], _text, content)
    for key, parts in content.narrative.items():
        for part, cell in parts.items():
            parts[part], rule = number(cell) if part == "funding" else _text(cell)
            if rule:
                content.findings.append(found(rule, content.places.of_narrative(key, part), cell))


def _settled(name: str, column: list[Any], keep: Callable[[Any], Kept], content: ParsedContent) -> list[Any]:
    """Return a column as a draft keeps it; each different cell is looked at once."""
    known: dict[Any, Kept] = {}
    settled = []
    for row, cell in zip(content.rows, column, strict=True):
        named = (type(cell), cell)  # 1 is not true
        kept, rule = known[named] if named in known else known.setdefault(named, keep(cell))
        if rule:
            content.findings.append(found(rule, content.places.of_cell(row, name), cell))
        settled.append(kept)
    return settled


def _number(cell: Any, decimal_comma: bool) -> Kept:
    """Keep a number as such, what is none as it was written; days and errors are not."""
    if cell is None or (isinstance(cell, str) and NUL in cell):
        return _text(cell)
    number = read_number(cell, decimal_comma=decimal_comma)
    if isinstance(number, Decimal) and abs(number) <= LARGEST_SHOWN:
        return plain(number), None
    if isinstance(cell, (str, int, float)):
        return str(cell), None
    return None, number.rule if isinstance(number, Unreadable) else "not_a_number"


def _text(cell: Any) -> Kept:
    """Keep words; no draft holds U+0000. What is malformed was found already."""
    if cell is None or cell is MALFORMED or (isinstance(cell, str) and NUL not in cell):
        return cell, None
    return None, "text_forbidden_character" if isinstance(cell, str) else "text_malformed"


def _storable(node: Any, path: tuple[int | str, ...]) -> Any:
    """Return what a body gives so that it can be kept and read again; refuse characters that cannot."""
    if isinstance(node, dict):
        return {_storable(key, path): _storable(part, (*path, key)) for key, part in node.items()}
    if isinstance(node, list):
        return [_storable(part, (*path, number)) for number, part in enumerate(node)]
    if isinstance(node, str) and NUL in node:
        where = {"type": "text_forbidden_character", "loc": ("body", *path), "msg": "The text contains U+0000."}
        raise RequestValidationError([where])
    if isinstance(node, (int, float)) and not isinstance(node, bool) and not abs(node) <= LARGEST_SHOWN:
        return str(node)
    return node
