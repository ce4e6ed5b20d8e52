"""Every statement about agency groups."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import Agency, AgencyVersion
from services.registry.base import table_of
from services.registry.group.errors import GroupExists, GroupUnknown
from services.registry.group.tables import AgencyGroup, AgencyGroupWord, GroupKind, TaskRequest
from services.registry.keyset import page_of
from services.registry.plan.errors import TaskUnknown
from services.registry.plan.tables import Task
from services.registry.province.tables import Province
from services.registry.validity import holds_on
from services.registry.vietnamese import BYTE_ORDER, vietnamese_order

group = table_of(AgencyGroup)
group_word = table_of(AgencyGroupWord)
kind = table_of(GroupKind)
agency = table_of(Agency)
province_table = table_of(Province)
version = table_of(AgencyVersion)
request = table_of(TaskRequest)
task_table = table_of(Task)

WORDS = (
    sa.select(sa.func.coalesce(sa.func.array_agg(pg.aggregate_order_by(group_word.c.word, group_word.c.word)), []))
    .where(group_word.c.agency_group == group.c.id)
    .scalar_subquery()
)
ORDER = vietnamese_order(group.c.expression_vi)
SHOWN = sa.select(
    group.c.id,
    group.c.expression_vi,
    group.c.expression_en,
    group.c.province,
    WORDS.label("words"),
    group.c.membership,
    group.c.on_lead_request,
    group.c.variants_vi,
    group.c.note,
    ORDER.label("sort_key"),
)


class GroupStore:
    """Reads agency groups."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_groups(self, after: tuple[Any, ...] | None, limit: int) -> Sequence[Any]:
        """Return up to `limit` groups in the order of their expressions, after a sort key."""
        page = page_of(SHOWN, (ORDER, group.c.id.collate(BYTE_ORDER)), after, limit)
        return (await self._session.execute(page)).all()

    async def get(self, group_id: str) -> Any:
        """Return a group, or refuse."""
        row = (await self._session.execute(SHOWN.where(group.c.id == group_id))).one_or_none()
        if row is None:
            raise GroupUnknown(group_id)
        return row

    async def is_taken(self, code: str) -> bool:
        """Say whether a group or an agency has this code; both stand in the same places."""
        taken = sa.select(sa.or_(sa.exists().where(group.c.id == code), sa.exists().where(agency.c.id == code)))
        return bool((await self._session.execute(taken)).scalar_one())

    async def read_meanings(self, province: str | None) -> tuple[dict[str, list[str]], bool]:
        """Return every word with the kinds that it means there, and whether the province is known."""
        meant = kind.c.provincial_agency_kinds if province else kind.c.agency_kinds
        known = sa.literal(True) if province is None else sa.exists().where(province_table.c.id == province)
        rows = (
            await self._session.execute(sa.select(kind.c.word, meant.label("kinds"), known.label("known")))
        ).all()
        return {row.word: row.kinds for row in rows}, all(row.known for row in rows)

    async def add(self, row: dict[str, Any], words: Sequence[str]) -> None:
        """Keep a new group with its words, or refuse a code that was taken meanwhile."""
        kept = pg.insert(group).values(row).on_conflict_do_nothing().returning(group.c.id)
        if (await self._session.execute(kept)).one_or_none() is None:
            raise GroupExists(row["id"])
        if words:
            rows = [{"agency_group": row["id"], "word": word} for word in words]
            await self._session.execute(sa.insert(group_word), rows)

    async def get_with_requests(self, group_id: str, task: str | None, day: date) -> list[str]:
        """Return whom the lead of a task asked into a group, as of a day; refuse an unknown group or task."""
        asked = sa.func.array_agg(pg.aggregate_order_by(request.c.agency, request.c.agency))
        of_task = sa.select(asked).where(
            request.c.agency_group == group_id, request.c.task == task, holds_on(request.c.valid, day)
        )
        known = sa.select(
            sa.exists().where(group.c.id == group_id).label("group"),
            sa.exists().where(task_table.c.id == task).label("task"),
            of_task.scalar_subquery().label("asked"),
        )
        row = (await self._session.execute(known)).one()
        if not row.group:
            raise GroupUnknown(group_id)
        if task is not None and not row.task:
            raise TaskUnknown(task.split("/", 1)[0], task)
        return row.asked or []

    async def list_named(
        self, agencies: Collection[str], day: date, after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        """Return up to `limit` of these agencies as of a day, in Vietnamese order, after a sort key."""
        order = vietnamese_order(version.c.name_vi)
        found = (
            sa.select(
                version.c.agency,
                version.c.name_vi,
                version.c.name_en,
                version.c.kind,
                version.c.province,
                order.label("sort_key"),
            )
            .where(version.c.agency == sa.any_(sa.cast(list(agencies), pg.ARRAY(sa.Text))))
            .where(holds_on(version.c.valid, day))
        )
        page = page_of(found, (order, version.c.agency.collate(BYTE_ORDER)), after, limit)
        return (await self._session.execute(page)).all()
