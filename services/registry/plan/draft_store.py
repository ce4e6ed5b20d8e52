"""Every statement about drafts of plans."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import AgencyVersion
from services.registry.base import table_of
from services.registry.plan.drafts import PlanDraft
from services.registry.plan.errors import PlanDraftExists
from services.registry.plan.tables import KeptPlanDraft

draft = table_of(KeptPlanDraft)
agency = table_of(AgencyVersion)


class DraftStore:
    """Reads and keeps what stewards are preparing."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def find(self, plan_id: str, *, lock: bool = False) -> Any | None:
        """Return the draft of a plan, held until the transaction ends when it is about to change."""
        found = sa.select(draft).where(draft.c.plan == plan_id)
        return (await self.session.execute(found.with_for_update() if lock else found)).one_or_none()

    async def add(
        self, plan_id: str, instrument: str, based_on: int | None, content: PlanDraft, author: str, now: datetime
    ) -> None:
        """Keep a new draft; a plan has one at a time."""
        row = {
            "plan": plan_id,
            "instrument": instrument,
            "based_on": based_on,
            "content": content.model_dump(mode="json"),
            "revision": 1,
            "author": author,
            "begun_at": now,
            "changed_at": now,
        }
        adding = insert(draft).values(row).on_conflict_do_nothing().returning(draft.c.plan)
        if (await self.session.execute(adding)).one_or_none() is None:
            raise PlanDraftExists(plan_id)

    async def change(self, plan_id: str, content: PlanDraft, author: str, now: datetime) -> None:
        """Keep the new content of a draft."""
        changed = {
            "content": content.model_dump(mode="json"),
            "revision": draft.c.revision + 1,
            "author": author,
            "changed_at": now,
        }
        await self.session.execute(sa.update(draft).where(draft.c.plan == plan_id).values(changed))

    async def remove(self, plan_id: str) -> None:
        """Forget the draft of a plan."""
        await self.session.execute(sa.delete(draft).where(draft.c.plan == plan_id))

    async def list_provinces_of(self, agencies: Sequence[str]) -> list[str | None]:
        """Return the provinces that agencies lie in or ever lay in."""
        found = sa.select(agency.c.province).where(agency.c.agency.in_(agencies)).distinct()
        return list((await self.session.execute(found)).scalars())
