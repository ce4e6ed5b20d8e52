"""Which reports were put together from those below: who sent them does not know their figures of itself."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.base import any_of
from services.submissions.consolidation.tables import Consolidation, ConsolidationSource, Use
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.rights import closed_indicators
from services.submissions.form.definition import FormContent

NOTHING: frozenset[str] = frozenset()


async def built_from_below(
    session: AsyncSession, occurrences: Collection[UUID], *, written: bool = True
) -> frozenset[UUID]:
    """Return which of some reports were ever built with a report below in them; `written`: into their drafts.

    What is submitted after that counts as built, for a changed word or figure makes nothing else of the others.
    """
    if not occurrences:
        return frozenset()
    query = _built(written=written).where(col(Consolidation.occurrence_id) == any_of(occurrences)).distinct()
    return frozenset((await session.execute(query)).scalars())


def was_built(occurrence: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a build with a report below in it was written into the draft of an occurrence."""
    return _built(written=True).where(col(Consolidation.occurrence_id) == occurrence).exists()


def _built(*, written: bool) -> sa.Select[Any]:
    query = (
        sa.select(col(Consolidation.occurrence_id))
        .join(ConsolidationSource, col(ConsolidationSource.consolidation_id) == col(Consolidation.id))
        .where(col(ConsolidationSource.use) == Use.USED.value)
    )
    return query.where(col(Consolidation.draft_version).is_not(None)) if written else query


async def knows_itself(session: AsyncSession, viewer: Viewer, occurrence: UUID, reporter: str) -> bool:
    """Say whether a report is the viewer's own, with nothing of others in it."""
    return reporter in viewer.stands_for and not await built_from_below(session, [occurrence])


async def find_hidden(
    session: AsyncSession, viewer: Viewer, occurrence: UUID, reporter: str, forms: Iterable[FormContent]
) -> frozenset[str]:
    """Return the indicators of a report whose figures a viewer who may see the report does not read."""
    closed = closed_indicators(viewer.caller, forms)
    if not closed or await knows_itself(session, viewer, occurrence, reporter):
        return NOTHING
    return closed
