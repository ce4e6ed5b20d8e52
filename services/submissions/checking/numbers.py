"""Which number a cell holds: as JSON gives it, or as people write it, `1234`, `1.234.567`, `1.234,5`;
in a spreadsheet `1 234` too."""

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kernel.workbook_cells import UNCOMPUTED, CellError

PLAIN = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
COMMA = re.compile(r"[+-]?\d{1,40},\d{1,40}", re.ASCII)
ONE_DOT_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
ONE_COMMA_GROUP = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
DOT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3}){2,12}(,\d{1,40})?", re.ASCII)
ONE_GROUP_AND_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3},\d{1,40}", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,40}([.,]\d{1,40})+", re.ASCII)
SPACED_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}([ \u00a0\u202f]\d{3}){1,12}([.,]\d{1,40})?", re.ASCII)
SPACES = str.maketrans("", "", " \u00a0\u202f")
NOT_FINITE = frozenset({"nan", "inf", "infinity"})


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a cell is no number: the code of the rule."""

    rule: str


def read_number(cell: Any, *, decimal_comma: bool) -> Decimal | Unreadable:
    """Return the number of a cell, or why there is none."""
    if isinstance(cell, bool):
        return Unreadable("not_a_number")
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        return Decimal(repr(cell)) if math.isfinite(cell) else Unreadable("number_not_finite")
    if isinstance(cell, str):
        return _read_comma_text(cell) if decimal_comma else _read_text(cell)
    if isinstance(cell, date):
        return Unreadable("value_is_a_day")
    if isinstance(cell, CellError) or cell is UNCOMPUTED:
        return Unreadable("formula_without_value" if cell is UNCOMPUTED else "cell_error")
    return Unreadable("not_a_number")


def _read_text(text: str) -> Decimal | Unreadable:
    if PLAIN.fullmatch(text):
        return Decimal(text)
    if text.lstrip("+-").casefold() in NOT_FINITE:
        return Unreadable("number_not_finite")
    return Unreadable("number_ambiguous" if GROUPED.fullmatch(text) else "not_a_number")


def _read_comma_text(text: str) -> Decimal | Unreadable:
    """Read a number as a person types it into a spreadsheet, where commas are decimal.

    `1.234` alone stays unclear: the same file can come from a program that writes points."""
    if SPACED_GROUPS.fullmatch(text):  # spaces say that they group, so what follows them is decimal
        return Decimal(text.translate(SPACES).replace(",", "."))
    if ONE_DOT_GROUP.fullmatch(text) or ONE_COMMA_GROUP.fullmatch(text):
        return Unreadable("number_ambiguous")
    if DOT_GROUPS.fullmatch(text) or ONE_GROUP_AND_COMMA.fullmatch(text) or COMMA.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return _read_text(text)


def plain(value: Decimal) -> int | str:
    """Return a number as a draft keeps it, with nothing lost."""
    return int(value) if value == value.to_integral_value() else written(value)


def written(value: Decimal) -> str:
    """Return a number in the canonical notation: decimals, no exponent, no needless signs or zeros."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
