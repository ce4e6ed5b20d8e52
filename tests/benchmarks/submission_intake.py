"""P3: one submission of 100,000 observations from HTTP to receipt, against a bare COPY of the same rows.

python -m tests.benchmarks.submission_intake [ROWS]

A stack of its own, real HTTP through the gateway; nine rounds of each in turn, the best of each counts.
Observations are kept by COPY as well, so the ratio says what receiving, reading and checking cost on top.
"""

import asyncio
import itertools
import json
import sys
import tempfile
import time
from pathlib import Path

import asyncpg

from deploy.demo.actor import Actor
from deploy.demo.narrator import Narrator
from deploy.demo.receiver import Receiver
from deploy.demo.scenario import duty
from deploy.demo.story import START, prepared_story
from deploy.installation import Installation, find_port_block
from deploy.stack import Stack, running_stack
from tests.benchmarks.baseline import Figure, settle

FORM = json.loads((Path(__file__).resolve().parents[2] / "data/forms/migration-data-1.json").read_text())
SLOTS = ("d1", "d2", "d3", "d4")
COLUMNS = ("indicator", *SLOTS, "value")
ROUNDS = 9

Row = tuple[str, tuple[tuple[str, str], ...]]


def make_rows(count: int) -> list[Row]:
    """Return so many different cells of the form, each dimension given."""
    lists = {d["code"]: [c["code"] for c in d["codes"] if not c.get("valid_to")] for d in FORM["dimensions"]}
    cells: list[Row] = []
    for table in FORM["tables"]:
        for indicator in table["indicators"]:
            uses = [(u["dimension"], u["only"] or lists[u["dimension"]]) for u in indicator["dimensions"]]
            for codes in itertools.product(*(codes for _, codes in uses)):
                names = (name for name, _ in uses)
                cells.append((indicator["code"], tuple(zip(names, codes, strict=True))))
                if len(cells) == count:
                    return cells
    raise SystemExit(f"the form has only {len(cells)} cells")


def as_csv(cells: list[Row], value: int) -> bytes:
    """Return the cells as the CSV that a client would send."""
    names = sorted({name for _, keys in cells for name, _ in keys})
    lines = [",".join(("indicator", *names, "value"))]
    for indicator, keys in cells:
        given = dict(keys)
        lines.append(",".join((indicator, *(given.get(name, "") for name in names), str(value))))
    return "\n".join(lines).encode()


async def copy_bare(url: str, cells: list[Row], value: int) -> float:
    """COPY the same rows into a plain table and return the seconds. It is logged, as what is kept must be."""
    connection = await asyncpg.connect(url)
    try:
        slots = ", ".join(f"{slot} text" for slot in SLOTS)
        await connection.execute(f"create table bare (indicator text, {slots}, value numeric)")
        records = []
        for indicator, keys in cells:
            codes = [code for _, code in keys]
            records.append((indicator, *codes, *([None] * (len(SLOTS) - len(codes))), value))
        begun = time.perf_counter()
        await connection.copy_records_to_table("bare", records=records, columns=COLUMNS)
        return time.perf_counter() - begun
    finally:
        await connection.execute("drop table if exists bare")
        await connection.close()


async def submit(actor: Actor, occurrence: str, body: bytes) -> float:
    """Send the file and return the seconds until the receipt is here."""
    params = {"occurrence": occurrence, "form_version": 1}
    begun = time.perf_counter()
    answer = await actor.ask(
        "POST", "/v1/submissions", params=params, content=body, headers={"Content-Type": "text/csv"}
    )
    took = time.perf_counter() - begun
    if answer.status_code != 201:
        raise SystemExit(f"{answer.status_code} {answer.text[:1000]}")
    return took


def peak_megabytes(stack: Stack) -> int:
    """Return the most memory that the submissions process has held so far."""
    status = Path(f"/proc/{stack.processes['submissions'].pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


async def main(count: int) -> None:
    """Measure and print."""
    cells = make_rows(count)
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder), port=find_port_block(), sandbox_start=START)
        async with (
            running_stack(installation, durable=False) as stack,
            prepared_story(stack.url, stack.admin_credentials(), Receiver(), Narrator(aloud=False)) as story,
        ):
            await duty(story)
            idle = peak_megabytes(stack)
            received, bare = [], []
            for turn in range(ROUNDS):
                bare.append(await copy_bare(stack.database_url("submissions"), cells, turn))
                actor = story.actors["HT-SNV"]
                received.append(await submit(actor, story.occurrence, as_csv(cells, turn)))
            print(f"rows {count}: submission {min(received):.2f} s, bare COPY {min(bare):.2f} s")
            settle(
                f"submission_intake_{count}",
                share_of_bare_copy=Figure(min(bare) / min(received), target=0.25),
                megabytes_above_idle=Figure(peak_megabytes(stack) - idle, target=300, higher_is_better=False),
            )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
