"""Checks of what names a figure: the indicator and its dimension codes. By columns, one indicator at a time."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.submissions.checking.codebook import Codebook, DimensionBook, IndicatorBook
from services.submissions.checking.content import ParsedContent
from services.submissions.checking.findings import Finding, found
from services.submissions.checking.text import MALFORMED
from services.submissions.form.definition import UNKNOWN


@dataclass(slots=True)
class Group:
    """The rows of one indicator: where they stand, and their codes in the order of the indicator's dimensions."""

    book: IndicatorBook
    positions: list[int]
    codes: list[list[Any]]


def group_rows(content: ParsedContent, codebook: Codebook, out: list[Finding]) -> Iterator[Group]:
    """Give the rows of each indicator with their checked codes; what is wrong goes to `out`."""
    by_indicator: dict[Any, list[int]] = defaultdict(list)
    for position, indicator in enumerate(content.indicator):
        by_indicator[indicator].append(position)
    _check_strays(content, out)
    for indicator, positions in by_indicator.items():
        book = codebook.indicators.get(indicator) if isinstance(indicator, str) else None
        if book is None:
            _refuse_indicator(indicator, positions, content, codebook, out)
        else:
            yield _checked_group(book, positions, content, out)


def _refuse_indicator(
    indicator: Any, positions: list[int], content: ParsedContent, codebook: Codebook, out: list[Finding]
) -> None:
    if indicator is MALFORMED:
        return
    places = [content.places.of_cell(content.rows[position], "indicator") for position in positions]
    if indicator is None:
        out += [found("indicator_missing", place) for place in places]
        return
    hint = _hint(codebook.find_like(indicator))
    out += [found("indicator_unknown", place, indicator, **hint) for place in places]


def _hint(code: str | None) -> dict[str, str]:
    if code is None:
        return {"hint_vi": "", "hint_en": ""}
    return {"hint_vi": f" Có phải là “{code}”?", "hint_en": f" Is “{code}” meant?"}


def _check_strays(content: ParsedContent, out: list[Finding]) -> None:
    by_row = dict(zip(content.rows, content.indicator, strict=True)) if content.strays else {}
    for row, name, _ in content.strays:
        place = content.places.of_cell(row, name)
        facts = {"indicator": _named(by_row[row]), "dimension": name}
        out.append(found("dimension_unknown", place, name, **facts))


def _named(indicator: Any) -> str:
    return indicator if isinstance(indicator, str) else ""


def _checked_group(
    book: IndicatorBook, positions: list[int], content: ParsedContent, out: list[Finding]
) -> Group:
    own = {dimension.name for dimension in book.dimensions}
    for name, column in content.dimensions.items():
        if name not in own:
            _refuse_dimension(book, name, column, positions, content, out)
    codes = [_checked_codes(book, dimension, positions, content, out) for dimension in book.dimensions]
    group = Group(book, positions, codes)
    _check_repeats(group, content, out)
    return group


def _refuse_dimension(
    book: IndicatorBook,
    name: str,
    column: list[Any],
    positions: list[int],
    content: ParsedContent,
    out: list[Finding],
) -> None:
    for position in positions:
        if column[position] is not None:
            place = content.places.of_cell(content.rows[position], name)
            facts = {"indicator": book.indicator.code, "dimension": name}
            out.append(found("dimension_unknown", place, column[position], **facts))


def _checked_codes(
    book: IndicatorBook,
    dimension: DimensionBook,
    positions: list[int],
    content: ParsedContent,
    out: list[Finding],
) -> list[Any]:
    column = content.dimensions.get(dimension.name)
    codes = [column[position] for position in positions] if column else [None] * len(positions)
    wrong = set(codes) - dimension.taken - {MALFORMED}
    if wrong == {None} and not dimension.required and set(codes) == {None}:
        place = content.places.of_cell(content.rows[positions[0]], dimension.name)
        facts = {"indicator": book.indicator.code, "dimension": dimension.name}
        out.append(found("dimension_left_out", place, **facts))
        return [UNKNOWN] * len(positions)
    if wrong:
        _refuse_codes(book, dimension, wrong, list(zip(positions, codes, strict=True)), content, out)
    return codes


def _refuse_codes(
    book: IndicatorBook,
    dimension: DimensionBook,
    wrong: set[Any],
    cells: list[tuple[int, Any]],
    content: ParsedContent,
    out: list[Finding],
) -> None:
    verdicts = {code: _judge_code(book, dimension, code) for code in wrong}
    for position, code in cells:
        if code in wrong:
            rule, facts = verdicts[code]
            place = content.places.of_cell(content.rows[position], dimension.name)
            out.append(found(rule, place, code, **facts))


def _judge_code(book: IndicatorBook, dimension: DimensionBook, code: Any) -> tuple[str, dict[str, str]]:
    facts = {"indicator": book.indicator.code, "dimension": dimension.name}
    if code is None:
        return "dimension_missing", facts
    item = dimension.book.items.get(code)
    if item is None:
        return "code_unknown", facts | _hint(dimension.book.find_like(code))
    if code in dimension.book.valid:
        return "code_not_taken", facts
    after = dimension.book.successors(item)
    now = ", ".join(f"“{item.code}” ({item.title_vi})" for item in after)
    hints = {"hint_vi": f" Mã hiện hành: {now}." if after else "", "hint_en": f" Use {now}." if after else ""}
    return "code_not_valid", facts | hints | {"day": dimension.book.day.isoformat()}


def _check_repeats(group: Group, content: ParsedContent, out: list[Finding]) -> None:
    keys = list(zip(*group.codes, strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[Any, int] = {}
    for position, key in zip(group.positions, keys, strict=True):
        if None in key or MALFORMED in key:
            continue
        if key in first:
            vi, en = content.places.names_row(content.rows[first[key]])
            place = content.places.of_cell(content.rows[position], "indicator")
            out.append(found("key_repeated", place, group.book.indicator.code, first_vi=vi, first_en=en))
        first.setdefault(key, position)
