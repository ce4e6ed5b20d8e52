"""How tests of consolidations speak to the doors: departments, province, ministry."""

from datetime import date
from typing import Any

import httpx

from services.submissions.worker import stale_marker
from tests.submissions.fake_registry import PLAN_402, a_cycle, an_obligation, owed_by
from tests.submissions.service import READ, REVIEW, WRITE, Service, a_report

HALF = (date(2026, 1, 1), date(2026, 6, 30))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
JAPAN = {"sex": "female", "age_group": "unknown", "partner_country": "JP", "skill_level": "unknown"}


async def open_cascade(service: Service) -> None:
    """Add the province's half-year report and the ministry's yearly one to what is owed."""
    national = {"plan": PLAN_402, "instrument": PLAN_402, "steward": "BNG"}
    service.registry.obligations += [
        an_obligation("O402-03", form=None, recipients=("TTG",), next_level=None, **national)
    ]
    to_ministry = {"recipients": ("BNG",), "next_level": ("BNG",)}
    to_premier = {"recipients": ("TTG",), "next_level": ()}
    service.registry.schedule += [
        a_cycle(
            "O402-01",
            "2026-S1",
            *HALF,
            due_on=date(2026, 7, 10),
            reporters=owed_by("UBND-P42", "BCA"),
            **to_ministry,
        ),
        a_cycle("O402-03", "2026", *YEAR, reporters=owed_by("BNG"), opens_on=None, **to_premier),
    ]
    await service.follow()
    await service.roll()


async def report(service: Service, agency: str, value: Any = None, **changes: Any) -> dict[str, Any]:
    """Send a half-year report of a department."""
    body = a_report(agency, **({"value": value} if value is not None else {}), **changes)
    answer = await service.http.post("/v1/submissions", json=body, headers=service.caller(agency))
    assert answer.status_code == 201, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


async def accept(service: Service, submission: str, by: str = "HT-SNGV") -> None:
    """Accept a version."""
    answer = await service.http.post(f"/v1/submissions/{submission}/accept", headers=service.caller(by))
    assert answer.status_code == 200, answer.text


async def accepted(service: Service, agency: str, value: Any = None, **changes: Any) -> dict[str, Any]:
    """Send a report and have it accepted."""
    sent = await report(service, agency, value, **changes)
    await accept(service, sent["id"])
    return sent


def a_cell(value: Any = None, country: str = "JP", **changes: Any) -> dict[str, Any]:
    """Return one figure of a report or draft."""
    given = {} if value is None else {"value": value}
    return {
        "indicator": "LABOUR.OUT.FLOW",
        "dimensions": {**JAPAN, "partner_country": country},
        **given,
        **changes,
    }


class Whole:
    """One report upward as its owner works on it."""

    def __init__(self, service: Service, owed: dict[str, Any], owner: str) -> None:
        self.service, self.owed, self.owner = service, owed, owner
        self.door = f"/v1/occurrences/{owed['id']}/consolidation"

    async def build(self, **body: Any) -> httpx.Response:
        """Build anew."""
        return await self.service.http.post(self.door, json=body or None, headers=self.service.caller(self.owner))

    async def send(self, body: str, path: str = "") -> httpx.Response:
        """Send a body as it is."""
        headers = {**self.service.caller(self.owner), "Content-Type": "application/json"}
        return await self.service.http.post(self.door + path, content=body, headers=headers)

    async def read(
        self, path: str = "", by: str | None = None, *, may_read: bool = False, **params: Any
    ) -> httpx.Response:
        """Read one of its doors, with or without the scope for confidential figures."""
        scopes = (READ, WRITE, REVIEW, *(["data:confidential"] if may_read else []))
        headers = self.service.caller(by or self.owner, scopes=scopes)
        return await self.service.http.get(self.door + path, params=params, headers=headers)

    async def items(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return what a list has."""
        answer = await self.read(path, **params)
        assert answer.status_code == 200, answer.text
        listed: list[dict[str, Any]] = answer.json()["items"]
        return listed

    async def adjust(self, amount: Any = -2, **changes: Any) -> httpx.Response:
        """Add a signed line."""
        body = {"indicator": "LABOUR.OUT.FLOW", "dimensions": JAPAN, "amount": amount, "reason": "Tính hai lần."}
        return await self.service.http.post(
            f"{self.door}/adjustments", json={**body, **changes}, headers=self.service.caller(self.owner)
        )

    @property
    def draft_door(self) -> str:
        """Where its draft is."""
        return f"/v1/occurrences/{self.owed['id']}/draft"

    async def draft(self) -> dict[str, Any]:
        """Return its draft."""
        answer = await self.service.http.get(self.draft_door, headers=self.service.caller(self.owner))
        content: dict[str, Any] = answer.json()["content"]
        return content

    async def change_draft(self, **change: Any) -> httpx.Response:
        """Change its draft by hand."""
        headers = self.service.caller(self.owner)
        etag = (await self.service.http.get(self.draft_door, headers=headers)).headers["etag"]
        return await self.service.http.put(self.draft_door, json=change, headers={**headers, "If-Match": etag})

    async def submit(self) -> httpx.Response:
        """Submit its draft."""
        return await self.service.http.post(f"{self.draft_door}/submit", headers=self.service.caller(self.owner))

    async def submit_anew(self) -> httpx.Response:
        """Build without those who are missing, and submit."""
        await self.build(missing="go_on", reason="Phải trình đúng hạn.", replace_draft=True)
        return await self.submit()


async def the_whole(service: Service, owner: str, obligation: str, period: str) -> Whole:
    """Return a report upward."""
    return Whole(service, await service.occurrence(obligation, period, owner), owner)


async def mark_stale(service: Service) -> bool:
    """Let the worker look once for builds that became stale."""
    await service.seal()
    return await stale_marker(service.app.state.runtime, service.app.state.parts).mark()
