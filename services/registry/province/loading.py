"""Provincial units from the reference files."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.loading.store import LoadingStore
from services.registry.province.tables import Province, ProvinceSuccession
from services.registry.reference import Counts, Line, certain_day, day, read_lines, text
from services.registry.validity import days

PROVINCES, SUCCESSIONS = "provinces.csv", "province_successions.csv"


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring provincial units and their successions in."""
    store = LoadingStore(session)
    provinces, successions = read_lines(data_dir, PROVINCES), read_lines(data_dir, SUCCESSIONS)
    fresh = await store.take_fresh(PROVINCES, provinces)
    await store.put(Province, [_province(line) for line in fresh])
    followed = await store.take_fresh(SUCCESSIONS, successions)
    await store.put(ProvinceSuccession, [_succession(line) for line in followed])
    return Counts({PROVINCES: len(provinces), SUCCESSIONS: len(successions)}, tuple(li["id"] for li in fresh))


def _province(line: Line) -> dict[str, Any]:
    return {
        "id": line["id"],
        "valid": days(day(line["valid_from"]), day(line["valid_to"])),
        "gso_code": line["gso_code"],
        "name_vi": line["name_vi"],
        "full_name_vi": line["full_name_vi"],
        "name_en": line["name_en"],
        "type": line["type"],
        "iso_3166_2": text(line["iso_3166_2"]),
        "level1_code": text(line["level1_code"]),
        "level1_code_status": text(line["level1_code_status"]),
        "seat": text(line["seat"]),
        "confidence": text(line["confidence"]),
        "note": text(line["note"]),
    }


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
