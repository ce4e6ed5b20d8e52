"""A whole installation put back from its backup: followers read their feeds again, and nothing is doubled."""

import asyncio
import time

import asyncpg
import pytest

from deploy.backup import backup, restore
from deploy.installation import Installation, find_port_block
from deploy.services import NAMES
from deploy.stack import Stack, running_stack

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

CURSORS = "select source, cursor from feed_cursor order by source"
LEDGER = """select (select count(*) from cycle), (select count(*) from occurrence),
(select count(*) from event where type like 'occurrence.%')"""


async def fetch(stack: Stack, service: str, statement: str) -> list[tuple]:
    connection = await asyncpg.connect(stack.database_url(service))
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def ends_of_logs(stack: Stack) -> dict[str, str]:
    """Return the cursor at which a follower has read everything, by the name of the source."""
    ends = {}
    for source in ("registry", "submissions"):
        last = "select epoch || ':' || coalesce((select max(position) from event), 0) from log_epoch"
        ends[source] = (await fetch(stack, source, last))[0][0]
    return ends


async def wait_until_all_is_read(stack: Stack) -> dict[str, str]:
    """Wait until nothing is unsealed and every follower stands at the end of its source."""
    until = time.monotonic() + 120
    while True:
        ends = await ends_of_logs(stack)
        cursors = [pair for name in NAMES for pair in await fetch(stack, name, CURSORS)]
        unsealed = [
            await fetch(stack, name, "select 1 from event where position is null limit 1") for name in NAMES
        ]
        if len(cursors) >= 3 and all(ends[source] == at for source, at in cursors) and not any(unsealed):
            return ends
        assert time.monotonic() < until, (ends, cursors)
        await asyncio.sleep(0.5)


async def settled_ledger(stack: Stack) -> tuple[dict[str, str], list[tuple]]:
    """Wait until the cycles of the horizon are open and told, and nothing moves any more."""
    before: list[tuple] = []
    for _ in range(60):
        ends = await wait_until_all_is_read(stack)
        ledger = await fetch(stack, "submissions", LEDGER)
        if ledger == before and ledger[0][1] > 0:
            return ends, ledger
        before = ledger
        await asyncio.sleep(3)
    raise AssertionError(before)


async def test_after_a_restore_every_follower_reads_again_and_nothing_is_doubled(admin_url, folder, tmp_path):
    installation = Installation(folder, port=find_port_block())
    async with running_stack(installation, admin_url=admin_url) as stack:
        ends, ledger = await settled_ledger(stack)
        file = await backup({name: stack.database_url(name) for name in NAMES}, tmp_path / "all.tar")

    await restore(file, admin_url, installation)

    async with running_stack(installation, admin_url=admin_url) as stack:
        ends_after, ledger_after = await settled_ledger(stack)

    assert all(ends_after[source] != ends[source] for source in ends)
    assert ledger_after == ledger
