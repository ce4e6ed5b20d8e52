"""A desk from which a plain thread works with the running service: one room of it for each story."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

import asyncpg
import httpx

from kernel.ids import new_id
from services.submissions.consolidation.staleness import StaleMarker
from services.submissions.registry_schemas import SuccessorAnswer
from services.submissions.worker import stale_marker
from tests.submissions.fake_registry import PLAN_402, a_cycle, an_agency, an_obligation, owed_by
from tests.submissions.service import FIRST_MORNING, READ, REVIEW, WRITE, Service
from tests.submissions.workflow.expected import DUE_ON, LACKING, Figures

REVIEWER, OWNER, MINISTRY, STRANGER = "HT-SNGV", "UBND-P42", "BNG", "HT-SGDDT"
SCOPES = (READ, WRITE, REVIEW, "data:read")
ROOMS_AT_ONCE = 20
PATIENCE = 60
TOKEN_LASTS = 20
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Room:
    """Of one story: the obligations of two departments and of the committee that puts their reports together, and
    the departments with those that may carry them on."""

    below: str
    above: str
    departments: tuple[tuple[str, str], tuple[str, str]]


class Desk:
    """Speaks to the service from a thread beside its event loop."""

    def __init__(self, service: Service, loop: asyncio.AbstractEventLoop) -> None:
        self.service, self._loop = service, loop
        self._marker: StaleMarker = stale_marker(service.app.state.runtime, service.app.state.parts)
        self._connection: asyncpg.Connection | None = None
        self._rooms: list[Room] = []
        self._opened = 0
        self._headers: dict[tuple[str, str | None], tuple[float, dict[str, str]]] = {}

    def wait(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Have the event loop do something, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def at(self, days: int) -> date:
        """Put the clock at a morning, and say which day it is."""
        self.service.at(FIRST_MORNING + timedelta(days=days))
        return (FIRST_MORNING + timedelta(days=days)).date()

    def next_room(self) -> Room:
        """Return obligations and departments that no story has used."""
        if not self._rooms:
            self.wait(self._open_rooms())
        return self._rooms.pop()

    def occurrences(self, obligation: str) -> dict[str, str]:
        """Return the reports that are owed by who owes them."""
        query = (
            "select o.agency, o.id::text from occurrence o join cycle c on c.id = o.cycle_id"
            " where c.obligation = $1"
        )
        return {row["agency"]: row["id"] for row in self.sql(query, obligation)}

    def sql(self, query: str, *values: Any) -> list[Any]:
        """Ask the database directly."""
        return self.wait(self._fetch(query, *values))

    async def _fetch(self, query: str, *values: Any) -> list[Any]:
        if self._connection is None:
            self._connection = await asyncpg.connect(self.service.url)
        return list(await self._connection.fetch(query, *values))

    async def leave(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            await self._connection.close()

    def headers(self, agency: str, client: str | None = None) -> dict[str, str]:
        """Return the headers of an agency's system; signing a token for each call would take long."""
        signed, headers = self._headers.get((agency, client), (0.0, {}))
        if time.monotonic() - signed > TOKEN_LASTS:
            headers = self.service.caller(agency, scopes=SCOPES, client=client)
            self._headers[agency, client] = time.monotonic(), headers
        return headers

    def get(self, path: str, agency: str, **params: Any) -> httpx.Response:
        return self.wait(self.service.http.get(path, params=params or None, headers=self.headers(agency)))

    def read(self, path: str, agency: str, **params: Any) -> Any:
        answer = self.get(path, agency, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, agency: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.wait(self.posting(path, agency, body, **more))

    async def posting(
        self, path: str, agency: str, body: Any = None, *, client: str | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = dict(self.headers(agency, client))
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.service.http.post(path, json=body, headers=headers)

    def at_once(self, *works: Coroutine[Any, Any, httpx.Response]) -> list[httpx.Response]:
        """Do several things at the same time."""

        async def together() -> list[httpx.Response]:
            return list(await asyncio.gather(*works))

        return self.wait(together())

    def change(self, method: str, path: str, agency: str, body: Any) -> httpx.Response:
        """Change what has a version, as somebody who has just read it."""
        return self.wait(self.changing(method, path, agency, body))

    async def changing(self, method: str, path: str, agency: str, body: Any) -> httpx.Response:
        headers = self.headers(agency)
        etag = (await self.service.http.get(path, headers=headers)).headers.get("etag", '"nothing"')
        return await self.service.http.request(method, path, json=body, headers={**headers, "If-Match": etag})

    def put_evidence(self, receipt: str) -> httpx.Response:
        return self.wait(
            self.service.http.put(
                f"/v1/paper-receipts/{receipt}/evidence",
                params={"name": "cong-van.pdf"},
                content=b"%PDF-1.7 " + receipt.encode(),
                headers={**self.headers(REVIEWER), "Content-Type": "application/pdf"},
            )
        )

    def seal(self) -> None:
        self.wait(self.service.seal())

    def mark_stale(self) -> None:
        """Let the worker look for wholes that became stale."""
        self.seal()
        self.wait(self._marker.mark())

    def merge(self, agency: str, heir: str, today: date) -> None:
        """Let an agency end, and another carry it on from today."""
        registry = self.service.registry
        carried_on = (SuccessorAnswer(agency=heir, kind="merge", effective_on=today),)
        ended = an_agency(agency, valid_to=today - timedelta(days=1), successors=carried_on)
        registry.agencies = [ended if one.id == agency else one for one in registry.agencies]
        self.wait(self.service.follow())

    async def _open_rooms(self) -> None:
        self.service.at(FIRST_MORNING)
        registry = self.service.registry
        for _ in range(ROOMS_AT_ONCE):
            self._opened += 1
            n = f"{self._opened:04}"
            room = Room(f"OW-{n}", f"OX-{n}", ((f"W{n}-A", f"W{n}-A2"), (f"W{n}-B", f"W{n}-B2")))
            registry.agencies += [an_agency(one) for pair in room.departments for one in pair]
            national = {"plan": PLAN_402, "instrument": PLAN_402, "steward": MINISTRY, "next_level": None}
            registry.obligations += [
                an_obligation(room.below, next_level=room.above),
                an_obligation(room.above, recipients=(MINISTRY,), **national),
            ]
            half = (date(2026, 1, 1), date(2026, 6, 30))
            line = {"recipients": (MINISTRY,), "next_level": (), "reporters": owed_by(OWNER)}
            departments = owed_by(*(agency for agency, _ in room.departments))
            registry.schedule += [
                a_cycle(room.below, "2026-S1", *half, due_on=DUE_ON, reporters=departments),
                a_cycle(room.above, "2026-S1", *half, due_on=date(2026, 7, 10), **line),
            ]
            self._rooms.append(room)
        await self.service.follow()
        await self.service.roll()


def a_key() -> str:
    """Return an idempotency key that nobody used."""
    return str(new_id())


def content_of(figures: Figures, *, nil: bool = False) -> dict[str, Any]:
    """Return what a report says."""
    return {"observations": [cell(*one) for one in figures.items()], "nil": ["*"] if nil else []}


def cell(country: str, value: int | None) -> dict[str, Any]:
    """Return one figure."""
    dimensions = {"sex": "female", "age_group": "unknown", "partner_country": country, "skill_level": "unknown"}
    said = {"value": value} if value is not None else {"status": "not_available", "reason": LACKING}
    return {"indicator": "LABOUR.OUT.FLOW", "dimensions": dimensions, **said}


def figures_in(cells: list[dict[str, Any]]) -> Figures:
    """Return figures by partner country, as the expected ones stand."""
    return {one["dimensions"]["partner_country"]: one["value"] for one in cells}
