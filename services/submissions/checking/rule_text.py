"""The language of a form's rules: from the text to a tree. What it means is written in docs/rules.md; how it is
judged stands in `rule_columns`."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

LONGEST_TEXT, MOST_NODES, DEEPEST = 2_000, 200, 24
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,20}(?:\.\d{1,20})?)|(?P<cell>\[[^\[\]]*\])|(?P<word>[A-Za-z_][A-Za-z0-9_.-]*)"
    r"|(?P<sign><=|>=|!=|[-+*/()=<>,:%]))"
)
CODE = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
CELL = re.compile(rf"\[\s*(?P<indicator>{CODE})\s*(?P<where>(?:;[^;]*)*)\]")
WHERE = re.compile(rf"\s*(?P<name>{CODE})\s*(?P<sign>!?=)\s*(?P<codes>{CODE}(?:\s*\+\s*{CODE})*)\s*")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
BINDING = {"or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
KEYWORDS: Final = {"and", "or", "not", "within", "each"}


class RuleMistake(Exception):
    """What is wrong with the text of a rule, and where: the position counts characters from 0."""

    def __init__(self, position: int, vi: str, en: str) -> None:
        super().__init__(en)
        self.position, self.vi, self.en = position, vi, en


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A number as it is written."""

    at: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Where:
    """One dimension that narrows a cell."""

    at: int
    dimension: str
    codes: frozenset[str]
    outside: bool


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """The sum of an indicator's figures where all conditions hold."""

    at: int
    indicator: str
    where: tuple[Where, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function of other expressions."""

    at: int
    name: str
    given: tuple["Node", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Two sides with a sign between them; a comparison may have a tolerance."""

    at: int
    sign: str
    left: "Node"
    right: "Node"
    within: Decimal | None = None
    is_percent: bool = False


Node = Number | Cell | Call | Joined


@dataclass(frozen=True, slots=True, eq=False)
class RuleText:
    """A rule: judged once, or for each code of some dimensions."""

    each: tuple[tuple[int, str], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class _Token:
    at: int
    kind: str
    text: str


@lru_cache(maxsize=2_048)
def parse_rule(text: str) -> RuleText:
    """Return the tree of a rule; a RuleMistake says where the text cannot be read."""
    return _Parser(text).rule()


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, in the order of the text."""
    if isinstance(node, Joined):
        return (node.left, node.right)
    return node.given if isinstance(node, Call) else ()


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            raise RuleMistake(
                LONGEST_TEXT,
                f"Quy tắc dài quá {LONGEST_TEXT} ký tự.",
                f"It is longer than {LONGEST_TEXT} characters.",
            )
        self._tokens = list(_split(text))
        self._next = 0
        self._nodes = 0
        self._depth = 0

    def rule(self) -> RuleText:
        each: tuple[tuple[int, str], ...] = ()
        if self._token.text == "each":
            self._take()
            each = self._names()
        condition = self._expression(0)
        self._expect("")
        return RuleText(each, condition)

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._token
        self._next += 1
        return token

    def _expect(self, text: str) -> None:
        token = self._token
        if token.text != text or (not text and token.kind != "end"):
            wanted_vi, wanted_en = (
                (f"cần “{text}”", f"“{text}” is expected") if text else ("thừa", "it is too much")
            )
            raise RuleMistake(token.at, f"“{token.text}”: {wanted_vi}.", f"“{token.text}”: {wanted_en}.")
        if text:
            self._take()

    def _names(self) -> tuple[tuple[int, str], ...]:
        names: list[tuple[int, str]] = []
        while True:
            token = self._take()
            if token.kind != "word" or token.text in KEYWORDS:
                raise RuleMistake(token.at, "Cần tên phân tổ.", "The name of a dimension is expected.")
            names.append((token.at, token.text))
            if self._token.text != ",":
                self._expect(":")
                return tuple(names)
            self._take()

    def _expression(self, weakest: int) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise RuleMistake(
                self._token.at, "Lồng quá nhiều tầng.", f"It is nested deeper than {DEEPEST} levels."
            )
        left = self._single()
        while (binding := BINDING.get(self._token.text, 0)) > weakest:
            token = self._take()
            left = self._join(token, left, self._expression(binding))
            if token.text in COMPARISONS and self._token.text in COMPARISONS:
                raise RuleMistake(
                    self._token.at,
                    "Không so sánh nối tiếp; hãy dùng “and”.",
                    "Comparisons do not follow one another; use “and”.",
                )
        self._depth -= 1
        return left

    def _join(self, token: _Token, left: Node, right: Node) -> Node:
        within, is_percent = None, False
        if token.text in COMPARISONS and self._token.text == "within":
            self._take()
            number = self._take()
            if number.kind != "number":
                raise RuleMistake(number.at, "Sau “within” cần một số.", "A number is expected after “within”.")
            within = Decimal(number.text)
            is_percent = self._token.text == "%"
            if is_percent:
                self._take()
        return self._counted(Joined(token.at, token.text, left, right, within, is_percent))

    def _single(self) -> Node:
        token = self._take()
        if token.kind == "number":
            return self._counted(Number(token.at, Decimal(token.text)))
        if token.kind == "cell":
            return self._counted(_read_cell(token))
        if token.text == "(":
            inner = self._expression(0)
            self._expect(")")
            return inner
        if token.text in ("-", "not"):
            name, binding = ("negative", 7) if token.text == "-" else ("not", 3)
            return self._counted(Call(token.at, name, (self._expression(binding),)))
        if token.kind == "word" and token.text not in KEYWORDS and self._token.text == "(":
            self._take()
            return self._counted(Call(token.at, token.text, self._given()))
        raise RuleMistake(
            token.at, "Cần một số, một ô [...] hoặc một hàm.", "A number, a cell [...] or a function is expected."
        )

    def _given(self) -> tuple[Node, ...]:
        given: list[Node] = []
        if self._token.text != ")":
            given.append(self._expression(0))
            while self._token.text == ",":
                self._take()
                given.append(self._expression(0))
        self._expect(")")
        return tuple(given)

    def _counted(self, node: Node) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise RuleMistake(node.at, "Quy tắc quá phức tạp.", f"It has more than {MOST_NODES} parts.")
        return node


def _split(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            stray = len(text) - len(text[at:].lstrip())
            raise RuleMistake(stray, f"Không đọc được “{text[stray]}”.", f"“{text[stray]}” cannot be read.")
        tokens.append(_Token(found.start(found.lastgroup), found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return [*tokens, _Token(end, "end", "")]


def _read_cell(token: _Token) -> Cell:
    found = CELL.fullmatch(token.text)
    if found is None:
        raise RuleMistake(
            token.at, "Ô cần dạng [CHỈ_TIÊU; phân_tổ=mã].", "A cell is written [INDICATOR; dimension=code]."
        )
    where: list[Where] = []
    at = token.at + found.start("where")
    for part in found["where"].split(";")[1:]:
        at += 1
        one = WHERE.fullmatch(part)
        if one is None:
            raise RuleMistake(at, "Điều kiện cần dạng phân_tổ=mã.", "A condition is written dimension=code.")
        codes = frozenset(code.strip() for code in one["codes"].split("+"))
        where.append(Where(at + one.start("name"), one["name"], codes, one["sign"] == "!="))
        at += len(part)
    return Cell(token.at, found["indicator"], tuple(where))
