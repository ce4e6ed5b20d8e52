"""Agencies and missions from the reference files. An agency that a steward has changed is left alone."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.codes import QCVN102, normal_code
from services.registry.agency.missions import name_in_english, name_in_vietnamese
from services.registry.agency.tables import Agency, AgencyAlias, AgencyChange, AgencyCode, AgencyVersion
from services.registry.loading.store import LoadingStore
from services.registry.reference import Counts, Line, day, listed, read_lines, text
from services.registry.validity import days

AGENCIES, MISSIONS = "agencies.csv", "missions.csv"
HOME_ZONE = "Asia/Ho_Chi_Minh"


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring agencies and missions in, each with its version, other names and codes."""
    store = LoadingStore(session)
    agencies, missions = read_lines(data_dir, AGENCIES), read_lines(data_dir, MISSIONS)
    ours = await _leave_changed(session, await store.take_fresh(AGENCIES, agencies))
    abroad = await _leave_changed(session, await store.take_fresh(MISSIONS, missions))
    ids = [line["id"] for line in (*ours, *abroad)]
    await store.put(Agency, [_agency(line) for line in (*ours, *abroad)])
    versions = [*map(_version, ours), *map(_mission_version, abroad)]
    await store.replace(AgencyVersion, "agency", ids, versions)
    await store.replace(AgencyAlias, "agency", ids, [row for line in ours for row in _aliases(line)])
    await store.replace(AgencyCode, "agency", ids, [_code(line) for line in ours if line["level1_code"]])
    return Counts({AGENCIES: len(agencies), MISSIONS: len(missions)}, tuple(ids))


async def _leave_changed(session: AsyncSession, lines: Sequence[Line]) -> list[Line]:
    """Return the lines of agencies that no steward has made or changed: the journal has an act upon them."""
    acted = sa.select(col(AgencyChange.agency))
    changed = sa.select(col(AgencyVersion.agency)).where(col(AgencyVersion.reason).is_not(None)).union(acted)
    kept = set((await session.execute(changed)).scalars())
    return [line for line in lines if line["id"] not in kept]


def _agency(line: Line) -> dict[str, Any]:
    return {
        "id": line["id"],
        "lifetime": days(day(line["valid_from"]), day(line.get("valid_to", ""))),
        "source_documents": listed(line.get("source_documents", "")),
        "confidence": text(line["confidence"]),
        "note": text(line["note"]),
        "revision": 1,
    }


def _version(line: Line) -> dict[str, Any]:
    return {
        "agency": line["id"],
        "valid": days(day(line["valid_from"]), day(line["valid_to"])),
        "name_vi": line["name_vi"],
        "name_en": line["name_en"],
        "kind": line["kind"],
        "parent": text(line["parent"]),
        "province": text(line["province"]),
        "host_country": None,
        "city": None,
        "time_zone": HOME_ZONE,
    }


def _mission_version(line: Line) -> dict[str, Any]:
    return {
        "agency": line["id"],
        "valid": days(day(line["valid_from"]), None),
        "name_vi": name_in_vietnamese(line),
        "name_en": name_in_english(line),
        "kind": line["kind"],
        "parent": None,
        "province": None,
        "host_country": line["host_iso2"],
        "city": line["city_en"],
        "time_zone": line["iana_tz"],
    }


def _aliases(line: Line) -> list[dict[str, Any]]:
    valid = days(day(line["valid_from"]), day(line["valid_to"]))
    names = dict.fromkeys(listed(line["aliases"]))
    return [{"agency": line["id"], "alias": alias, "valid": valid} for alias in names]


def _code(line: Line) -> dict[str, Any]:
    return {
        "agency": line["id"],
        "scheme": QCVN102,
        "code": normal_code(QCVN102, line["level1_code"]),
        "valid": days(day(line["valid_from"]), day(line["valid_to"])),
        "status": line["level1_code_status"],
    }
