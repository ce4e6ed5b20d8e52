"""Every statement that plans reminders and settles them; a constant number for a batch of any size."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.base import IDS, sql
from services.notifications.reminder.rules import ReminderState


class ReminderStore:
    """Plans, claims and settles reminders."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def plan(self, occurrences: Iterable[UUID], now: datetime) -> None:
        """Make the planned steps of these occurrences what their present state asks for.

        Steps that lost their reason are stopped, stopped ones that have it again are planned again, and
        what was told or skipped stays so. Doing it again changes nothing.
        """
        await self._session.execute(_PLAN, {"ids": list(occurrences), "now": now})

    async def claim_due(self, now: datetime, limit: int) -> list[Any]:
        """Lock steps whose time has come, and say of each whether it is superseded or still owed."""
        return list((await self._session.execute(_CLAIM, {"now": now, "most": limit})).all())

    async def list_missing(self, reminders: Sequence[UUID]) -> list[Any]:
        """Return, for each step that tells about a cycle, the occurrences of its line still missing."""
        if not reminders:
            return []
        return list((await self._session.execute(_MISSING, {"ids": list(reminders)})).all())

    async def settle(self, reminders: Sequence[UUID], state: ReminderState, now: datetime) -> None:
        """Say what became of claimed steps."""
        if reminders:
            await self._session.execute(_SETTLE, {"ids": list(reminders), "state": state, "now": now})


_AT_EIGHT = "+ time '08:00') at time zone 'Asia/Ho_Chi_Minh'"
_DUE_STEPS = """
    from occurrence o
    left join own on own.policy = o.obligation
    join ladder_step s on s.policy = coalesce(own.policy, '*') and s.clock = 'due'
    where o.id = any(:ids) and not o.history and o.state = 'owed' and o.due_on is not null
      and (s.offset_days <= 0 or o.overdue_after is not null)"""
_DUE_AT = f"""((case when s.offset_days > 0 then (o.overdue_after at time zone 'Asia/Ho_Chi_Minh')::date
                   else o.due_on end) + s.offset_days {_AT_EIGHT}"""
_SHARED = "o.obligation, o.plan, o.period"

_PLAN = sql(
    f"""
with own as materialized (
    select distinct policy from ladder_step where policy <> '*'
), planned_before as materialized (
    select distinct occurrence from reminder where occurrence = any(:ids)
), wanted as materialized (
    select o.id as occurrence, o.id::text as subject, o.cycle, {_SHARED}, o.agency, s.tells, s.clock,
           '' as turn, o.due_on, s.offset_days, s.event_type, {_DUE_AT} as fires_at
    {_DUE_STEPS} and s.tells = 'reporter'
    union all
    select o.id, o.id::text, o.cycle, {_SHARED}, o.agency, s.tells, s.clock, coalesce(o.submission::text, ''),
           (o.correction_due_at at time zone 'Asia/Ho_Chi_Minh')::date, s.offset_days, s.event_type,
           ((o.correction_due_at at time zone 'Asia/Ho_Chi_Minh')::date + s.offset_days {_AT_EIGHT}
    from occurrence o
    left join own on own.policy = o.obligation
    join ladder_step s on s.policy = coalesce(own.policy, '*') and s.clock = 'correction'
    where o.id = any(:ids) and not o.history and o.state = 'returned' and o.correction_due_at is not null
      and s.tells = 'reporter'
    union all
    (select distinct on (o.cycle, told.agency, o.due_on, s.offset_days)
           null::uuid, o.cycle, o.cycle, {_SHARED}, told.agency, s.tells, s.clock,
           '', o.due_on, s.offset_days, s.event_type, {_DUE_AT}
    {
        _DUE_STEPS.replace(
            "where",
            "cross join lateral unnest(case s.tells when 'recipient' then o.recipients else o.next_level end)"
            " as told(agency) where",
        )
    } and s.tells <> 'reporter' and told.agency <> o.agency
    order by o.cycle, told.agency, o.due_on, s.offset_days, s.tells desc)
), stopped as (
    update reminder r set state = 'stopped', settled_at = :now
    where r.state = 'planned' and r.occurrence = any(:ids) and not exists (
        select from wanted w where w.subject = r.subject and w.agency = r.agency and w.clock = r.clock
          and w.turn = r.turn and w.due_on = r.due_on and w.offset_days = r.offset_days)
)
insert into reminder (id, occurrence, subject, cycle, obligation, plan, period, agency, tells, clock, turn,
                      due_on, offset_days, event_type, fires_at, state, settled_at)
select uuidv7(), w.occurrence, w.subject, w.cycle, w.obligation, w.plan, w.period, w.agency, w.tells, w.clock,
       w.turn, w.due_on, w.offset_days, w.event_type, w.fires_at,
       case when late then 'skipped' else 'planned' end, case when late then :now end
from wanted w left join planned_before b on b.occurrence = w.occurrence
cross join lateral (
    select b.occurrence is not null and w.offset_days < 0 and w.fires_at <= :now as late) l
on conflict on constraint uq_reminder_step do update
    set state = excluded.state, settled_at = excluded.settled_at, fires_at = excluded.fires_at
    where (reminder.state = 'stopped' and excluded.state = 'planned')
       or (reminder.state = 'planned' and reminder.fires_at <> excluded.fires_at)
""",
    ids=IDS,
)
"""A ladder that is planned anew (other due day) does not repeat what lies before its due day and has passed:
the extension or rescheduling itself has just been told."""

_CLAIM = sql(
    """
with due as materialized (
    select * from reminder where state = 'planned' and fires_at <= :now
    order by fires_at, id limit :most for update skip locked
)
select d.id, d.occurrence, d.cycle, d.obligation, d.plan, d.period, d.agency, d.tells, d.clock, d.due_on,
       d.offset_days, d.event_type,
       exists (
           select from reminder l
           where l.subject = d.subject and l.agency = d.agency and l.clock = d.clock and l.turn = d.turn
             and l.due_on = d.due_on and l.offset_days > d.offset_days and l.fires_at <= :now) as superseded,
       case d.clock when 'due' then o.state = 'owed' and o.due_on = d.due_on
                    else o.state = 'returned' and o.submission::text = d.turn end as owed,
       o.form, o.recipients, o.title_vi, o.title_en, o.link,
       case d.clock when 'due' then o.due_at else o.correction_due_at end as due_at
from due d left join occurrence o on o.id = d.occurrence
order by d.fires_at, d.id
""",
    most=sa.Integer(),
)
"""Whether a later step has come follows from the plan alone, so workers side by side agree on it."""

_MISSING = sql(
    """
select r.id, o.id as occurrence, o.agency, o.form, o.due_at, o.title_vi, o.title_en, o.recipients
from reminder r join occurrence o on o.cycle = r.cycle and o.due_on = r.due_on
where r.id = any(:ids) and o.state = 'owed' and not o.history and o.agency <> r.agency
  and r.agency = any(o.recipients || o.next_level)
order by r.id, o.agency
""",
    ids=IDS,
)

_SETTLE = sql(
    "update reminder set state = :state, settled_at = :now where id = any(:ids)",
    ids=IDS,
    state=sa.Text(),
)
