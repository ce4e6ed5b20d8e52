"""Successions from the reference files. What a steward has decided on is left alone."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.events import EventLog, NewEvent
from services.registry.loading.store import LoadingStore
from services.registry.reference import Counts, Line, certain_day, read_lines, text
from services.registry.succession.events import confirmed_event
from services.registry.succession.states import SuccessionState
from services.registry.succession.tables import Succession, SuccessionLine, SuccessionSuccessor

SUCCESSIONS = "successions.csv"
AUTHOR = "loader"


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring successions in. What changes is what becomes of the predecessors."""
    store = LoadingStore(session)
    lines = read_lines(data_dir, SUCCESSIONS)
    fresh = await _leave_decided(session, await store.take_fresh(SUCCESSIONS, lines))
    await store.put(Succession, [_succession(line, now) for line in fresh])
    ids = [line["id"] for line in fresh]
    await store.replace(SuccessionLine, "succession", ids, [])
    await store.replace(SuccessionSuccessor, "succession", ids, [_successor(line) for line in fresh])
    await EventLog(session, lambda: now).append(*(_confirmed(line) for line in fresh if _is_confirmed(line)))
    return Counts({SUCCESSIONS: len(lines)}, tuple(dict.fromkeys(line["predecessor"] for line in fresh)))


async def _leave_decided(session: AsyncSession, lines: Sequence[Line]) -> list[Line]:
    """Return the lines of successions that no steward has touched."""
    touched = sa.select(col(Succession.id)).where(col(Succession.version) > 1)
    kept = set((await session.execute(touched)).scalars())
    return [line for line in lines if line["id"] not in kept]


def _is_confirmed(line: Line) -> bool:
    return line["state"] == SuccessionState.CONFIRMED


def _confirmed(line: Line) -> NewEvent:
    return confirmed_event(line["id"], line["predecessor"], line["successor"], certain_day(line["effective_date"]))


def _succession(line: Line, now: datetime) -> dict[str, Any]:
    return {
        "id": line["id"],
        "predecessor": line["predecessor"],
        "kind": line["kind"],
        "effective_on": certain_day(line["effective_date"]),
        "legal_basis": line["legal_basis"],
        "instrument": None,
        "state": line["state"],
        "confidence": text(line["confidence"]),
        "note": text(line["note"]),
        "unknown": [],
        "proposed_by": AUTHOR,
        "decided_by": AUTHOR if _is_confirmed(line) else None,
        "decided_at": now if _is_confirmed(line) else None,
        "reason": None,
        "version": 1,
    }


def _successor(line: Line) -> dict[str, Any]:
    return {
        "succession": line["id"],
        "agency": line["successor"],
        "place": 1,
        "kind": line["kind"],
        "function": text(line["note"]) if line["kind"] == "transfer" else None,
        "share_percent": None,
    }
