"""The worker: its loops go on while registry is silent, and catch up when it speaks."""

import asyncio

from kernel.web import readiness
from kernel.worker import run_loops
from services.submissions.worker import work


async def run_for(runtime, seconds):
    async with work(runtime) as loops:
        names = [loop.name for loop in loops]
        task = asyncio.create_task(run_loops(loops))
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return names


async def test_events_are_sealed_while_registry_is_silent(service):
    runtime = service.app.state.runtime
    runtime.settings.registry_url = "http://127.0.0.1:9"
    unsealed = await service.sql("select count(*) from event where position is null")
    names = await run_for(runtime, 1.5)
    sealed = await service.sql("select count(*) as n, max(position) as last from event where position is not null")
    left = await service.sql("select count(*) from event where position is null")

    assert {"seal", "registry_feed", "first_copy", "horizon", "forget_keys"} <= set(names)
    assert unsealed[0]["count"] > 0
    assert left[0]["count"] == 0
    assert sealed[0]["n"] == sealed[0]["last"]


async def test_the_worker_is_ready_once_the_ledger_is_rolled(service):
    runtime = service.app.state.runtime
    await service.sql("update horizon set rolled_on = null")
    async with work(runtime):
        before = await readiness(runtime)
        assert await service.roll()
        after = await readiness(runtime)

    assert (before.status_code, b"ledger_not_rolled" in before.body) == (503, True)
    assert after.status_code == 200
