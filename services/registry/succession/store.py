"""Every statement about successions and those who follow."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import Agency, AgencyVersion
from services.registry.base import table_of
from services.registry.instrument.tables import Instrument
from services.registry.keyset import page_of
from services.registry.succession.errors import SuccessionUnknown
from services.registry.succession.states import SuccessionState
from services.registry.succession.tables import Succession, SuccessionLine, SuccessionSuccessor
from services.registry.vietnamese import BYTE_ORDER

succession = table_of(Succession)
successor = table_of(SuccessionSuccessor)
line = table_of(SuccessionLine)
version = table_of(AgencyVersion)

SUCCESSORS = (
    sa.select(
        sa.func.jsonb_agg(
            pg.aggregate_order_by(
                sa.func.jsonb_build_object(
                    "agency", successor.c.agency, "kind", successor.c.kind,
                    "function", successor.c.function, "share_percent", successor.c.share_percent,
                ),
                successor.c.place,
            ),
            type_=pg.JSONB,
        )
    )
    .where(successor.c.succession == succession.c.id)
    .scalar_subquery()
)  # fmt: skip
BY_STATE = (
    sa.select(line.c.succession, line.c.state, sa.func.count().label("lines"))
    .group_by(line.c.succession, line.c.state)
    .subquery("by_state")
)
LINES = (
    sa.select(
        sa.func.coalesce(
            sa.func.jsonb_object_agg(BY_STATE.c.state, BY_STATE.c.lines), sa.text("'{}'"), type_=pg.JSONB
        )
    )
    .where(BY_STATE.c.succession == succession.c.id)
    .scalar_subquery()
)
SHOWN = sa.select(succession, SUCCESSORS.label("successors"), LINES.label("lines"))


class SuccessionStore:
    """Reads and keeps successions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_successions(
        self, wanted: Mapping[str, str | None], after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        """Return up to `limit` successions by day and code, after a sort key."""
        found = SHOWN
        for column in ("state", "predecessor"):
            if (value := wanted.get(column)) is not None:
                found = found.where(succession.c[column] == value)
        if (follower := wanted.get("successor")) is not None:
            found = found.where(
                sa.exists().where(successor.c.succession == succession.c.id, successor.c.agency == follower)
            )
        key = (succession.c.effective_on, succession.c.id.collate(BYTE_ORDER))
        page = page_of(found, key, after, limit)
        return (await self._session.execute(page)).all()

    async def get(self, succession_id: str) -> Any:
        """Return a succession with those who follow, or refuse."""
        found = SHOWN.where(succession.c.id == succession_id)
        row = (await self._session.execute(found)).one_or_none()
        if row is None:
            raise SuccessionUnknown(succession_id)
        return row

    async def lock(self, succession_id: str) -> None:
        """Hold a succession until the transaction ends, so that decisions come one after the other."""
        locking = sa.select(succession.c.id).where(succession.c.id == succession_id).with_for_update()
        if (await self._session.execute(locking)).one_or_none() is None:
            raise SuccessionUnknown(succession_id)

    async def lock_predecessor(self, agency: str) -> None:
        """Hold an agency until the transaction ends, so that two facts about it come one after the other."""
        held = table_of(Agency)
        await self._session.execute(sa.select(held.c.id).where(held.c.id == agency).with_for_update())

    async def list_of(self, predecessor: str) -> Sequence[Any]:
        """Return the successions of a predecessor that were not withdrawn."""
        standing = SHOWN.where(
            succession.c.predecessor == predecessor, succession.c.state != SuccessionState.WITHDRAWN
        )
        return (await self._session.execute(standing.order_by(succession.c.id))).all()

    async def list_untouched(self, author: str) -> Sequence[Any]:
        """Return the successions of an author that nobody has changed since."""
        found = SHOWN.where(succession.c.proposed_by == author, succession.c.version == 1)
        return (await self._session.execute(found.order_by(succession.c.id))).all()

    async def is_taken(self, succession_id: str) -> bool:
        """Say whether a succession has this code."""
        found = sa.select(sa.exists().where(succession.c.id == succession_id))
        return bool((await self._session.execute(found)).scalar_one())

    async def add(self, row: Mapping[str, Any], successors: Sequence[Mapping[str, Any]]) -> None:
        """Keep a new succession with those who follow."""
        await self._session.execute(sa.insert(succession).values(row))
        rows = [{**one, "succession": row["id"], "place": place} for place, one in enumerate(successors, start=1)]
        await self._session.execute(sa.insert(successor).values(rows))

    async def change(self, succession_id: str, **changes: Any) -> None:
        """Keep what became of a succession; its version rises."""
        changing = sa.update(succession).where(succession.c.id == succession_id)
        await self._session.execute(changing.values(version=succession.c.version + 1, **changes))

    async def list_provinces(self, agencies: Collection[str]) -> list[str | None]:
        """Return the provinces in which agencies lie, as their latest versions say."""
        latest = (
            sa.select(version.c.agency, version.c.province)
            .ext(pg.distinct_on(version.c.agency))
            .where(version.c.agency.in_(agencies))
            .order_by(version.c.agency, version.c.valid.desc())
        )
        return [row.province for row in await self._session.execute(latest)]

    async def has_instrument(self, instrument: str) -> bool:
        """Say whether an instrument is registered."""
        found = sa.select(sa.exists().where(table_of(Instrument).c.id == instrument))
        return bool((await self._session.execute(found)).scalar_one())
