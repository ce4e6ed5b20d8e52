"""Moved days and holidays from the reference files, each as an override with its source and confidence."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.calendar.store import CalendarStore
from services.registry.loading.store import LoadingStore
from services.registry.reference import Counts, Line, certain_day, read_lines

FILE = "holidays_vn.csv"
AUTHOR = "loader"
REASON = "As announced for the year; see the source."


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring overrides in: one for each new or different line, and none over a steward's."""
    lines = read_lines(data_dir, FILE)
    fresh = await LoadingStore(session).take_fresh(FILE, lines, key="date")
    store = CalendarStore(session)
    settled = await store.days_settled_by_others(AUTHOR)
    rows = [_override(line, now) for line in fresh if certain_day(line["date"]) not in settled]
    if rows:
        await store.add_all(rows)
    return Counts({FILE: len(lines)}, tuple(line["date"] for line in fresh))


def _override(line: Line, now: datetime) -> dict[str, Any]:
    return {
        "day": certain_day(line["date"]),
        "kind": line["kind"],
        "name_vi": line["name_vi"],
        "name_en": line["name_en"],
        "source": line["source"],
        "confidence": line["confidence"],
        "author": AUTHOR,
        "reason": line["note"] or REASON,
        "recorded_at": now,
    }
