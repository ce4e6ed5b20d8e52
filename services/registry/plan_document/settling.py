"""What is settled about the plan of a document before a person looks: code, province, steward, plan above, days.

A person may have said some of it with the upload; the rest is read off the items. Everything can be corrected.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.plan_document.codes import suggest_code
from services.registry.plan_document.contents import certain
from services.registry.plan_document.dictionary import number_key
from services.registry.plan_document.tables import ItemKind

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person said beside the file."""

    province: str | None = None
    steward: str | None = None
    derives_from: str | None = None


NOTHING_SAID = Hints()


def settle(
    hints: Any, parts: Sequence[dict[str, Any]], items: Sequence[Item], part: int | None, registered: Sequence[Any]
) -> dict[str, Any]:
    """Return what is settled about the plan; cited instruments that are registered are named in the items."""
    for item in items:
        if item["kind"] == ItemKind.INSTRUMENT:
            _name_bases(item["content"], registered)
    if part is None:
        return {}
    own = [item for item in items if item["part"] == part]
    facts = next(item["content"] for item in own if item["kind"] == ItemKind.INSTRUMENT)
    province = hints.province or parts[part]["province"]
    issued_on = certain(facts["issued_on"])
    known = _itself(facts, registered)
    code = known.id if known else suggest_code(facts["doc_type"], facts["number"], issued_on, province)
    return {
        "code": code,
        "province": province,
        "steward": hints.steward or _likely_steward(own, facts),
        "derives_from": hints.derives_from or _plan_above(facts, registered, code),
        "valid_from": issued_on or day_of(facts),
        "valid_to": _last_day(own),
    }


def day_of(facts: dict[str, Any]) -> date | None:
    """Return the day on which the names of an instrument hold: of issue, else the latest that it cites."""
    cited = (certain(one["issued_on"]) for one in facts["based_on"])
    return certain(facts["issued_on"]) or max((day for day in cited if day), default=None)


def _name_bases(facts: dict[str, Any], registered: Sequence[Any]) -> None:
    for cited in facts["based_on"]:
        found = [one for one in registered if _is(one, cited)]
        if len(found) == 1:
            cited["instrument"] = found[0].id


def _is(one: Any, cited: dict[str, Any]) -> bool:
    day = certain(cited["issued_on"])
    if cited["number"] is None:
        return one.number is None and one.doc_type == cited["doc_type"] and one.issued_on == day
    same_day = day is None or one.issued_on is None or day == one.issued_on
    return number_key(one.number) == number_key(cited["number"]) and same_day


def _itself(facts: dict[str, Any], registered: Sequence[Any]) -> Any:
    """Return the document's own instrument where it is registered: the same number of the same issuer."""
    issuer = (facts["issuer"] or {}).get("code")
    found = [one for one in registered if facts["number"] and one.issuer == issuer and _is(one, facts)]
    return found[0] if len(found) == 1 else None


def _plan_above(facts: dict[str, Any], registered: Sequence[Any], code: str | None) -> str | None:
    plans = {one.id for one in registered if one.is_plan and one.id != code}
    return next((one["instrument"] for one in facts["based_on"] if one["instrument"] in plans), None)


def _likely_steward(items: Iterable[Item], facts: dict[str, Any]) -> str | None:
    """Return the agency to which most reports of the plan go, else the issuer."""
    received = Counter(
        name["code"]
        for item in items
        if item["kind"] == ItemKind.OBLIGATION
        for name in item["content"]["recipients"]
        if name["code"] and not name["code"].startswith("G-")
    )
    best = received.most_common(1)
    return best[0][0] if best else (facts["issuer"] or {}).get("code")


def _last_day(items: Iterable[Item]) -> date | None:
    ends = [item["content"]["timeframe"]["ends_in"] for item in items if item["kind"] == ItemKind.TASK]
    last = max((year for year in ends if year), default=None)
    return date(last, 12, 31) if last else None
