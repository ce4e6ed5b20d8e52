"""Whether the rules of a form hold together before it is published: known names, fitting types, fitting kinds."""

from collections.abc import Iterator
from typing import NamedTuple

from services.submissions.checking.rule_text import (
    COMPARISONS,
    Call,
    Cell,
    Joined,
    Node,
    RuleMistake,
    RuleText,
    children,
    parse_rule,
)
from services.submissions.form.definition import Confidentiality, FormContent
from services.submissions.form.rule_definition import FormRule, RuleKind

NUMBER, TRUTH = "number", "truth"
NAMES = {NUMBER: ("một số", "a number"), TRUTH: ("một điều kiện", "a condition")}


class Signature(NamedTuple):
    """What a function takes and gives."""

    takes: tuple[str, ...]
    gives: str
    repeats: bool = False
    only_cells: bool = False


FUNCTIONS = {
    "sum": Signature((NUMBER,), NUMBER, repeats=True),
    "min": Signature((NUMBER,), NUMBER, repeats=True),
    "max": Signature((NUMBER,), NUMBER, repeats=True),
    "abs": Signature((NUMBER,), NUMBER),
    "negative": Signature((NUMBER,), NUMBER),
    "not": Signature((TRUTH,), TRUTH),
    "if": Signature((TRUTH, NUMBER, NUMBER), NUMBER),
    "default": Signature((NUMBER, NUMBER), NUMBER),
    "available": Signature((NUMBER,), TRUTH),
    "reported": Signature((NUMBER,), TRUTH, only_cells=True),
    "previous": Signature((NUMBER,), NUMBER, only_cells=True),
    "total": Signature((NUMBER,), NUMBER, only_cells=True),
}
BESIDE = {"previous": RuleKind.CROSS_PERIOD, "total": RuleKind.CROSS_REPORTER}


class LocatedMistake(NamedTuple):
    """A mistake in the text of one rule of a form."""

    number: int
    rule: str
    mistake: RuleMistake


def find_mistakes(form: FormContent) -> list[LocatedMistake]:
    """Return what is wrong with the rules of a form, each with its place in the text."""
    checker = _Checker(form)
    return [
        LocatedMistake(number, rule.id, mistake)
        for number, rule in enumerate(form.rules)
        for mistake in checker.mistakes(rule)
    ]


def cells_of(node: Node) -> Iterator[tuple[Cell, str | None]]:
    """Give every cell of an expression, and the function that takes it from elsewhere, if any."""
    if isinstance(node, Cell):
        yield node, None
    source = node.name if isinstance(node, Call) and node.name in BESIDE else None
    for child in children(node):
        for cell, inner in cells_of(child):
            yield cell, source or inner


class _Checker:
    def __init__(self, form: FormContent) -> None:
        self._lists = {one.code: {item.code for item in one.codes} for one in form.dimensions}
        self._indicators = {one.code: (one, table) for table in form.tables for one in table.indicators}

    def mistakes(self, rule: FormRule) -> list[RuleMistake]:
        try:
            text = parse_rule(rule.expression)
        except RuleMistake as mistake:
            return [mistake]
        found = [*self._names(text), *self._kind(rule, text)]
        try:
            if (given := self._type(text.condition)) != TRUTH:
                raise _unfit(text.condition.at, TRUTH, given)
        except RuleMistake as mistake:
            found.append(mistake)
        return sorted(found, key=lambda one: one.position)

    def _names(self, text: RuleText) -> Iterator[RuleMistake]:
        for cell, source in cells_of(text.condition):
            if cell.indicator not in self._indicators:
                what = cell.indicator
                yield RuleMistake(cell.at, f"Không có chỉ tiêu {what}.", f"There is no indicator {what}.")
                continue
            indicator, table = self._indicators[cell.indicator]
            used = {use.dimension for use in indicator.dimensions}
            narrowing = [(where.at, where.dimension) for where in cell.where]
            for at, name in (*narrowing, *text.each):
                if name not in used:
                    vi = f"Chỉ tiêu {cell.indicator} không có phân tổ {name}."
                    yield RuleMistake(at, vi, f"The indicator {cell.indicator} has no dimension {name}.")
            for where in cell.where:
                unknown = sorted(where.codes - self._lists.get(where.dimension, where.codes))
                if unknown:
                    vi, en = f"Không có mã {', '.join(unknown)}.", f"There is no code {', '.join(unknown)}."
                    yield RuleMistake(where.at, vi, en)
            if source == "total" and table.confidentiality is not Confidentiality.AGGREGATE_OPEN:
                yield RuleMistake(
                    cell.at,
                    f"Số liệu của bảng {table.code} là hạn chế, không được so với đơn vị khác.",
                    f"The figures of the table {table.code} are restricted; others' are not compared with.",
                )

    def _kind(self, rule: FormRule, text: RuleText) -> Iterator[RuleMistake]:
        cells = list(cells_of(text.condition))
        if not any(source is None for _, source in cells):
            yield RuleMistake(0, "Quy tắc không xét số liệu của báo cáo.", "It looks at no figure of the report.")
        used = {BESIDE[source] for _, source in cells if source}
        if len({each for _, each in text.each}) < len(text.each):
            yield RuleMistake(0, "Phân tổ bị lặp.", "A dimension stands twice.")
        for kind in BESIDE.values():
            if (kind in used) != (rule.kind is kind):
                vi, en = (f"Loại quy tắc phải là {kind}.", f"Its kind must be {kind}.")
                if kind not in used:
                    vi, en = f"Không phải quy tắc {kind}.", f"It is no rule of the kind {kind}."
                yield RuleMistake(0, vi, en)
        tables = {self._indicators[c.indicator][1].code for c, _ in cells if c.indicator in self._indicators}
        if rule.kind is RuleKind.CROSS_TABLE and len(tables) < 2:
            yield RuleMistake(0, "Quy tắc chỉ xét một bảng.", "It looks at one table only.")

    def _type(self, node: Node) -> str:
        if isinstance(node, Joined):
            logic = node.sign in ("and", "or")
            wanted = TRUTH if logic else NUMBER
            for side in (node.left, node.right):
                if (given := self._type(side)) != wanted:
                    raise _unfit(side.at, wanted, given)
            return TRUTH if logic or node.sign in COMPARISONS else NUMBER
        return self._type_of_call(node) if isinstance(node, Call) else NUMBER

    def _type_of_call(self, call: Call) -> str:
        signature = FUNCTIONS.get(call.name)
        if signature is None:
            raise RuleMistake(call.at, f"Không có hàm {call.name}.", f"There is no function {call.name}.")
        takes = signature.takes * (len(call.given) or 1) if signature.repeats else signature.takes
        if len(takes) != len(call.given):
            count = len(takes)
            raise RuleMistake(call.at, f"Hàm {call.name} nhận {count} giá trị.", f"{call.name} takes {count}.")
        for one, wanted in zip(call.given, takes, strict=True):
            if signature.only_cells and not isinstance(one, Cell):
                raise RuleMistake(one.at, f"{call.name} chỉ nhận một ô [...].", f"{call.name} takes a cell [...].")
            if (given := self._type(one)) != wanted:
                raise _unfit(one.at, wanted, given)
        return signature.gives


def _unfit(at: int, wanted: str, given: str) -> RuleMistake:
    (wanted_vi, wanted_en), (given_vi, given_en) = NAMES[wanted], NAMES[given]
    return RuleMistake(
        at, f"Cần {wanted_vi}, không phải {given_vi}.", f"This must be {wanted_en}, not {given_en}."
    )
