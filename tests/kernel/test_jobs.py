"""Jobs: wanted in a transaction, run once, and gone with a rollback."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kernel.database import Database
from kernel.jobs import enqueue, run_jobs


@pytest.fixture
async def database(kernel_url: str) -> AsyncIterator[Database]:
    database = Database(kernel_url)
    yield database
    await database.close()


async def test_a_job_runs_once_and_a_rolled_back_one_never(database: Database, kernel_url: str):
    done: list[int] = []
    finished = asyncio.Event()

    async def note(payload):
        done.append(payload["number"])
        if payload["number"] == 3:
            finished.set()

    async with database.transaction() as session:
        await enqueue(session, "note", {"number": 1}, key="only-once")
        await enqueue(session, "note", {"number": 99}, key="only-once")
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await enqueue(session, "note", {"number": 2})
            raise RuntimeError("rolled back")
    async with database.transaction() as session:
        await enqueue(session, "note", {"number": 3})

    task = asyncio.create_task(run_jobs(kernel_url, {"note": note}))
    await asyncio.wait_for(finished.wait(), 20)
    await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert sorted(done) == [1, 3]
