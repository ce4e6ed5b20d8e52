"""A CSV of many rows from the first byte to the stored submission: seconds, and the memory of all on its way.

python -m tests.benchmarks.large_intake [ROWS]

A stack of its own, real HTTP through the gateway, a form whose code lists have room for so many figures. The file
is written on the way and never in memory here either. Memory is what a process holds at its peak beyond what it
held idle, and must not grow with the file. Seconds are compared with a bare COPY of the same rows.
"""

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg

from deploy.demo.actor import Actor
from deploy.demo.narrator import Narrator
from deploy.demo.receiver import Receiver
from deploy.demo.scenario import duty
from deploy.demo.story import START, prepared_story
from deploy.installation import Installation, find_port_block
from deploy.stack import Stack, running_stack
from services.submissions.form.definition import FormDefinition
from tests.benchmarks.baseline import Figure, settle

PROCESSES = ("gateway", "submissions", "submissions-worker")
SLOTS = ("a", "b", "c")
CODES = [f"C{number:03d}" for number in range(200)]
"""Of each of three dimensions: room for eight million figures."""
WARM = 2_000
BATCH = 5_000
LONGEST = 1800.0
SMALL = 1.0
"""Megabytes below which a process is said not to have grown."""

Row = tuple[str, str, str, str, int]


def make_form() -> FormDefinition:
    """Return a form with one indicator over three long code lists."""
    words = {"title_vi": "Lớn", "title_en": "Large"}
    codes = [{"code": code, **words} for code in (*CODES, "unknown")]
    return FormDefinition.model_validate(
        {
            **words,
            "id": "large",
            "version": 1,
            "state": "published",
            "notice_vi": "Để đo.",
            "notice_en": "To measure.",
            "sources": [],
            "applies_from": "2020-01-01",
            "dimensions": [{"code": slot, **words, "source": "none", "codes": codes} for slot in SLOTS],
            "tables": [
                {
                    **words,
                    "code": "T",
                    "confidentiality": "aggregate_open",
                    "origin": "measured",
                    "source_refs": "none",
                    "indicative_holders": [],
                    "indicators": [
                        {
                            **words,
                            "code": "T.OUT.FLOW",
                            "direction": "OUT",
                            "measure": "FLOW",
                            "roll_up": {"across_agencies": "sum", "across_time": "sum"},
                            "dimensions": [{"dimension": slot, "required": True} for slot in SLOTS],
                        }
                    ],
                }
            ],
        },
        strict=False,
    )


async def bind_form(url: str, cycle: str) -> None:
    """Let the cycle use the form: as if a steward had published it for the period."""
    form = make_form()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "insert into form_version (form, version, state, title_vi, title_en, applies_from, sha256,"
            " definition, loaded_at, published_at, revision)"
            " values ($1, 1, 'published', 'L', 'L', $2, 'x', $3, now(), now(), 1)",
            form.id,
            form.applies_from,
            form.model_dump_json(),
        )
        await connection.execute(
            "update cycle set form = $1, form_version = 1 where id = $2::uuid", form.id, cycle
        )
    finally:
        await connection.close()


def make_rows(count: int, value: int) -> Iterator[Row]:
    """Give so many figures, in an order that helps nobody."""
    cells = itertools.islice(itertools.product(CODES, CODES, CODES), count)
    return (("T.OUT.FLOW", a, b, c, value) for c, a, b in cells)


async def as_csv(count: int, value: int) -> AsyncIterator[bytes]:
    """Give the file as a client would send it, a piece at a time."""
    yield b"indicator,a,b,c,value\n"
    rows = make_rows(count, value)
    while batch := list(itertools.islice(rows, BATCH)):
        yield "".join(f"{','.join(row[:4])},{row[4]}\n" for row in batch).encode()


async def copy_bare(url: str, count: int) -> float:
    """COPY the same rows into a plain table and return the seconds."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("create temp table bare (indicator text, a text, b text, c text, value numeric)")
        begun = time.perf_counter()
        await connection.copy_records_to_table(
            "bare", records=make_rows(count, 1), columns=("indicator", *SLOTS, "value")
        )
        return time.perf_counter() - begun
    finally:
        await connection.close()


async def send(actor: Actor, occurrence: str, count: int, value: int) -> tuple[float, float, dict[str, Any]]:
    """Send the file; return the seconds until it was taken, until it was stored, and the job."""
    params = {"occurrence": occurrence}
    headers = {"Content-Type": "text/csv", "Prefer": "respond-async"}
    begun = time.perf_counter()
    answer = await actor.ask(
        "POST", "/v1/submissions", params=params, content=as_csv(count, value), headers=headers
    )
    taken = time.perf_counter() - begun
    if answer.status_code != 202:
        raise SystemExit(f"{answer.status_code} {answer.text[:1000]}")
    job = answer.json()
    while job["state"] in ("queued", "running") and time.perf_counter() - begun < LONGEST:
        await asyncio.sleep(0.2)
        job = await actor.get(answer.headers["location"])
    if job["state"] != "done" or job["result"]["observations"] != count:
        raise SystemExit(f"not stored: {job}")
    return taken, time.perf_counter() - begun, job


class Memory:
    """What processes of a stack hold beyond what they held when this began."""

    def __init__(self, stack: Stack) -> None:
        self._folders = {name: Path(f"/proc/{stack.processes[name].pid}") for name in PROCESSES}
        for folder in self._folders.values():
            (folder / "clear_refs").write_text("5")  # the peak begins anew
        self._idle = {name: self._read(name, "VmRSS") for name in PROCESSES}

    def grown(self) -> dict[str, float]:
        """Return by how many megabytes each has grown at its peak."""
        return {name: (self._read(name, "VmHWM") - self._idle[name]) / 1024 for name in PROCESSES}

    def _read(self, name: str, field: str) -> int:
        lines = (self._folders[name] / "status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(field)).split()[1])


async def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder), port=find_port_block(), sandbox_start=START)
        async with (
            running_stack(installation, durable=False) as stack,
            prepared_story(stack.url, stack.admin_credentials(), Receiver(), Narrator(aloud=False)) as story,
        ):
            await duty(story)
            url, actor = stack.database_url("submissions"), story.actors["HT-SNV"]
            await bind_form(url, story.cycle)
            await send(actor, story.occurrence, WARM, 1)
            memory = Memory(stack)
            taken, stored, _ = await send(actor, story.occurrence, count, 2)
            grown, bare = memory.grown(), await copy_bare(url, count)
    print(f"rows {count}: taken after {taken:.1f} s, stored after {stored:.1f} s, bare COPY {bare:.1f} s")
    print("megabytes above idle at the peak: " + ", ".join(f"{name} {mb:.0f}" for name, mb in grown.items()))
    settle(
        f"large_intake_{count}",
        share_of_bare_copy=Figure(bare / stored, target=0.1, tolerance=0.5),
        gateway_megabytes=Figure(max(grown["gateway"], SMALL), target=2, higher_is_better=False, tolerance=3),
        api_megabytes=Figure(max(grown["submissions"], SMALL), target=30, higher_is_better=False, tolerance=9),
        worker_megabytes=Figure(grown["submissions-worker"], target=150, higher_is_better=False, tolerance=0.5),
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000))
