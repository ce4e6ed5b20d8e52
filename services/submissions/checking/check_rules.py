"""The rules of a form, judged over a report: one finding for each place where a rule does not hold."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.submissions.checking.beside import Beside, looks_at
from services.submissions.checking.catalogue import Rule, Severity
from services.submissions.checking.check_figures import IN_PLACE_OF_A_VALUE, CellStatus
from services.submissions.checking.check_keys import Group
from services.submissions.checking.content import ALL_TABLES, SECTION_RULES, ParsedContent
from services.submissions.checking.findings import Finding, Place, as_number
from services.submissions.checking.rule_columns import Figures, Judged, Key, judge
from services.submissions.checking.rule_text import RuleMistake, RuleText, parse_rule
from services.submissions.checking.rule_types import cells_of
from services.submissions.form.definition import FormDefinition, Indicator
from services.submissions.form.rule_definition import FormRule

NONE = type(None)


def figures_of(
    groups: list[Group], values: list[list[Decimal | None]], content: ParsedContent, wanted: Collection[str]
) -> dict[str, Figures]:
    """Return the wanted indicators of a report as columns."""
    return {
        group.book.indicator.code: _figures(group, figures, content)
        for group, figures in zip(groups, values, strict=True)
        if group.book.indicator.code in wanted
    }


def nothing_of(form: FormDefinition, nil: list[str], wanted: Collection[str]) -> dict[str, Figures]:
    """Return the wanted indicators of tables that are declared nil: columns without figures."""
    return {
        one.code: _nothing(one)
        for table in form.tables
        if ALL_TABLES in nil or table.code in nil
        for one in table.indicators
        if one.code in wanted
    }


def indicators_judged(form: FormDefinition) -> set[str]:
    """Return the indicators that rules of the form look at."""
    return {indicator for rule in form.rules for _, indicator, _ in looks_at(rule.expression)}


def _read(rule: FormRule) -> RuleText | None:
    """Return the tree of a rule. Only a draft that is tried out can have one that cannot be read."""
    try:
        return parse_rule(rule.expression)
    except RuleMistake:
        return None


def _nothing(indicator: Indicator) -> Figures:
    names = tuple(use.dimension for use in indicator.dimensions)
    return Figures(names, [()] * len(names), is_nil=True)


def _figures(group: Group, values: list[Decimal | None], content: ParsedContent) -> Figures:
    status = group.cut(content.status)
    return Figures(
        names=tuple(dimension.name for dimension in group.book.dimensions),
        codes=group.codes,
        value=values,
        not_available=_not_available(status),
        row=group.cut(content.rows),
        is_whole=_is_whole(group, values, status),
    )


def _not_available(status: Sequence[Any]) -> list[bool]:
    """Hardly any row has a status; one that is all values is not looked at one by one."""
    if status.count(None) == len(status):
        return [False] * len(status)
    return [one == CellStatus.NOT_AVAILABLE for one in status]


def _is_whole(group: Group, values: list[Decimal | None], status: Sequence[Any]) -> bool:
    """Say whether every row has its codes, a value or a status, and stands there once."""
    lacking = zip(values, status, strict=True) if NONE in set(map(type, values)) else ()
    if any(value is None and one not in IN_PLACE_OF_A_VALUE for value, one in lacking):
        return False
    for dimension, codes in zip(group.book.dimensions, group.codes, strict=True):
        if not set(codes) <= dimension.taken:
            return False
    if group.is_repeated is not None:
        return not group.is_repeated
    return not group.codes or len(set(zip(*group.codes, strict=True))) == len(values)


def check_rules(
    form: FormDefinition, content: ParsedContent, own: Mapping[str, Figures], beside: Beside, out: list[Finding]
) -> None:
    """Judge every rule of the form; findings stand in the order of the rules, then of the codes."""
    sources = {"previous": beside.previous, "total": beside.total}
    for number, rule in enumerate(form.rules):
        text = _read(rule)
        if text is None:
            continue
        judged = judge(text, own, sources)
        broken = [at for at, holds in enumerate(judged.holds) if holds is False]
        out += [_found(form, number, rule, text, judged, at, content) for at in broken]


def _found(
    form: FormDefinition,
    number: int,
    rule: FormRule,
    text: RuleText,
    judged: Judged,
    at: int,
    content: ParsedContent,
) -> Finding:
    key = judged.keys[at]
    names = [name for _, name in text.each]
    sides = None if judged.sides is None else [_shown(side[at]) for side in judged.sides]
    compares_others = any(source == "total" for _, source in cells_of(text.condition))
    detail: dict[str, Any] = {"indicators": list(dict.fromkeys(cell.indicator for cell, _ in judged.cells))}
    if names:
        detail["dimensions"] = dict(zip(names, key, strict=True))
    if sides is not None and not compares_others:  # what others reported is not told
        detail["compared"] = {"left": sides[0], "right": sides[1]}
    return Finding(
        rule=f"{form.id}:{rule.id}",
        place=_place(number, at, key, judged, form, content),
        value=None if sides is None or compares_others else sides[0],
        own=Rule(Severity(rule.severity.value), rule.message_vi, rule.message_en),
        about=(*names, *key),
        detail=detail,
    )


def _place(number: int, at: int, key: Key, judged: Judged, form: FormDefinition, content: ParsedContent) -> Place:
    """The first row of the first cell that has figures there; else the table of the first cell."""
    rows = [counted[key].row for _, counted in judged.cells if key in counted]
    row = next((one for one in rows if one is not None), None)
    tables = {i.code: (at, table.code) for at, table in enumerate(form.tables, 1) for i in table.indicators}
    place = (
        content.places.of_table(*tables[judged.cells[0][0].indicator])
        if row is None
        else content.places.of_cell(row, "value")
    )
    return Place((SECTION_RULES, number, at, ""), place.pointer, place.row, place.column, place.sheet, place.cell)


def _shown(side: Decimal | None) -> int | float | str | None:
    return None if side is None else as_number(side)
