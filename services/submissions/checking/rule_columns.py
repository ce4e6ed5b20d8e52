"""Judges a rule over the columns of a report: each cell reference is summed once, each operation runs over all
keys at once. Where a figure is not known, nothing is judged."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext

from services.submissions.checking.rule_text import COMPARISONS, Call, Cell, Joined, Node, Number, RuleText

Key = tuple[str, ...]
Column = list[Decimal | None]
Truths = list[bool | None]
EXACT = Context(prec=60)
ZERO, HUNDRED = Decimal(0), Decimal(100)
COMPARE: dict[str, Callable[[Decimal, Decimal, Decimal], bool]] = {
    "=": lambda left, right, slack: abs(left - right) <= slack,
    "!=": lambda left, right, slack: abs(left - right) > slack,
    "<": lambda left, right, slack: left < right + slack,
    "<=": lambda left, right, slack: left <= right + slack,
    ">": lambda left, right, slack: left > right - slack,
    ">=": lambda left, right, slack: left >= right - slack,
}
COMPUTE: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(slots=True)
class Figures:
    """The figures of one indicator as columns."""

    names: tuple[str, ...] = ()
    codes: Sequence[Sequence[str | None]] = ()
    value: Sequence[Decimal | None] = ()
    not_available: Sequence[bool] = ()
    row: Sequence[int] = ()
    is_whole: bool = True
    """False where mistakes keep the figures from being counted together."""
    is_nil: bool = False
    """Its table was declared nil: nothing is zero here."""


Source = Mapping[str, Figures]
"""Figures by indicator; one that is not there was not reported."""


@dataclass(slots=True)
class Counted:
    """A cell reference at one key."""

    total: Decimal = ZERO
    count: int = 0
    with_value: int = 0
    is_known: bool = True
    row: int | None = None

    @property
    def value(self) -> Decimal | None:
        """The sum; None where it is not known, or where there is nothing but `not applicable`."""
        return self.total if self.is_known and (self.with_value or not self.count) else None


def count_cells(figures: Figures, cell: Cell, each: Sequence[str]) -> dict[Key, Counted]:
    """Return what a cell holds at each key: one run over its columns."""
    columns = dict(zip(figures.names, figures.codes, strict=True))
    positions: Iterable[int] = range(len(figures.value))
    for where in cell.where:
        column, wanted, outside = columns[where.dimension], where.codes, where.outside
        if not outside and wanted.isdisjoint(column):
            return {}
        positions = [at for at in positions if (column[at] in wanted) is not outside]
    picked = list(positions)
    if not each:
        return {(): _count(figures, picked)} if picked else {}
    parts = [[columns[name][at] or "" for at in picked] for name in each]
    found: dict[Key, Counted] = {}
    for key, at in zip(zip(*parts, strict=True), picked, strict=True):
        one = found.get(key)
        if one is None:
            one = found[key] = Counted()
        one.count += 1
        value = figures.value[at]
        if value is not None:
            one.total += value
            one.with_value += 1
        elif figures.not_available[at]:
            one.is_known = False
        if figures.row and (one.row is None or figures.row[at] < one.row):
            one.row = figures.row[at]
    return found


def _count(figures: Figures, picked: list[int]) -> Counted:
    """Return what the picked rows hold together, column by column."""
    is_all = len(picked) == len(figures.value)
    value, row = figures.value, figures.row
    known = [one for one in (value if is_all else [value[at] for at in picked]) if one is not None]
    lacks = len(known) < len(picked) and any(figures.not_available[at] for at in picked if value[at] is None)
    rows = row if is_all else [row[at] for at in picked] if row else ()
    return Counted(sum(known, ZERO), len(picked), len(known), not lacks, min(rows, default=None))


@dataclass(slots=True)
class Judged:
    """A rule over a report: its keys in order, and whether it holds at each of them; None = not judged."""

    keys: list[Key]
    holds: Truths
    sides: tuple[Column, Column] | None
    """What was compared, where the rule is one comparison."""
    cells: list[tuple[Cell, dict[Key, Counted]]] = field(default_factory=list)
    """The report's own cells, in the order of the text."""


def judge(text: RuleText, own: Source, beside: Mapping[str, Source]) -> Judged:
    """Judge a rule; `beside` holds what `previous` and `total` look at."""
    with localcontext(EXACT):
        return _Judge(text, own, beside).run()


class _Judge:
    def __init__(self, text: RuleText, own: Source, beside: Mapping[str, Source]) -> None:
        self._text, self._own, self._beside = text, own, beside
        self._each = [name for _, name in text.each]
        self._counted: dict[int, dict[Key, Counted]] = {}
        self._cells: list[tuple[Cell, dict[Key, Counted]]] = []
        self._keys: list[Key] = []

    def run(self) -> Judged:
        seen: set[Key] = set()
        self._count(self._text.condition, None, seen)
        self._keys = sorted(seen) if self._each else [()]
        condition, sides = self._text.condition, None
        if isinstance(condition, Joined) and condition.sign in COMPARISONS:
            sides = (self._numbers(condition.left, None), self._numbers(condition.right, None))
            holds = self._compared(condition, *sides)
        else:
            holds = self._truths(condition)
        return Judged(self._keys, holds, sides, self._cells)

    def _count(self, node: Node, source: str | None, seen: set[Key]) -> None:
        """Sum every cell once. Keys come from the report and the period before it, not from others' reports."""
        if isinstance(node, Cell):
            figures = self._source(source).get(node.indicator)
            counted = count_cells(figures, node, self._each) if figures and figures.is_whole else {}
            self._counted[id(node)] = counted
            if source is None:
                self._cells.append((node, counted))
            if source != "total":
                seen.update(counted)
        elif isinstance(node, Joined):
            self._count(node.left, source, seen)
            self._count(node.right, source, seen)
        elif isinstance(node, Call):
            for one in node.given:
                self._count(one, node.name if node.name in self._beside else source, seen)

    def _source(self, name: str | None) -> Source:
        return self._own if name is None else self._beside[name]

    def _numbers(self, node: Node, source: str | None) -> Column:
        if isinstance(node, Number):
            return [node.value] * len(self._keys)
        if isinstance(node, Cell):
            figures = self._source(source).get(node.indicator)
            if figures is None or not figures.is_whole:
                return [None] * len(self._keys)
            counted = self._counted[id(node)]
            return [counted[key].value if key in counted else ZERO for key in self._keys]
        if isinstance(node, Joined):
            sides = (self._numbers(node.left, source), self._numbers(node.right, source))
            return list(map(_computing(node.sign), *sides))
        return self._called(node)

    def _called(self, call: Call) -> Column:
        if call.name in self._beside:
            return self._numbers(call.given[0], call.name)
        if call.name == "if":
            chosen = zip(self._truths(call.given[0]), *map(self._plain, call.given[1:]), strict=True)
            return [None if is_so is None else yes if is_so else no for is_so, yes, no in chosen]
        columns = [self._plain(one) for one in call.given]
        if call.name == "default":
            return [other if one is None else one for one, other in zip(*columns, strict=True)]
        return [_fold(call.name, given) for given in zip(*columns, strict=True)]

    def _plain(self, node: Node) -> Column:
        return self._numbers(node, None)

    def _truths(self, node: Node) -> Truths:
        if isinstance(node, Joined):
            if node.sign in COMPARISONS:
                return self._compared(node, self._plain(node.left), self._plain(node.right))
            joined = _and if node.sign == "and" else _or
            return list(map(joined, self._truths(node.left), self._truths(node.right)))
        assert isinstance(node, Call)
        if node.name == "not":
            return [None if one is None else not one for one in self._truths(node.given[0])]
        if node.name == "available":
            return [one is not None for one in self._plain(node.given[0])]
        cell = node.given[0]  # of `reported`, the last of the functions that give a condition
        assert isinstance(cell, Cell)
        figures = self._own.get(cell.indicator)
        if figures is None or not figures.is_whole or figures.is_nil:
            return [figures is not None] * len(self._keys)
        return [key in self._counted[id(cell)] for key in self._keys]

    def _compared(self, node: Joined, left: Column, right: Column) -> Truths:
        compare, given, is_percent = COMPARE[node.sign], node.within or ZERO, node.is_percent
        return [
            None
            if one is None or other is None
            else compare(one, other, abs(other) * given / HUNDRED if is_percent else given)
            for one, other in zip(left, right, strict=True)
        ]


def _computing(sign: str) -> Callable[[Decimal | None, Decimal | None], Decimal | None]:
    compute = COMPUTE[sign]

    def computed(left: Decimal | None, right: Decimal | None) -> Decimal | None:
        if left is None or right is None or (sign == "/" and right == 0):
            return None
        return compute(left, right)

    return computed


def _fold(name: str, given: tuple[Decimal | None, ...]) -> Decimal | None:
    known = [one for one in given if one is not None]
    if len(known) < len(given):
        return None
    match name:
        case "sum":
            return sum(known, ZERO)
        case "min":
            return min(known)
        case "max":
            return max(known)
        case "abs":
            return abs(known[0])
    return -known[0]


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(left: bool | None, right: bool | None) -> bool | None:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False
