"""The statements by which a version is taken in, compiled once: what every submission waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import end_of_day
from kernel.prepared import Prepared, RowOf
from kernel.tables import UTC_TIME
from services.submissions.base import table_of
from services.submissions.cycle.store import Owed
from services.submissions.cycle.tables import Cycle, Occurrence, State
from services.submissions.projection.tables import Agency, Obligation
from services.submissions.submission.store import asking_the_same
from services.submissions.submission.tables import Submission


@dataclass(frozen=True, slots=True)
class Held:
    """An occurrence that nobody else answers until the transaction ends, as it stands now."""

    owed: Owed
    latest: Submission | None
    """Its latest version."""
    twins: list[Owed]
    """The occurrences that ask the same report of the same agency for the same period again."""
    names: tuple[str, str | None]
    """What its agency is called now."""


class TakingStore:
    """Holds what is answered, and keeps the answer."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self, owed: Owed) -> Held:
        """Hold an occurrence, and those that ask the same again, until the transaction ends; read them anew.

        They are locked in one order, as `SubmissionStore.lock` does: who answers the one and who answers the other
        at the same moment must wait for each other once, and not in a circle. What is read is read after that.
        """
        occurrence, cycle, _ = owed
        asked = {"agency": occurrence.agency, "period": cycle.period, "obligation": cycle.obligation}
        await _LOCK.run(self._session, **asked)
        rows = await _STANDING.run(self._session, **asked, occurrence=occurrence.id)
        own = next(row for row in rows if row["o_id"] == occurrence.id)
        return Held(
            owed=_owed(own),
            latest=None if own["s_id"] is None else _SUBMISSION.read(own),
            twins=[_owed(row) for row in rows if row is not own],
            names=(own["name_vi"] or occurrence.agency, own["name_en"]),
        )

    async def add(self, submission: Submission) -> None:
        """Keep a submission; its figures and findings follow."""
        await _ADD.run(self._session, **submission.model_dump())

    async def answer(self, answered: Sequence[Owed], submission: Submission, review_by: date) -> list[Owed]:
        """Write into the ledger that these occurrences are answered by a submission; return them as they stand."""
        rows = await _ANSWER.run(
            self._session,
            occurrences=[occurrence.id for occurrence, _, _ in answered],
            now=submission.received_at,
            submission=submission.id,
            version=submission.version,
            review_due_on=review_by,
            review_due_at=end_of_day(review_by),
        )
        standing = {row["o_id"]: _OCCURRENCE.read(row) for row in rows}
        return [(standing[occurrence.id], cycle, obligation) for occurrence, cycle, obligation in answered]


_OCCURRENCE, _OBLIGATION = RowOf(Occurrence, "o"), RowOf(Obligation, "b")
_CYCLE = RowOf(Cycle, "c", without=frozenset({"trace"}))
_SUBMISSION = RowOf(Submission, "s")


def _owed(row: asyncpg.Record) -> Owed:
    return _OCCURRENCE.read(row), _CYCLE.read(row), _OBLIGATION.read(row)


def _lock() -> sa.Select[UUID]:
    return (
        sa.select(col(Occurrence.id))
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .where(
            col(Occurrence.agency) == sa.bindparam("agency"),
            col(Cycle.period) == sa.bindparam("period"),
            col(Cycle.obligation).in_(asking_the_same(sa.bindparam("obligation", type_=sa.Text))),
        )
        .order_by(col(Occurrence.id))
        .with_for_update(of=Occurrence)
    )


def _standing() -> sa.Select[tuple[object, ...]]:
    """Return the occurrence itself, first of all its latest version, and those that it discharges too."""
    obligation = sa.bindparam("obligation", type_=sa.Text)
    is_own = col(Occurrence.id) == sa.bindparam("occurrence", type_=sa.Uuid)
    satisfier = aliased(Obligation)
    satisfied_by = sa.select(col(satisfier.satisfied_by)).where(col(satisfier.id) == obligation).scalar_subquery()
    asks_again = sa.or_(col(Obligation.satisfied_by) == obligation, col(Obligation.id) == satisfied_by)
    table = table_of(Submission)
    versions = table.alias()
    newest = (
        sa.select(versions.c.id)
        .where(versions.c.occurrence_id == col(Occurrence.id), is_own)
        .order_by(versions.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(
            *_OCCURRENCE.columns,
            *_CYCLE.columns,
            *_OBLIGATION.columns,
            *_SUBMISSION.columns,
            col(Agency.name_vi).label("name_vi"),
            col(Agency.name_en).label("name_en"),
        )
        .select_from(Occurrence)
        .join(Cycle, col(Cycle.id) == col(Occurrence.cycle_id))
        .join(Obligation, col(Obligation.id) == col(Cycle.obligation))
        .outerjoin(Agency, col(Agency.id) == col(Occurrence.agency))
        .outerjoin(table, table.c.id == newest)
        .where(
            col(Occurrence.agency) == sa.bindparam("agency"),
            col(Cycle.period) == sa.bindparam("period"),
            sa.or_(
                is_own,
                sa.and_(asks_again, col(Cycle.closed_at).is_(None), col(Occurrence.state) != State.WAIVED.value),
            ),
        )
    )


def _answer() -> sa.UpdateBase:
    now = sa.bindparam("now", type_=UTC_TIME)
    was_returned = sa.and_(col(Occurrence.state) == State.RETURNED.value, col(Occurrence.corrected_at).is_(None))
    return (
        sa.update(table_of(Occurrence))
        .where(col(Occurrence.id) == sa.any_(sa.bindparam("occurrences", type_=ARRAY(sa.Uuid))))
        .values(
            state=State.SUBMITTED.value,
            received_at=sa.func.coalesce(col(Occurrence.received_at), now),
            submission_id=sa.bindparam("submission"),
            submission_version=sa.bindparam("version"),
            review_due_on=sa.bindparam("review_due_on"),
            review_due_at=sa.bindparam("review_due_at"),
            reviewed_at=sa.null(),
            corrected_at=sa.case((was_returned, now), else_=col(Occurrence.corrected_at)),
        )
        .returning(*_OCCURRENCE.columns)
    )


_LOCK = Prepared(_lock())
_STANDING = Prepared(_standing())
_ADD = RowOf.insert(Submission)
_ANSWER = Prepared(_answer())
