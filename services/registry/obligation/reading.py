"""Lines of the obligations file, turned into the rows that the tables keep."""

from collections.abc import Collection, Iterator
from typing import Any

from services.registry.obligation.deadline_rule import Operator, Roll, require_rule
from services.registry.obligation.duty import deadline_rule_of, period_rule_of
from services.registry.obligation.periods import require_parts
from services.registry.obligation.tables import Binding, ObligationPart
from services.registry.reference import Line, day, listed, number, text
from services.registry.validity import days

FILE = "obligations.csv"


def obligation_of(line: Line, agencies: Collection[str], plans: Collection[str]) -> dict[str, Any]:
    """Return the row of an obligation. What stands above it is an agency, or else another obligation."""
    above = text(line["next_level"])
    is_agency = above in agencies
    return {
        "id": line["id"],
        "instrument": line["instrument"],
        "plan": line["instrument"] if line["instrument"] in plans else None,
        "source_ref": line["source_ref"],
        "subject": line["subject"],
        "form": text(line["form"]),
        "title_vi": line["title_vi"],
        "title_en": line["title_en"],
        "kind": line["kind"],
        "covers": text(line["covers"]),
        "next_obligation": None if is_agency else above,
        "next_agency": above if is_agency else None,
        "satisfied_by": text(line["satisfied_by"]),
        "valid": days(day(line["valid_from"]), day(line["valid_to"])),
        "confidence": text(line["confidence"]),
        "note": text(line["note"]),
        "binding": Binding.MANDATORY.value,
    }


def parties_of(line: Line, agencies: Collection[str]) -> Iterator[dict[str, Any]]:
    """Give the rows of those whom an obligation names. A code that is no agency is a group."""
    for part in ObligationPart:
        for place, code in enumerate(listed(line[part.value]), start=1):
            is_agency = code in agencies
            yield {
                "obligation": line["id"],
                "part": part.value,
                "place": place,
                "agency": code if is_agency else None,
                "agency_group": None if is_agency else code,
            }


def rule_of(line: Line) -> dict[str, Any]:
    """Return the content of the deadline rule, refused when it does not say what its operator needs."""
    operator, _, other = line["deadline_op"].partition(":")
    names_a_day = Operator(operator).names_a_day
    rule = {
        "obligation": line["id"],
        "period_window": line["window"],
        "parts": listed(line["parts"]),
        "series_years": [int(year) for year in listed(line["series_years"])],
        "period_iso": text(line["period_iso"]),
        "wording": line["deadline_text_vi"],
        "operator": operator,
        "month": number(line["deadline_month"]) if names_a_day else None,
        "day": number(line["deadline_day"]) if names_a_day else None,
        "year_offset": number(line["deadline_year_offset"]) or 0,
        "fixed_year": None,
        "days_after": None,
        "counts_working_days": False,
        "with_obligation": text(other),
        "roll": Roll.NONE.value,
    }
    require_parts(period_rule_of(rule))
    require_rule(deadline_rule_of(rule))
    return rule
