"""The log: written with the change, sealed without gaps, told to those who may know, and unchangeable."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from kernel.clock import real_now
from kernel.database import Database
from kernel.events import EventLog, NewEvent, Sealer, begin_new_epoch, verify_chain
from kernel.feed import FeedFollower
from kernel.http import ServiceClient
from kernel.jose import SigningKey
from tests.support import bearer, internal_token, seal_all, service_token


@pytest.fixture
async def database(kernel_url: str) -> AsyncIterator[Database]:
    database = Database(kernel_url)
    yield database
    await database.close()


async def _append(database: Database, *subjects: str) -> None:
    async with database.transaction() as session:
        await EventLog(session, real_now).append(*(NewEvent("thing.done", s, {"thing": s}) for s in subjects))


async def _seal(database: Database) -> None:
    while await Sealer(database).seal():
        pass


async def _positions(database: Database) -> list[int]:
    async with database.transaction() as session:
        rows = await session.execute(sa.text("select position from event where position is not null order by 1"))
        return list(rows.scalars())


async def test_positions_have_no_gaps_and_an_open_transaction_holds_back_what_came_after(database: Database):
    async with database.transaction() as slow:
        await EventLog(slow, real_now).append(NewEvent("thing.done", "slow", {}))
        await _append(database, "fast")
        await _seal(database)
        held = await _positions(database)
    await seal_all(database)

    positions = await _positions(database)
    assert len(positions) == len(held) + 2
    assert positions == list(range(1, len(positions) + 1))


async def test_two_sealers_at_once_give_each_event_one_position(database: Database):
    for _ in range(5):
        await _append(database, *(f"race-{n}" for n in range(50)))

    await asyncio.gather(*(_seal(database) for _ in range(4)))
    await seal_all(database)

    positions = await _positions(database)
    assert positions == list(range(1, len(positions) + 1))


@pytest.mark.parametrize(
    "change",
    ["update event set type = 'other'", "delete from event", "truncate event"],
)
async def test_the_database_refuses_to_change_an_event(database: Database, change: str):
    await _append(database, "kept")

    with pytest.raises(DBAPIError, match=r"never changed|only sealed"):
        async with database.transaction() as session:
            await session.execute(sa.text(change))


async def test_a_changed_event_shows_in_the_chain(database: Database):
    await _append(database, "a", "b", "c")
    await seal_all(database)
    last = (await _positions(database))[-1]
    async with database.transaction() as session:
        assert await verify_chain(session, 1, last) is None
        await session.execute(sa.text("alter table event disable trigger event_sealed_only"))
        await session.execute(sa.text("update event set reason = 'forged' where position = :p"), {"p": last - 1})
        await session.execute(sa.text("alter table event enable trigger event_sealed_only"))

        assert await verify_chain(session, 1, last) == last - 1
        await session.rollback()


async def test_the_feed_takes_services_only(client: httpx.AsyncClient, keys_dir: Path):
    person = bearer(internal_token(keys_dir, "registry", scopes=["admin"]))
    stranger = bearer(service_token(keys_dir, "notifications", "registry"))
    reader = bearer(service_token(keys_dir, "submissions", "registry"))

    answers = [await client.get("/internal/feed", headers=h) for h in ({}, person, stranger, reader)]

    assert [a.status_code for a in answers] == [401, 401, 401, 200]


class Collecting:
    """Remembers the subjects it was given."""

    def __init__(self) -> None:
        self.subjects: list[str] = []

    async def prepare(self, events):
        return None

    async def apply(self, session, events, prepared) -> None:
        self.subjects += [event["subject"] for event in events]


async def test_a_follower_reads_each_event_once_and_begins_again_after_a_restore(
    app: FastAPI, client: httpx.AsyncClient, database: Database, keys_dir: Path
):
    await _append(database, "followed")
    await seal_all(database)
    signer = SigningKey.load(keys_dir / "service-submissions.pem")
    transport = httpx.ASGITransport(app)
    async with ServiceClient(
        "http://registry", caller="submissions", audience="registry", signer=signer, transport=transport
    ) as registry:
        handler = Collecting()
        follower = FeedFollower("registry", registry, database, handler)
        while await follower.step():
            pass
        read_once = list(handler.subjects)
        async with database.transaction() as session:
            await begin_new_epoch(session)
        while await follower.step():
            pass

    assert read_once.count("followed") == 1
    assert handler.subjects == read_once + read_once


async def test_the_sandbox_clock_moves_only_by_the_gateway(
    app: FastAPI, client: httpx.AsyncClient, keys_dir: Path
):
    body = {"offset_seconds": 86400 * 3}
    stranger = bearer(service_token(keys_dir, "submissions", "registry"))
    gateway = bearer(service_token(keys_dir, "gateway", "registry"))

    refused = await client.put("/internal/clock", json=body, headers=stranger)
    moved = await client.put("/internal/clock", json=body, headers=gateway)
    await asyncio.sleep(0.5)

    assert (refused.status_code, moved.status_code) == (401, 200)
    assert abs(app.state.runtime.clock() - real_now() - timedelta(days=3)) < timedelta(seconds=1)
