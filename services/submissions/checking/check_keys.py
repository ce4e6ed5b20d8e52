"""Checks of what names a figure: the indicator and its dimension codes. By columns, one indicator at a time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from services.submissions.checking.codebook import Codebook, DimensionBook, IndicatorBook
from services.submissions.checking.content import ParsedContent, Places
from services.submissions.checking.findings import Finding, found, found_about, shown
from services.submissions.checking.text import MALFORMED
from services.submissions.form.definition import UNKNOWN

LeftOut = tuple[str, str]
"""An indicator, and a dimension that it is given without."""


@dataclass(slots=True)
class Group:
    """The rows of one indicator: where they stand, and their codes in the order of the indicator's dimensions."""

    book: IndicatorBook
    positions: Sequence[int]
    codes: list[Sequence[Any]]
    is_repeated: bool | None = None
    """Whether a figure is given twice; None while nobody looked."""

    def cut(self, column: Sequence[Any]) -> Sequence[Any]:
        """Return what a column holds in these rows."""
        if isinstance(self.positions, range):
            return column[self.positions.start : self.positions.stop]
        return [column[position] for position in self.positions]

    def codes_of(self, dimension: str) -> list[Sequence[Any]]:
        """Return the column of a dimension, in a list; an empty list when the indicator does not have it."""
        own = zip(self.book.dimensions, self.codes, strict=True)
        return [codes for use, codes in own if use.name == dimension]


def group_rows(
    content: ParsedContent, codebook: Codebook, out: list[Finding], left_out: Collection[LeftOut] | None = None
) -> list[Group]:
    """Return the rows of each indicator with their checked codes; what is wrong goes to `out`.

    Of a report that is read in parts, `left_out` says which dimensions all of it leaves out; that, and figures
    that are given twice, are then found by whoever sees all parts."""
    groups = []
    for indicator, positions in _positions(content.indicator).items():
        book = codebook.indicators.get(indicator)
        if book is None:
            _refuse_indicator(indicator, positions, content, codebook, out)
        else:
            group = Group(book, positions, [])
            group.codes = [_codes(group, dimension.name, content) for dimension in book.dimensions]
            groups.append(group)
    _check_strays(content, out)
    _check_foreign_dimensions(groups, content, out)
    for group in groups:
        _check_codes(group, content, out, left_out)
        if left_out is None:
            _check_repeats(group, content, out)
    return groups


def _positions(column: list[Any]) -> dict[Any, Sequence[int]]:
    """Return where each indicator stands; one whose rows follow each other stands in a range, quick to cut out."""
    ranges, start = {}, 0
    for indicator, count in Counter(column).items():
        ranges[indicator] = range(start, start + count)
        start += count
    if all(column[run.start : run.stop].count(indicator) == len(run) for indicator, run in ranges.items()):
        return dict(ranges)
    scattered: dict[Any, list[int]] = defaultdict(list)
    for position, indicator in enumerate(column):
        scattered[indicator].append(position)
    return dict(scattered)


def _codes(group: Group, dimension: str, content: ParsedContent) -> Sequence[Any]:
    column = content.dimensions.get(dimension)
    return group.cut(column) if column else [None] * len(group.positions)


def _refuse_indicator(
    indicator: Any, positions: Sequence[int], content: ParsedContent, codebook: Codebook, out: list[Finding]
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
        facts = {"indicator": _named(by_row[row]), "dimension": shown(name)}
        out.append(found("dimension_unknown", place, name, **facts))


def _named(indicator: Any) -> str:
    return str(shown(indicator)) if isinstance(indicator, str) else ""


def _check_foreign_dimensions(groups: list[Group], content: ParsedContent, out: list[Finding]) -> None:
    """Find codes of dimensions that the row's indicator does not have. Counting first says whether to look."""
    for name, column in content.dimensions.items():
        at_home = [codes for group in groups for codes in group.codes_of(name)]
        if sum(len(codes) - codes.count(None) for codes in at_home) == len(column) - column.count(None):
            continue
        for group in groups:
            if not group.codes_of(name):
                _refuse_dimension(group, name, content, out)


def _refuse_dimension(group: Group, name: str, content: ParsedContent, out: list[Finding]) -> None:
    column = content.dimensions[name]
    facts = {"indicator": group.book.indicator.code, "dimension": name}
    for position in group.positions:
        if column[position] is not None:
            place = content.places.of_cell(content.rows[position], name)
            out.append(found("dimension_unknown", place, column[position], **facts))


def _check_codes(
    group: Group, content: ParsedContent, out: list[Finding], left_out: Collection[LeftOut] | None
) -> None:
    for number, dimension in enumerate(group.book.dimensions):
        given = set(group.codes[number])
        wrong = given - dimension.taken - {MALFORMED}
        named = (group.book.indicator.code, dimension.name)
        is_left_out = given == {None} and not dimension.required if left_out is None else named in left_out
        if is_left_out:
            if left_out is None:
                out.append(found_left_out(named, content.rows[group.positions[0]], content.places))
            group.codes[number] = [UNKNOWN] * len(group.positions)
        elif wrong:
            _refuse_codes(group, number, wrong, content, out)


def found_left_out(named: LeftOut, row: int, places: Places) -> Finding:
    """Return the note that an indicator comes without a dimension from its first row on."""
    facts = {"indicator": named[0], "dimension": named[1]}
    return found_about(named, "dimension_left_out", places.of_cell(row, named[1]), None, **facts)


def _refuse_codes(group: Group, number: int, wrong: set[Any], content: ParsedContent, out: list[Finding]) -> None:
    dimension = group.book.dimensions[number]
    verdicts = {code: _judge_code(group.book, dimension, code) for code in wrong}
    for position, code in zip(group.positions, group.codes[number], strict=True):
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
    instead = dimension.book.in_place_of(item)
    vi = ", ".join(f"“{one.code}” ({one.title_vi})" for one in instead)
    en = ", ".join(f"“{one.code}” ({one.title_en})" for one in instead)
    hints = {"hint_vi": f" Mã của kỳ này: {vi}." if vi else "", "hint_en": f" Use {en}." if en else ""}
    return "code_not_valid", facts | hints | {"day": dimension.book.day.isoformat()}


def _check_repeats(group: Group, content: ParsedContent, out: list[Finding]) -> None:
    keys = list(zip(*group.codes, strict=True))
    group.is_repeated = len(set(keys)) < len(keys)
    if not group.is_repeated:
        return
    first: dict[Any, int] = {}
    for position, key in zip(group.positions, keys, strict=True):
        if None in key or MALFORMED in key:
            continue
        if key in first:
            rows = (content.rows[first[key]], content.rows[position])
            out.append(found_repeated(group.book.indicator.code, *rows, content.places))
        first.setdefault(key, position)


def found_repeated(indicator: str, first: int, again: int, places: Places) -> Finding:
    """Return the mistake that a row gives a figure which an earlier row gave."""
    vi, en = places.names_row(first)
    return found("key_repeated", places.of_cell(again, "indicator"), indicator, first_vi=vi, first_en=en)
