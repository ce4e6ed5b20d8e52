"""Group words and groups from the reference files."""

from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.group.tables import AgencyGroup, AgencyGroupWord, GroupKind
from services.registry.loading.store import LoadingStore
from services.registry.obligation.tables import ObligationParty
from services.registry.plan.tables import Task, TaskParty
from services.registry.reference import Counts, Line, listed, read_lines, text

KINDS, GROUPS = "group_kinds.csv", "agency_groups.csv"
NATIONAL = "national"


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring group words and groups in. A changed group touches the plans and the obligations that name it."""
    store = LoadingStore(session)
    kinds, groups = read_lines(data_dir, KINDS), read_lines(data_dir, GROUPS)
    fresh_kinds = await store.take_fresh(KINDS, kinds, key="member_kind")
    await store.put(GroupKind, [_kind(line) for line in fresh_kinds])
    fresh = await store.take_fresh(GROUPS, groups)
    ids = [line["id"] for line in fresh]
    await store.put(AgencyGroup, [_group(line) for line in fresh])
    await store.replace(AgencyGroupWord, "agency_group", ids, [row for line in fresh for row in _words(line)])
    meant = [*ids, *await _groups_of(session, [line["member_kind"] for line in fresh_kinds])]
    touched = {
        "plan": await _plans_naming(session, meant),
        "obligation": await _obligations_naming(session, meant),
    }
    return Counts({KINDS: len(kinds), GROUPS: len(groups)}, (), touched)


async def _groups_of(session: AsyncSession, words: list[str]) -> list[str]:
    named = sa.select(col(AgencyGroupWord.agency_group)).where(col(AgencyGroupWord.word).in_(words))
    return list((await session.execute(named)).scalars())


async def _plans_naming(session: AsyncSession, groups: list[str]) -> tuple[str, ...]:
    named = col(TaskParty.agency_group).in_(groups)
    plans = sa.select(col(Task.plan)).join(TaskParty, col(TaskParty.task) == col(Task.id)).where(named)
    return tuple((await session.execute(plans.distinct().order_by(col(Task.plan)))).scalars())


async def _obligations_naming(session: AsyncSession, groups: list[str]) -> tuple[str, ...]:
    of = col(ObligationParty.obligation)
    named = sa.select(of).where(col(ObligationParty.agency_group).in_(groups))
    return tuple((await session.execute(named.distinct().order_by(of))).scalars())


def _kind(line: Line) -> dict[str, Any]:
    return {
        "word": line["member_kind"],
        "agency_kinds": listed(line["agency_kinds"]),
        "provincial_agency_kinds": listed(line["provincial_agency_kinds"]),
        "note": text(line["note"]),
    }


def _group(line: Line) -> dict[str, Any]:
    return {
        "id": line["id"],
        "expression_vi": line["expression_vi"],
        "expression_en": line["expression_en"],
        "province": None if line["scope"] == NATIONAL else line["scope"],
        "membership": line["membership"],
        "on_lead_request": line["on_lead_request"] == "yes",
        "variants_vi": listed(line["variants_vi"]),
        "note": text(line["note"]),
    }


def _words(line: Line) -> list[dict[str, Any]]:
    return [{"agency_group": line["id"], "word": word} for word in listed(line["member_kinds"])]
