"""Obligations as the data file states them, turned into the values that the tables keep."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kernel.text import nfc
from services.registry.obligation.deadlines import Operator, Roll, require_rule
from services.registry.obligation.duty import deadline_rule_of, period_rule_of
from services.registry.obligation.tables import ObligationPart

FILE = "obligations.csv"


@dataclass(frozen=True, slots=True)
class ReadObligation:
    """One line of the file: the obligation, those it names, and its deadline rule."""

    obligation: dict[str, Any]
    parties: list[dict[str, Any]]
    rule: dict[str, Any]


def read_obligations(
    folder: Path, *, agencies: Collection[str], plans: Collection[str]
) -> Iterator[ReadObligation]:
    """Read the obligations of a data folder. A code that is no agency is a group."""
    with (folder / FILE).open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            row = {name: nfc(value) or None for name, value in line.items()}
            yield ReadObligation(_obligation(row, agencies, plans), list(_parties(row, agencies)), _rule(row))


def _obligation(
    row: Mapping[str, Any], agencies: Collection[str], plans: Collection[str]
) -> dict[str, Any]:
    above = row["next_level"]
    is_agency = above in agencies
    kept = ("id", "instrument", "source_ref", "subject", "form", "title_vi", "title_en", "kind", "covers")
    return {
        **{name: row[name] for name in (*kept, "satisfied_by", "confidence", "note")},
        "plan": row["instrument"] if row["instrument"] in plans else None,
        "next_obligation": None if is_agency else above,
        "next_agency": above if is_agency else None,
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
    }


def _parties(row: Mapping[str, Any], agencies: Collection[str]) -> Iterator[dict[str, Any]]:
    for part in ObligationPart:
        for place, code in enumerate(_list(row[part.value]), start=1):
            is_agency = code in agencies
            yield {
                "obligation": row["id"],
                "part": part.value,
                "place": place,
                "agency": code if is_agency else None,
                "agency_group": None if is_agency else code,
            }


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first version of the rule, refused when it does not say what its operator needs."""
    operator, _, other = row["deadline_op"].partition(":")
    names_a_day = Operator(operator).names_a_day
    rule = {
        "obligation": row["id"],
        "version": 1,
        "period_window": row["window"],
        "parts": _list(row["parts"]),
        "series_years": [int(year) for year in _list(row["series_years"])],
        "period_iso": row["period_iso"],
        "wording": row["deadline_text_vi"] or "",
        "operator": operator,
        "month": _number(row["deadline_month"]) if names_a_day else None,
        "day": _number(row["deadline_day"]) if names_a_day else None,
        "year_offset": _number(row["deadline_year_offset"]) or 0,
        "fixed_year": _number(row.get("deadline_year")),
        "days_after": None,
        "counts_working_days": False,
        "with_obligation": other or None,
        "roll": row.get("roll") or Roll.NONE.value,
    }
    period_rule_of(rule)
    require_rule(deadline_rule_of(rule))
    return rule


def _list(cell: str | None) -> list[str]:
    return cell.split("|") if cell else []


def _day(cell: str | None) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _number(cell: str | None) -> int | None:
    return int(cell) if cell else None
