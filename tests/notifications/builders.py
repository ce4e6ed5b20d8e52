"""Builders for tests of notifications: events as submissions tells them, and the worker's parts by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from aiohttp import web
from sqlalchemy import text

from kernel.clock import VIETNAM, end_of_day, in_vietnam
from kernel.database import Database
from kernel.ids import new_id
from services.notifications.occurrence.service import SubmissionsFollower
from services.notifications.reminder.service import ReminderService

PUBLIC_URL = "https://gcm.example.vn"
SEVEN = ("HT-STP", "HT-SGDDT", "HT-SNV", "HT-STC", "HT-SKHCN", "HT-CAT", "HT-BCHBP")
SIX = tuple(agency for agency in SEVEN if agency != "HT-SNV")
SPACE = UUID("0198c1f2-0000-7000-8000-000000000000")


def vn(written: str) -> datetime:
    """Return an instant written as people in Viet Nam would."""
    return datetime.fromisoformat(written).replace(tzinfo=VIETNAM).astimezone(UTC)


def due(day: str | None) -> dict[str, Any]:
    """Return the three dates of an occurrence that is due on a day."""
    if day is None:
        return {"due_on": None, "due_at": None, "overdue_after": None}
    end = in_vietnam(end_of_day(date.fromisoformat(day)))
    return {"due_on": day, "due_at": end, "overdue_after": end}


def an_occurrence(agency: str = "HT-STP", **changes: Any) -> dict[str, Any]:
    """Return what an event about an occurrence carries; its id follows from what it is."""
    data = {
        "obligation": "OHT-01",
        "plan": "KH-167-HATINH",
        "form": "migration-data",
        "period": "2026-S1",
        "agency": agency,
        "recipients": ["HT-SNGV"],
        "via": None,
        "next_level": ["UBND-P42"],
        "steward": "BNG",
        **due("2026-07-04"),
        "title_vi": "Số liệu di cư 6 tháng",
        "title_en": "Six-monthly migration data",
        "history": False,
    } | changes
    cycle = uuid5(SPACE, f"{data['obligation']}/{data['period']}")
    occurrence = uuid5(cycle, data["agency"])
    return {
        "occurrence": str(occurrence),
        "cycle": str(cycle),
        "link": f"{PUBLIC_URL}/v1/occurrences/{occurrence}",
        **data,
    }


def an_event(kind: str, data: dict[str, Any], at: str = "2026-01-05T09:00") -> dict[str, Any]:
    """Return a CloudEvent of submissions' feed."""
    line = [data["agency"], *data["recipients"], *data["next_level"], data["steward"]]
    return {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "/submissions",
        "type": kind,
        "subject": data["occurrence"],
        "time": in_vietnam(vn(at)),
        "datacontenttype": "application/json",
        "data": {**data, "audience": line},
    }


def scheduled(agencies: Iterable[str] = SEVEN, **changes: Any) -> list[dict[str, Any]]:
    """Return the events by which a cycle's occurrences come to be."""
    return [an_event("occurrence.scheduled", an_occurrence(agency, **changes)) for agency in agencies]


def submitted(data: dict[str, Any], version: int = 1, **changes: Any) -> dict[str, Any]:
    """Return the event that a submission came."""
    submission = str(uuid5(UUID(data["occurrence"]), f"version {version}"))
    facts = {"submission": submission, "version": version, "state": "submitted", "punctuality": "on_time"}
    return an_event("submission.received", {**data, **facts, **changes})


def returned(data: dict[str, Any], correction_due: str | None, version: int = 1) -> dict[str, Any]:
    """Return the event that a submission was returned."""
    submission = str(uuid5(UUID(data["occurrence"]), f"version {version}"))
    until = in_vietnam(end_of_day(date.fromisoformat(correction_due))) if correction_due else None
    facts = {"submission": submission, "version": version, "state": "returned", "reason_code": "figures_wrong"}
    return an_event("submission.returned", {**data, **facts, "correction_due_at": until})


async def follow(database: Database, events: list[dict[str, Any]], now: datetime) -> None:
    """Handle a batch as the follower of submissions' feed does."""
    handler = SubmissionsFollower(lambda: now)
    prepared = await handler.prepare(events)
    async with database.transaction() as session:
        await handler.apply(session, events, prepared)


async def fire(database: Database, now: datetime, limit: int = 1000) -> int:
    """Fire everything that is due, as one worker does."""
    settled = 0
    while True:
        async with database.transaction() as session:
            batch = await ReminderService(session, PUBLIC_URL).fire_due(now, limit)
        settled += batch
        if not batch:
            return settled


@dataclass(frozen=True)
class Told:
    """One deadline event, as tests compare it."""

    type: str
    audience: tuple[str, ...]
    data: dict[str, Any]


async def told(database: Database, kind: str = "deadline.%") -> list[Told]:
    """Return the deadline events that were published, in the order of their audience."""
    rows = await query(
        database, "select type, audience, data from event where type like :kind order by audience, type", kind=kind
    )
    return [Told(row.type, tuple(row.audience), row.data) for row in rows]


async def heard(database: Database) -> dict[tuple[str, str], int]:
    """Return how often each agency was told each type of deadline event."""
    counts: dict[tuple[str, str], int] = {}
    for one in await told(database):
        for agency in one.audience:
            counts[agency, one.type] = counts.get((agency, one.type), 0) + 1
    return counts


async def query(database: Database, statement: str, **values: Any) -> list[Any]:
    """Return the rows of a statement."""
    async with database.transaction() as session:
        return list((await session.execute(text(statement), values)).all())


# -- a receiver as an agency would run it --------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


Answering = Callable[[web.Request], Any]


@dataclass
class Receiver:
    """Listens on a port of this machine; what it answers is set per path."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def of(self, path: str) -> list[Received]:
        return [one for one in self.received if one.path == path]

    async def take(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        at = asyncio.get_running_loop().time()
        self.received.append(Received(request.path, headers, await request.read(), at))
        answer = self.answers.get(request.path)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer is None:
            return web.Response(status=204)
        return await answer(request) if callable(answer) else web.Response(**answer)


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    """Run a receiver on a free port."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def until(condition: Callable[[], Any], seconds: float = 10) -> None:
    """Wait until something is true, or fail."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        met = condition()
        if asyncio.iscoroutine(met):
            met = await met
        if met:
            return
        assert asyncio.get_running_loop().time() < end, "it never came true"
        await asyncio.sleep(0.02)


def days(number: float) -> timedelta:
    return timedelta(days=number)
