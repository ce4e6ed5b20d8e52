"""Carrying out what an import previewed: one transaction, and as many statements whatever the number of rows."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import Range
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.database import raw_connection
from kernel.events import NewEvent
from kernel.ids import new_id
from services.registry.agency.acts import Change
from services.registry.agency.store import WRITING_LOCK
from services.registry.agency.tables import Act, Agency, AgencyChange, AgencyVersion
from services.registry.agency.writing import SET_TABLES, row_of, set_row_of
from services.registry.base import table_of
from services.registry.contact.tables import Contact
from services.registry.importing.errors import ImportOutdated
from services.registry.importing.judging import Verdict
from services.registry.importing.judging_contacts import ContactAct
from services.registry.validity import days

agency = table_of(Agency)
version = table_of(AgencyVersion)
change = table_of(AgencyChange)
contact = table_of(Contact)

LIVES = sa.text(
    """
    update agency set revision = revision + 1, lifetime = changed.lifetime
    from unnest(cast(:ids as text[]), cast(:lifetimes as daterange[])) changed (id, lifetime)
    where agency.id = changed.id
    """
).bindparams(sa.bindparam("lifetimes", type_=pg.ARRAY(pg.DATERANGE)))


class Applying:
    """Writes the acts of an import."""

    def __init__(self, session: AsyncSession, now: datetime, caller: Caller) -> None:
        self._session, self._now, self._caller = session, now, caller

    async def hold_writers(self) -> None:
        """Let nobody else change agencies until the transaction ends."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITING_LOCK)))

    async def apply_agencies(self, verdicts: Sequence[Verdict], reason: str) -> list[NewEvent]:
        """Make and change agencies; return what is to be told."""
        acts = [(v, v.act) for v in verdicts if isinstance(v.act, Change)]
        await self._session.execute(sa.text("set constraints all deferred"))
        made = [act for _, act in acts if act.act is Act.CREATED]
        changed = [act for _, act in acts if act.act is not Act.CREATED]
        notes = {v.subject: v.row.cells.get("note") or None for v, _ in acts}
        await self._insert(agency, [_new(act, notes[act.was.agency]) for act in made])
        divided = [act for act in changed if act.versions is not None]
        await self._clear(version, [act.was.agency for act in divided])
        await self._insert(version, [row_of(a.was.agency, v) for a in (*made, *divided) for v in a.versions or ()])
        for part, (table, columns) in SET_TABLES.items():
            await self._clear(table, [act.was.agency for act in changed if part in act.sets])
            rows = [set_row_of(a.was.agency, columns, r) for a in (*made, *changed) for r in a.sets.get(part, ())]
            await self._insert(table, rows)
        await self._renew(changed)
        await self._insert(change, [self._note(v, act, v.row.cells.get("reason") or reason) for v, act in acts])
        await self._check()
        return [_told(v, v.row.cells.get("reason") or reason) for v, _ in acts]

    async def apply_contacts(self, verdicts: Sequence[Verdict]) -> list[NewEvent]:
        """Add and change contacts; return what is to be told, which names no person."""
        acts = [v.act for v in verdicts if isinstance(v.act, ContactAct)]
        new = [(new_id(), act) for act in acts if act.contact is None]
        old = [(act.contact, act) for act in acts if act.contact is not None]
        await self._insert(contact, [{"id": one, **self._values(act)} for one, act in new])
        if old:
            values: dict[str, Any] = {name: sa.bindparam(f"b_{name}") for name in (*old[0][1].values, "valid")}
            writing = sa.update(contact).where(contact.c.id == sa.bindparam("b_id"))
            rows = [
                {"b_id": one, "b_valid": days(*act.days), **{f"b_{n}": v for n, v in act.values.items()}}
                for one, act in old
            ]
            connection = await self._session.connection()
            await connection.execute(writing.values(revision=contact.c.revision + 1, **values), rows)
        told = [("added", *pair) for pair in new] + [("changed", *pair) for pair in old]
        return [
            NewEvent(
                type="contact.changed",
                subject=str(one),
                data={"agency": act.agency, "contact": str(one), "act": done},
                audience=[act.agency],
            )
            for done, one, act in told
        ]

    def _values(self, act: ContactAct) -> dict[str, Any]:
        return {"agency": act.agency, **act.values, "valid": days(*act.days), "recorded_at": self._now}

    def _note(self, verdict: Verdict, act: Change, reason: str) -> dict[str, Any]:
        return {
            "agency": act.was.agency,
            "act": act.act,
            "holds_from": act.holds_from,
            "before": verdict.change["before"],
            "after": verdict.change["after"],
            "reason": reason,
            "author": self._caller.acting_agency,
            "client": self._caller.client,
            "recorded_at": self._now,
        }

    async def _renew(self, changed: Sequence[Change]) -> None:
        if changed:
            lifetimes = [days(act.becomes.first_day, act.becomes.last_day) for act in changed]
            query = {"ids": [act.was.agency for act in changed], "lifetimes": lifetimes}
            await self._session.execute(LIVES, query)

    async def _clear(self, table: sa.Table, agencies: list[str]) -> None:
        if agencies:
            wanted = sa.cast(agencies, pg.ARRAY(sa.Text))
            await self._session.execute(sa.delete(table).where(table.c.agency == sa.any_(wanted)))

    async def _insert(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        """Write rows by COPY; an insert a row takes three times as long."""
        if not rows:
            return
        raw = await raw_connection(self._session)
        columns = list(rows[0])
        records = [tuple(_copied(row[name]) for name in columns) for row in rows]
        with _outdated():
            await raw.copy_records_to_table(table.name, records=records, columns=columns)

    async def _check(self) -> None:
        raw = await raw_connection(self._session)
        with _outdated():
            await raw.execute("set constraints all immediate")


@contextmanager
def _outdated() -> Iterator[None]:
    """What the database refuses was let through by a writer who does not hold our lock: the loader."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise ImportOutdated([]) from error


def _copied(value: Any) -> Any:
    """Return a value as the driver writes it: JSON as text, days as its own range."""
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, Range):
        return asyncpg.Range(value.lower, value.upper, empty=value.is_empty)
    return value


def _new(act: Change, note: str | None) -> dict[str, Any]:
    lifetime = days(act.becomes.first_day, act.becomes.last_day)
    return {"id": act.was.agency, "lifetime": lifetime, "source_documents": [], "note": note}


def _told(verdict: Verdict, reason: str) -> NewEvent:
    return NewEvent(
        type="agency.changed",
        subject=str(verdict.subject),
        data={"agency": verdict.subject},
        before=verdict.change["before"] or None,
        after=verdict.change["after"],
        reason=reason,
    )
