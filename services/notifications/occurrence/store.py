"""Every statement that writes the copy of submissions' occurrences."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.base import IDS, JSON_TEXT, record_set, sql
from services.notifications.occurrence.rules import Change


class OccurrenceStore:
    """Keeps occurrences as submissions told them, a batch in a constant number of statements."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def apply(self, changes: Sequence[Change]) -> None:
        """Keep what a batch of events left behind."""
        rows = record_set([_row(change) for change in changes])
        for statement in (_RETIRE, _UPDATE, _INSERT):
            await self._session.execute(statement, {"rows": rows})

    async def told_met(self, ids: Iterable[UUID]) -> set[UUID]:
        """Return those of the occurrences whose `deadline.met` was told before."""
        rows = await self._session.execute(_TOLD_MET, {"ids": list(ids)})
        return set(rows.scalars())

    async def mark_met(self, ids: Iterable[UUID], now: datetime) -> None:
        """Remember that `deadline.met` is told."""
        await self._session.execute(_MARK_MET, {"ids": list(ids), "now": now})


def _row(change: Change) -> dict[str, Any]:
    facts = change.facts
    return {
        "id": facts.id,
        "obligation": facts.obligation,
        "plan": facts.plan,
        "form": facts.form,
        "cycle": facts.cycle,
        "period": facts.period,
        "agency": facts.agency,
        "recipients": list(facts.recipients),
        "via": list(facts.via),
        "next_level": list(facts.next_level),
        "steward": facts.steward,
        "due_on": facts.due_on,
        "due_at": facts.due_at,
        "overdue_after": facts.overdue_after,
        "title_vi": facts.title_vi,
        "title_en": facts.title_en,
        "history": facts.history,
        "link": facts.link,
        "state": change.state,
        "submission": change.submission,
        "correction_due_at": change.correction_due_at,
    }


_FACTS = (
    "obligation, plan, form, cycle, period, agency, recipients, via, next_level, steward, "
    "due_on, due_at, overdue_after, title_vi, title_en, history, link"
)
_CHANGES = """jsonb_to_recordset(cast(:rows as jsonb)) as c(
    id uuid, obligation text, plan text, form text, cycle text, period text, agency text,
    recipients text[], via text[], next_level text[], steward text,
    due_on date, due_at timestamptz, overdue_after timestamptz, title_vi text, title_en text,
    history boolean, link text, state text, submission uuid, correction_due_at timestamptz)"""

_UPDATE = sql(
    f"""
update occurrence o set ({_FACTS}) = row({", ".join("c." + name for name in _FACTS.split(", "))}),
    state = coalesce(c.state, o.state),
    submission = case when c.state is null then o.submission else c.submission end,
    correction_due_at = case when c.state is null then o.correction_due_at else c.correction_due_at end
from {_CHANGES} where o.id = c.id
""",
    rows=JSON_TEXT,
)
_INSERT = sql(
    f"""
insert into occurrence (id, {_FACTS}, state, submission, correction_due_at)
select id, {_FACTS}, coalesce(state, 'owed'), submission, correction_due_at from {_CHANGES}
on conflict (id) do nothing
""",
    rows=JSON_TEXT,
)
_RETIRE = sql(
    f"""
update occurrence o set state = 'replaced' from {_CHANGES}
where o.obligation = c.obligation and o.period = c.period and o.agency = c.agency
  and o.id <> c.id and o.state <> 'replaced'
""",
    rows=JSON_TEXT,
)
"""A restored log of submissions may name the same report by a new id; the old one is told no more."""

_TOLD_MET = sql("select id from occurrence where id = any(:ids) and met_at is not null", ids=IDS)
_MARK_MET = sql("update occurrence set met_at = :now where id = any(:ids) and met_at is null", ids=IDS)
