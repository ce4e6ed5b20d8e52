"""P4: the burst of a deadline day: so many submissions a second of 250 cells, all processes on this machine.

python -m tests.benchmarks.deadline_day [PER_SECOND] [SECONDS]

Seven agencies send corrected versions of their half-year data through the gateway, at a steady pace whether or not
the answers keep up. Lost: answered with a receipt and not in the ledger. Doubled: kept more often than answered.
The processor time of each process tells where it goes, also on a machine that others keep busy.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import asyncpg

from deploy.demo.actor import Actor
from deploy.demo.narrator import Narrator
from deploy.demo.receiver import Receiver
from deploy.demo.story import SEVEN, START, Story, prepared_story
from deploy.installation import Installation, find_port_block
from deploy.stack import Stack, running_stack
from kernel.ids import new_id
from tests.benchmarks.baseline import Figure, settle
from tests.benchmarks.submission_intake import as_csv, make_rows

CELLS = 250


async def find_occurrences(story: Story) -> dict[str, str]:
    """Wait until the ledger is open and return each agency's occurrence."""
    found: dict[str, str] = {}
    while len(found) < len(SEVEN):
        rows = await story.actors["HT-SNGV"].list("/v1/occurrences", obligation="OHT-01")
        found = {row["agency"]: row["id"] for row in rows if row["period"] == "2026-S1"}
        await asyncio.sleep(0.2)
    return found


async def send(
    http: aiohttp.ClientSession, actor: Actor, occurrence: str, body: bytes, at: float, seconds: list[float]
) -> None:
    """Send one submission at its time, and again while a service is away; keep how long its receipt took."""
    await asyncio.sleep(max(0.0, at - time.perf_counter()))
    headers = {"Authorization": await actor.authorization(), "Content-Type": "text/csv"}
    headers["Idempotency-Key"] = str(new_id())
    params = {"occurrence": occurrence, "form_version": "1"}
    begun = time.perf_counter()
    status = 503
    while status == 503:
        async with http.post("/v1/submissions", params=params, data=body, headers=headers) as answer:
            status, told = answer.status, await answer.text()
        await asyncio.sleep(0.3 if status == 503 else 0)
    if status != 201:
        raise SystemExit(f"{status} {told[:1000]}")
    seconds.append(time.perf_counter() - begun)


async def cpu_seconds(stack: Stack) -> dict[str, float]:
    """Return the processor time that each process, PostgreSQL for each database, and this one have used so far."""
    spent = {name: used(process.pid) for name, process in stack.processes.items() if process.pid}
    database = await asyncpg.connect(stack.admin_url)
    backends = await database.fetch("select pid, 'postgres for ' || datname as name from pg_stat_activity")
    await database.close()
    for pid, name in backends:
        if name is not None:
            spent[name] = spent.get(name, 0.0) + used(pid)
    return spent | {"this benchmark": used(os.getpid())}


def used(pid: int) -> float:
    """Return the processor time of a process in seconds; none of one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def main(per_second: int, length: int) -> None:
    """Measure and print."""
    cells, count = make_rows(CELLS), per_second * length
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder), port=find_port_block(), sandbox_start=START)
        async with (
            running_stack(installation, durable=False) as stack,
            prepared_story(stack.url, stack.admin_credentials(), Receiver(), Narrator(aloud=False)) as story,
        ):
            occurrences = await find_occurrences(story)
            bodies = [as_csv(cells, number) for number in range(count)]
            seconds: list[float] = []
            before = await cpu_seconds(stack)
            begun = time.perf_counter() + 0.5
            connector = aiohttp.TCPConnector(limit=0)
            async with aiohttp.ClientSession(stack.url, connector=connector) as http, asyncio.TaskGroup() as group:
                for number, body in enumerate(bodies):
                    agency = SEVEN[number % len(SEVEN)]
                    at = begun + number / per_second
                    actor, occurrence = story.actors[agency], occurrences[agency]
                    group.create_task(send(http, actor, occurrence, body, at, seconds))
            took = time.perf_counter() - begun
            spent = {name: one - before.get(name, 0.0) for name, one in (await cpu_seconds(stack)).items()}
            database = await asyncpg.connect(stack.database_url("submissions"))
            kept = await database.fetchval("select count(*) from submission")
            await database.close()
    for name, one in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{name}: {one / count * 1000:.1f} CPU-ms a submission")
    print(f"all of them: {sum(spent.values()) / count * 1000:.1f} CPU-ms a submission")
    seconds.sort()
    p50, p95, worst = (seconds[int(len(seconds) * share)] for share in (0.5, 0.95, 0.999))
    print(f"{count} submissions of {CELLS} cells at {per_second}/s in {took:.1f} s")
    print(f"answered {len(seconds)}, kept {kept}: lost {max(0, count - kept)}, doubled {max(0, kept - count)}")
    print(f"p50 {p50 * 1000:.0f} ms, worst {worst * 1000:.0f} ms")
    settle(
        f"deadline_day_{per_second}_a_second",
        lost_or_doubled=Figure(abs(count - kept), target=0, higher_is_better=False),
        p95_milliseconds=Figure(p95 * 1000, target=500, higher_is_better=False),
    )


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    asyncio.run(main(*given, *(50, 30)[len(given) :]))
