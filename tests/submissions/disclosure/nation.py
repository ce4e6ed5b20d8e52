"""A national report of victims: five agencies report to the ministry, for the half year."""

from datetime import date, datetime
from typing import Any

import httpx

from kernel.clock import VIETNAM
from tests.submissions.consolidation.cascade import accept
from tests.submissions.fake_registry import PLAN_402, a_cycle, an_agency, an_obligation, owed_by
from tests.submissions.service import READ, REVIEW, WRITE, Service

DATA, CONFIDENTIAL = "data:read", "data:confidential"
HALF = (date(2026, 1, 1), date(2026, 6, 30))
REPORTERS = ("UBND-P01", "UBND-P31", "UBND-P42", "UBND-P92", "BCA")
VICTIMS = "TRAFFICKING.IN.FLOW"


def on(day: int, hour: int = 9) -> datetime:
    """Return an instant of July."""
    return datetime(2026, 7, day, hour, tzinfo=VIETNAM)


async def open_nation(service: Service, reporters: tuple[str, ...] = REPORTERS) -> None:
    """Add the national half-year report to what is owed."""
    duty = {"plan": PLAN_402, "instrument": PLAN_402, "steward": "BNG", "recipients": ("BNG",), "next_level": None}
    registry = service.registry
    registry.obligations = [one for one in registry.obligations if one.id != "O402-01"]
    registry.obligations.append(an_obligation("O402-01", **duty))
    known = {one.id for one in registry.agencies}
    registry.agencies += [an_agency(one) for one in reporters if one not in known]
    line = {"recipients": ("BNG",), "next_level": (), "due_on": date(2026, 7, 10)}
    registry.schedule += [a_cycle("O402-01", "2026-S1", *HALF, reporters=owed_by(*reporters), **line)]
    await service.follow()
    await service.roll()


def victims(value: Any = None, sex: str = "female", country: str = "CN", **changes: Any) -> dict[str, Any]:
    """Return one figure of victims."""
    codes = {"sex": sex, "age_group": "adult", "partner_country": country, "purpose_of_exploitation": "sexual"}
    given = {} if value is None else {"value": value}
    return {"indicator": VICTIMS, "dimensions": codes, **given, **changes}


async def sent(service: Service, agency: str, *cells: dict[str, Any], period: str = "2026-S1") -> dict[str, Any]:
    """Send a report."""
    body = {"obligation": "O402-01", "period": period, "agency": agency, "observations": list(cells)}
    answer = await service.http.post("/v1/submissions", json=body, headers=service.caller(agency))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def accepted(service: Service, agency: str, *cells: dict[str, Any]) -> dict[str, Any]:
    """Send a report and have it accepted."""
    report = await sent(service, agency, *cells)
    await accept(service, report["id"], by="BNG")
    return report


async def ask(service: Service, *, by: str = "BNG", may_read: bool = False, **params: Any) -> httpx.Response:
    """Ask for figures, with or without the scope for confidential ones."""
    scopes = (READ, WRITE, REVIEW, DATA, *([CONFIDENTIAL] if may_read else []))
    asked = {"form": "migration-data", "indicator": VICTIMS, **params}
    return await service.http.get("/v1/data", params=asked, headers=service.caller(by, scopes=scopes))


async def figures(service: Service, *names: str, **params: Any) -> dict[Any, Any]:
    """Return values by their codes; a suppressed one is the word."""
    asked = {"group_by": ",".join(names)} if names else {}
    answer = await ask(service, **asked, **params)
    assert answer.status_code == 200, answer.text
    found = {}
    for item in answer.json()["items"]:
        codes = {**item, **item["dimensions"]}
        key = tuple(codes[name] for name in (names or ("agency", "sex", "partner_country")))
        found[key if len(key) != 1 else key[0]] = "suppressed" if item["status"] == "suppressed" else item["value"]
    return found
