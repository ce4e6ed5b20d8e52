"""Every statement that changes an obligation, adds a reading of its wording, or excuses an agency from it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.agency.tables import Agency
from services.registry.base import broken_constraint, table_of
from services.registry.obligation.draft import ObligationDraft
from services.registry.obligation.errors import DerogationOverlaps, DerogationUnknown, DerogationWrong
from services.registry.obligation.tables import (
    DeadlineRuleVersion,
    Derogation,
    Obligation,
    ObligationParty,
    ObligationRevision,
)
from services.registry.obligation.writing import DEFERRED, agencies_among, obligation_row, party_rows
from services.registry.plan.tables import Plan
from services.registry.validity import begins, ends

LOCK = 4022027  # any constant: obligations lead to each other, so they are changed one after the other

_obligation, _party, _plan = table_of(Obligation), table_of(ObligationParty), table_of(Plan)
_rule, _revision = table_of(DeadlineRuleVersion), table_of(ObligationRevision)
_derogation, _agency = table_of(Derogation), table_of(Agency)

_DEROGATIONS = sa.select(
    *(column for column in _derogation.columns if column.name != "valid"),
    begins(_derogation.c.valid).label("valid_from"),
    ends(_derogation.c.valid).label("valid_to"),
)


class ChangeStore:
    """Writes what stewards change in obligations. Versions, revisions and derogations are only ever added."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self) -> None:
        """Keep every other change of obligations waiting until the transaction ends."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))

    async def plan_above(self, plan: str) -> str | None:
        """Return the plan that a plan derives from."""
        above = sa.select(_plan.c.derives_from).where(_plan.c.id == plan)
        return (await self._session.execute(above)).scalar_one_or_none()

    async def rewrite(self, draft: ObligationDraft) -> None:
        """Bring an obligation and those it names up to date."""
        await self._session.execute(DEFERRED)
        agencies = await agencies_among(self._session, draft)
        row = obligation_row(draft, agencies)
        await self._session.execute(sa.update(_obligation).where(_obligation.c.id == draft.id).values(row))
        await self._session.execute(sa.delete(_party).where(_party.c.obligation == draft.id))
        connection = await self._session.connection()
        await connection.execute(sa.insert(_party), party_rows(draft, agencies))

    async def add_version(self, row: dict[str, Any]) -> None:
        """Keep one more reading of a wording."""
        await self._session.execute(sa.insert(_rule).values(row))

    async def add_revision(self, obligation: str, **facts: Any) -> None:
        """Keep an obligation as it stands after a change, under the next number."""
        last = sa.select(sa.func.coalesce(sa.func.max(_revision.c.revision), 0)).where(
            _revision.c.obligation == obligation
        )
        number = last.scalar_subquery() + 1
        await self._session.execute(sa.insert(_revision).values(obligation=obligation, revision=number, **facts))

    async def list_revisions(self, obligation: str) -> Sequence[sa.RowMapping]:
        """Return the revisions of an obligation, oldest first."""
        query = sa.select(_revision).where(_revision.c.obligation == obligation).order_by(_revision.c.revision)
        return (await self._session.execute(query)).mappings().all()

    async def add_derogation(self, row: dict[str, Any]) -> None:
        """Excuse an agency; twice on one day is refused."""
        known = sa.select(_agency.c.id).where(_agency.c.id == row["agency"])
        if (await self._session.execute(known)).one_or_none() is None:
            raise DerogationWrong("/agency", row["agency"], f"{row['agency']} is not registered.")
        try:
            await self._session.execute(sa.insert(_derogation).values(row))
        except IntegrityError as error:
            if broken_constraint(error) == "derogation_once":
                raise DerogationOverlaps(row["obligation"], row["agency"]) from error
            raise

    async def list_derogations(self, obligation: str) -> Sequence[sa.RowMapping]:
        """Return the derogations from an obligation, oldest first."""
        query = _DEROGATIONS.where(_derogation.c.obligation == obligation).order_by(_derogation.c.id)
        return (await self._session.execute(query)).mappings().all()

    async def withdraw(self, obligation: str, derogation: UUID, **facts: Any) -> sa.RowMapping:
        """Take a derogation back that stands, and return it."""
        its = sa.and_(
            _derogation.c.obligation == obligation,
            _derogation.c.id == derogation,
            _derogation.c.withdrawn_at.is_(None),
        )
        taken = sa.update(_derogation).where(its).values(facts).returning(_derogation.c.id)
        if (await self._session.execute(taken)).one_or_none() is None:
            raise DerogationUnknown(obligation, derogation)
        return (await self._session.execute(_DEROGATIONS.where(_derogation.c.id == derogation))).mappings().one()
