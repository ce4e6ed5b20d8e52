"""Successions from the reference files."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.loading.store import LoadingStore
from services.registry.reference import Counts, Line, certain_day, read_lines, text
from services.registry.succession.tables import Succession

SUCCESSIONS = "successions.csv"


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring successions in. What changes is what becomes of the predecessors."""
    store = LoadingStore(session)
    lines = read_lines(data_dir, SUCCESSIONS)
    fresh = await store.take_fresh(SUCCESSIONS, lines)
    await store.put(Succession, [_succession(line) for line in fresh])
    return Counts({SUCCESSIONS: len(lines)}, tuple(dict.fromkeys(line["predecessor"] for line in fresh)))


def _succession(line: Line) -> dict[str, Any]:
    return {
        "id": line["id"],
        "predecessor": line["predecessor"],
        "successor": line["successor"],
        "kind": line["kind"],
        "effective_on": certain_day(line["effective_date"]),
        "legal_basis": line["legal_basis"],
        "state": line["state"],
        "confidence": text(line["confidence"]),
        "note": text(line["note"]),
    }
