"""Every statement about versions of forms."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.form.definition import VersionState
from services.submissions.form.tables import FormVersion
from services.submissions.projection.tables import Agency, Obligation

LOADING_LOCK = 20_200_402
FACTS = tuple(c for c in sa.inspect(FormVersion).local_table.columns if c.name != "definition")


class FormStore:
    """Reads versions of forms, and keeps new ones."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_facts(
        self,
        form: str | None = None,
        *,
        after: str | None = None,
        forms: int | None = None,
        drafts: bool = False,
    ) -> list[sa.Row[tuple[object, ...]]]:
        """Return everything about versions but their definitions, by form and version; at most so many forms."""
        shown = sa.true() if drafts else col(FormVersion.state) == VersionState.PUBLISHED
        query = sa.select(*FACTS).where(shown).order_by(col(FormVersion.form), col(FormVersion.version))
        if form is not None:
            query = query.where(col(FormVersion.form) == form)
        if forms is not None:
            every = sa.select(col(FormVersion.form)).where(shown).distinct()
            wanted = every.order_by(col(FormVersion.form)).limit(forms)
            if after is not None:
                wanted = wanted.where(col(FormVersion.form) > after)
            query = query.where(col(FormVersion.form).in_(wanted.scalar_subquery()))
        return list((await self._session.execute(query)).all())

    async def find_version(self, form: str, version: int) -> FormVersion | None:
        """Return one version with its definition."""
        return await self._session.get(FormVersion, (form, version))

    async def find_published(self, form: str, version: int) -> FormVersion | None:
        """Return one published version with its definition."""
        found = await self.find_version(form, version)
        return found if found is not None and found.state == VersionState.PUBLISHED else None

    async def list_versions(self, form: str) -> list[FormVersion]:
        """Return every version of a form with its definition, drafts too, oldest first."""
        query = sa.select(FormVersion).where(col(FormVersion.form) == form).order_by(col(FormVersion.version))
        return list((await self._session.execute(query)).scalars())

    async def list_published(self, known: Collection[tuple[str, int]] = ()) -> list[FormVersion]:
        """Return every published version with its definition, but for those that are known."""
        key = sa.tuple_(col(FormVersion.form), col(FormVersion.version))
        query = (
            sa.select(FormVersion)
            .where(col(FormVersion.state) == VersionState.PUBLISHED, key.not_in(list(known)))
            .order_by(col(FormVersion.form), col(FormVersion.version))
        )
        return list((await self._session.execute(query)).scalars())

    async def lock_loading(self) -> None:
        """Let one process at a time load forms, until the transaction ends."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOADING_LOCK)))

    async def lock(self, form: str) -> None:
        """Let one caller at a time change a form, until the transaction ends."""
        key = sa.func.hashtextextended(f"form/{form}", 0)
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    async def drop(self, draft: FormVersion) -> None:
        """Remove a draft; the database refuses to remove a published version."""
        await self._session.delete(draft)
        await self._session.flush()

    async def list_plans(self, form: str) -> list[str | None]:
        """Return the plans whose obligations are answered on a form."""
        query = sa.select(col(Obligation.plan)).where(col(Obligation.form) == form).distinct()
        return list((await self._session.execute(query)).scalars())

    async def list_known(self) -> tuple[set[str], set[str | None]]:
        """Return the kinds of all agencies, and the plans of all obligations."""
        kinds = await self._session.execute(sa.select(col(Agency.kind)).distinct())
        plans = await self._session.execute(sa.select(col(Obligation.plan)).distinct())
        return set(kinds.scalars()), set(plans.scalars())

    async def list_stewarded(self, agency: str) -> set[str | None]:
        """Return the plans of which an agency is the steward."""
        query = sa.select(col(Obligation.plan)).where(col(Obligation.steward) == agency).distinct()
        return set((await self._session.execute(query)).scalars())

    async def count_bound(self, form: str, from_day: date) -> int:
        """Return how many cycles of a form, with periods that end on or after a day, are bound to a version."""
        query = sa.select(sa.func.count()).where(col(Cycle.form) == form, col(Cycle.period_end) >= from_day)
        return int((await self._session.execute(query)).scalar_one())

    async def rebind(self, form: str, version: int, first: date, last: date | None) -> list[Any]:
        """Bind to a version the open cycles on which nobody has begun; return them with what they had.

        Their occurrences are held first, in the order in which submissions hold them: a report that is being kept
        has begun."""
        begun = sa.exists().where(
            col(Occurrence.cycle_id) == col(Cycle.id), col(Occurrence.state).not_in((State.OWED, State.WAIVED))
        )
        conditions = [
            col(Cycle.form) == form,
            col(Cycle.form_version) != version,
            col(Cycle.period_end) >= first,
            col(Cycle.closed_at).is_(None),
            col(Cycle.history).is_(False),
        ]
        if last is not None:
            conditions.append(col(Cycle.period_end) <= last)
        held = (
            sa.select(col(Occurrence.id))
            .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
            .where(*conditions)
            .order_by(col(Occurrence.id))
            .with_for_update(of=Occurrence)
        )
        await self._session.execute(held)
        found = (
            sa.select(Cycle, Obligation)
            .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
            .where(*conditions, ~begun)
            .order_by(col(Cycle.id))
            .with_for_update(of=Cycle)
        )
        rows = [
            (cycle, obligation, cycle.form_version)
            for cycle, obligation in (await self._session.execute(found)).all()
        ]
        await self._session.execute(
            sa.update(Cycle)
            .where(col(Cycle.id).in_([cycle.id for cycle, *_ in rows]))
            .values(form_version=version, version=Cycle.version + 1)
        )
        return rows

    async def keep(self, version: FormVersion) -> None:
        """Keep a new version, or a draft that changed."""
        await self._session.merge(version)
        await self._session.flush()
