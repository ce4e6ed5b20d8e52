"""Every statement about versions of forms."""

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.form.definition import VersionState
from services.submissions.form.tables import FormVersion

LOADING_LOCK = 20_200_402
FACTS = tuple(c for c in sa.inspect(FormVersion).local_table.columns if c.name != "definition")


class FormStore:
    """Reads versions of forms, and keeps new ones."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_facts(
        self, form: str | None = None, *, after: str | None = None, forms: int | None = None
    ) -> list[sa.Row[tuple[object, ...]]]:
        """Return everything about versions but their definitions, by form and version; at most so many forms."""
        query = sa.select(*FACTS).order_by(col(FormVersion.form), col(FormVersion.version))
        if form is not None:
            query = query.where(col(FormVersion.form) == form)
        if forms is not None:
            wanted = sa.select(col(FormVersion.form)).distinct().order_by(col(FormVersion.form)).limit(forms)
            if after is not None:
                wanted = wanted.where(col(FormVersion.form) > after)
            query = query.where(col(FormVersion.form).in_(wanted.scalar_subquery()))
        return list((await self._session.execute(query)).all())

    async def find_version(self, form: str, version: int) -> FormVersion | None:
        """Return one version with its definition."""
        return await self._session.get(FormVersion, (form, version))

    async def list_published(self) -> list[FormVersion]:
        """Return every published version with its definition."""
        query = (
            sa.select(FormVersion)
            .where(col(FormVersion.state) == VersionState.PUBLISHED)
            .order_by(col(FormVersion.form), col(FormVersion.version))
        )
        return list((await self._session.execute(query)).scalars())

    async def lock_loading(self) -> None:
        """Let one process at a time load forms, until the transaction ends."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOADING_LOCK)))

    async def keep(self, version: FormVersion) -> None:
        """Keep a new version, or a draft that changed."""
        await self._session.merge(version)
        await self._session.flush()
