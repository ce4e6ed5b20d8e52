"""Checks of the figures themselves: a value, a true zero, not available with its reason, or not applicable."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from services.submissions.checking.check_keys import Group
from services.submissions.checking.content import ParsedContent
from services.submissions.checking.findings import Finding, found
from services.submissions.checking.numbers import Unreadable, read_number
from services.submissions.checking.text import CONTROL, MALFORMED
from services.submissions.form.definition import Indicator

LONGEST_REASON = 2_000
LONGEST_PLAIN = 18


class CellStatus(StrEnum):
    """What a cell holds. A true zero is a value; empty is none of these."""

    VALUE = "value"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"


IN_PLACE_OF_A_VALUE = (CellStatus.NOT_AVAILABLE.value, CellStatus.NOT_APPLICABLE.value)
Verdict = Decimal | tuple[str, dict[str, Any]]


def check_figures(group: Group, content: ParsedContent, out: list[Finding]) -> list[Decimal | None]:
    """Return the values of a group's rows, None where a status stands; what is wrong goes to `out`."""
    cells = group.cut(content.value)
    verdicts = _judge_all(cells, group.book.indicator, decimal_comma=content.decimal_comma)
    _check_statuses(group, content, out)
    if set(map(type, verdicts)) <= {Decimal, type(None)}:
        return cast("list[Decimal | None]", verdicts)
    for position, cell, verdict in zip(group.positions, cells, verdicts, strict=True):
        if isinstance(verdict, tuple):
            rule, facts = verdict
            place = content.places.of_cell(content.rows[position], "value")
            out.append(found(rule, place, cell, **facts))
    return [verdict if isinstance(verdict, Decimal) else None for verdict in verdicts]


def _judge_all(cells: Sequence[Any], indicator: Indicator, *, decimal_comma: bool) -> list[Verdict | None]:
    """Judge each cell: texts and whole numbers once for all that are alike, plain ones among them all at once."""
    if set(map(type, cells)) not in ({int}, {str}):
        return [_judge(cell, indicator, decimal_comma) for cell in cells]
    different = list(set(cells))
    numbers = _plain_numbers(different)
    verdicts: Iterable[Verdict | None]
    if numbers and indicator.minimum <= min(numbers) and max(numbers) <= indicator.maximum:
        verdicts = map(Decimal, numbers)
    else:
        verdicts = [_judge(cell, indicator, decimal_comma) for cell in different]
    return list(map(dict(zip(different, verdicts, strict=True)).__getitem__, cells))


def _plain_numbers(cells: list[Any]) -> list[int] | None:
    """Return texts that are nothing but digits, or whole numbers, as numbers."""
    if isinstance(cells[0], int):
        return cells
    if max(map(len, cells)) > LONGEST_PLAIN:
        return None
    digits = "".join(cells)
    return list(map(int, cells)) if digits.isascii() and digits.isdigit() and "" not in cells else None


def _judge(cell: Any, indicator: Indicator, decimal_comma: bool) -> Verdict | None:
    if cell is None:
        return None
    number = read_number(cell, decimal_comma=decimal_comma)
    if isinstance(number, Unreadable):
        return number.rule, {}
    if number < indicator.minimum:
        return "value_too_small", {"limit": indicator.minimum}
    if number > indicator.maximum:
        return "value_too_large", {"limit": indicator.maximum}
    if indicator.number != "integer":
        return number
    whole = number.to_integral_value()
    return Decimal(int(whole)) if whole == number else ("not_an_integer", {})


def _check_statuses(group: Group, content: ParsedContent, out: list[Finding]) -> None:
    """Look only at the rows that are not simply a value."""
    value, status, reason = content.value, content.status, content.reason
    if None not in group.cut(value) and set(group.cut(status)) == {None}:
        return
    known = ", ".join(CellStatus)
    special = [p for p in group.positions if value[p] is None or status[p] is not None]
    for position in special:
        for rule, column, cell in _judge_status(value[position], status[position], reason[position]):
            place = content.places.of_cell(content.rows[position], column)
            out.append(found(rule, place, cell, known=known))


def _judge_status(value: Any, status: Any, reason: Any) -> list[tuple[str, str, Any]]:
    if status is MALFORMED:
        return []
    if status is None or status == CellStatus.VALUE:
        return [("value_missing", "value", None)] if value is None else []
    if status not in IN_PLACE_OF_A_VALUE:
        return [("status_unknown", "status", status)]
    mistakes: list[tuple[str, str, Any]] = []
    if value is not None:
        mistakes.append(("value_and_status", "status", status))
    if status == CellStatus.NOT_AVAILABLE and reason is None:
        mistakes.append(("reason_missing", "reason", None))
    return mistakes


def check_reasons(content: ParsedContent, out: list[Finding]) -> None:
    """Find reasons that are too long or cannot be kept."""
    texts = {text for text in set(content.reason) if isinstance(text, str)}
    wrong = {text: rule for text in texts if (rule := judge_text(text, LONGEST_REASON))}
    if not wrong:
        return
    for row, text in zip(content.rows, content.reason, strict=True):
        if text in wrong:
            place = content.places.of_cell(row, "reason")
            out.append(found(wrong[text], place, text, limit=LONGEST_REASON))


def judge_text(text: str, longest: int) -> str | None:
    """Return the rule that a text breaks, if any."""
    if len(text) > longest:
        return "text_too_long"
    return "text_forbidden_character" if CONTROL.search(text) else None
