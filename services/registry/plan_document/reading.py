"""The worker's step: take the document that has waited longest, have it read in a process apart, keep the outcome.

No transaction is open while a file is read. A worker that dies leaves a lease behind; when it is over another one
takes the document again, and only the attempt that holds the lease may record what it read.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog

from kernel.clock import Clock, real_now
from kernel.database import Database
from services.registry.job.store import Claim, JobStore
from services.registry.plan_document.dictionary import DictionaryStore
from services.registry.plan_document.settling import NOTHING_SAID, settle
from services.registry.plan_document.store import PlanDocumentStore
from services.registry.plan_document.tables import DocumentState, ItemKind, ItemState

READ = "plan_document.read"
READ_SECONDS = 60.0
LEASE = timedelta(seconds=120)
MOST_ATTEMPTS = 3
MOST_ITEMS = 5_000
ROOT = Path(__file__).resolve().parents[3]

ReadFile = Callable[[dict[str, Any], bytes], Awaitable[dict[str, Any]]]
"""From what a file is and its bytes to what was read, or `refused` with the problem."""

log = structlog.get_logger()


class DocumentReader:
    """Reads documents, one at a time."""

    def __init__(
        self, database: Database, clock: Clock, *, lease: timedelta = LEASE, read: ReadFile | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._read = read or read_in_child

    async def step(self) -> bool:
        """Read one document; say whether there was one."""
        async with self._database.transaction() as session:
            claim = await JobStore(session).claim(READ, real_now(), self._lease)
            if claim is None:
                return False
            document = await PlanDocumentStore(session).get(claim.subject, None)
            content = await PlanDocumentStore(session).get_content(claim.subject)
            known = await DictionaryStore(session).read_known()
        if claim.attempt > MOST_ATTEMPTS:
            outcome = refused("document_not_readable", "Every process that read this file ended with it.")
        else:
            order = {"content_type": document.content_type, "known": known, "province": document.province}
            outcome = await self._read(order, content)
        await self._keep(claim, document, _weighed(outcome))
        return True

    async def _keep(self, claim: Claim, document: Any, outcome: dict[str, Any]) -> None:
        problem = outcome.get("refused")
        async with self._database.transaction() as session:
            done = {"plan_document": str(document.id)}
            if not await JobStore(session).finish(claim, self._clock(), result=done, problem=problem):
                log.info("plan_document_reading_dropped", document=str(document.id), attempt=claim.attempt)
                return
            store = PlanDocumentStore(session)
            if problem:
                await store.change(document.id, {"state": DocumentState.REFUSED, "problem": problem})
            else:
                await keep_proposal(store, DictionaryStore(session), document, outcome)
        log.info("plan_document_read", document=str(document.id), refused=problem and problem["code"])


async def keep_proposal(
    store: PlanDocumentStore, dictionary: DictionaryStore, document: Any, outcome: dict[str, Any]
) -> None:
    """Keep what was read, with what of it the registry knows already."""
    items = outcome["items"]
    registered = await dictionary.find_instruments(_cited(items))
    settled = settle(document, outcome["parts"], items, outcome["part"], registered)
    rows = [{**item, "state": ItemState.PROPOSED, "version": 1} for item in items]
    await store.replace_items(document.id, rows)
    found = {"parts": outcome["parts"], "notes": outcome["notes"], "part": outcome["part"]}
    await store.change(document.id, {"state": DocumentState.PROPOSED, "problem": None, **found, **settled})


async def resettled(
    dictionary: DictionaryStore, document: Any, items: list[dict[str, Any]], part: int
) -> dict[str, Any]:
    """Return what is settled when a person says that another part is the plan."""
    registered = await dictionary.find_instruments(_cited(items))
    return settle(NOTHING_SAID, document.parts, items, part, registered)


def _cited(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    facts = [item["content"] for item in items if item["kind"] == ItemKind.INSTRUMENT]
    return [_dated(one) for fact in facts for one in (fact, *fact["based_on"])]


async def read_in_child(order: dict[str, Any], content: bytes, seconds: float = READ_SECONDS) -> dict[str, Any]:
    """Read a file in a process of its own, which has nothing but the file, and is ended when it takes too long."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.registry.plan_document.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
    )
    sent = orjson.dumps(order) + b"\n" + content
    try:
        out, err = await asyncio.wait_for(process.communicate(sent), seconds)
    except TimeoutError:
        return refused("document_read_too_slow", f"Reading took more than {seconds:g} seconds and was ended.")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        log.warning(
            "plan_document_child_failed", code=process.returncode, said=err.decode(errors="replace")[-2000:]
        )
        return refused("document_not_readable", "The process that read this file ended with it.")
    read: dict[str, Any] = orjson.loads(out)
    return read


def refused(code: str, detail: str) -> dict[str, Any]:
    """Return the outcome of a file that is not read."""
    return {"refused": {"code": code, "title": "The file could not be read", "detail": detail}}


def _weighed(outcome: dict[str, Any]) -> dict[str, Any]:
    if "refused" in outcome:
        return outcome
    if len(outcome["items"]) > MOST_ITEMS:
        return refused("document_too_long", f"At most {MOST_ITEMS} items are read in one file.")
    return outcome


def _dated(cited: dict[str, Any]) -> dict[str, Any]:
    day = cited["issued_on"]
    return {"number": cited["number"], "issued_on": date.fromisoformat(day) if day else None}
