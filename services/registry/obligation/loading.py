"""Obligations from the reference files. A rule that reads differently becomes a new version, the old one stays."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import Agency
from services.registry.loading.store import LoadingStore
from services.registry.obligation.duty import Row
from services.registry.obligation.reading import FILE, obligation_of, parties_of, rule_of
from services.registry.obligation.store import latest_rules
from services.registry.obligation.tables import DeadlineRuleVersion, Obligation, ObligationParty
from services.registry.plan.tables import Plan
from services.registry.reference import Counts, Line, read_lines

AUTHOR = "loader"
FIRST_READING = "As first read from the documents."
NEW_READING = "The reference files read the wording differently."


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring obligations in."""
    store = LoadingStore(session)
    lines = read_lines(data_dir, FILE)
    fresh = await store.take_fresh(FILE, lines)
    agencies, plans = await _ids(session, Agency), await _ids(session, Plan)
    ids = [line["id"] for line in fresh]
    await store.put(Obligation, [obligation_of(line, agencies, plans) for line in fresh])
    parties = [party for line in fresh for party in parties_of(line, agencies)]
    await store.replace(ObligationParty, "obligation", ids, parties)
    await store.put(DeadlineRuleVersion, await _new_versions(session, fresh, now))
    return Counts({FILE: len(lines)}, tuple(ids))


async def _new_versions(session: AsyncSession, fresh: Sequence[Line], now: datetime) -> list[dict[str, Any]]:
    known = {row["obligation"]: row for row in (await session.execute(latest_rules())).mappings()}
    versions = [_next_version(rule_of(line), known.get(line["id"]), now) for line in fresh]
    return [version for version in versions if version is not None]


def _next_version(rule: dict[str, Any], known: Row | None, now: datetime) -> dict[str, Any] | None:
    if known is not None and all(known[name] == value for name, value in rule.items()):
        return None
    version = known["version"] + 1 if known else 1
    reason = NEW_READING if known else FIRST_READING
    return {**rule, "version": version, "author": AUTHOR, "reason": reason, "recorded_at": now}


async def _ids(session: AsyncSession, table: type[Agency] | type[Plan]) -> set[str]:
    return set((await session.execute(sa.select(table.id))).scalars())  # type: ignore[call-overload]
