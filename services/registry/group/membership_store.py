"""Every statement about members by hand: those that a steward listed, and those that a lead asked for one task."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.ids import new_id
from services.registry.base import broken_constraint, table_of
from services.registry.group.errors import ListingUnknown, MemberListedTwice, RequestUnknown
from services.registry.group.tables import AgencyGroup, AgencyGroupWord, GroupKind, GroupMember, TaskRequest
from services.registry.keyset import page_of
from services.registry.obligation.tables import ObligationPart, ObligationParty
from services.registry.validity import begins, days, ends

member = table_of(GroupMember)
request = table_of(TaskRequest)
group = table_of(AgencyGroup)
word = table_of(AgencyGroupWord)
kind = table_of(GroupKind)
party = table_of(ObligationParty)

ONE_PERIOD_A_DAY = {"pk_group_member", "temporal_request_once_a_day"}


def _shown(table: sa.Table) -> sa.Select[Any]:
    written_by = table.c.listed_by if table is member else table.c.author
    lasting = (c for c in table.columns if c.name not in ("valid", "listed_by", "author"))
    return sa.select(
        *lasting,
        written_by.label("author"),
        begins(table.c.valid).label("valid_from"),
        ends(table.c.valid).label("valid_to"),
    )


class MembershipStore:
    """Keeps members by hand. They are added and ended, never changed or deleted."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def list_listings(self, group_id: str, after: tuple[Any, ...] | None, limit: int) -> Sequence[Any]:
        """Return up to `limit` listed members of a group, in the order of their first days, after a sort key."""
        return await self._list(member, member.c.agency_group == group_id, after, limit)

    async def list_requests(self, task: str, after: tuple[Any, ...] | None, limit: int) -> Sequence[Any]:
        """Return up to `limit` requests for a task, in the order of their first days, after a sort key."""
        return await self._list(request, request.c.task == task, after, limit)

    async def get_listing(self, group_id: str, listing: UUID, *, hold: bool = False) -> Any:
        """Return one listed member, or refuse; held, nobody else ends it until the transaction is over."""
        found = _shown(member).where(member.c.agency_group == group_id, member.c.id == listing)
        held = found.with_for_update() if hold else found
        row = (await self.session.execute(held)).one_or_none()
        if row is None:
            raise ListingUnknown(listing)
        return row

    async def get_request(self, task: str, asked: UUID, *, hold: bool = False) -> Any:
        """Return one request, or refuse; held, nobody else ends it until the transaction is over."""
        found = _shown(request).where(request.c.task == task, request.c.id == asked)
        held = found.with_for_update() if hold else found
        row = (await self.session.execute(held)).one_or_none()
        if row is None:
            raise RequestUnknown(asked)
        return row

    async def read_words(self, group_id: str, province: str | None) -> dict[str, list[str]]:
        """Return the words of a group with the agency kinds that they mean where it lies."""
        meant = kind.c.provincial_agency_kinds if province else kind.c.agency_kinds
        found = (
            sa.select(word.c.word, meant.label("kinds"))
            .join(kind, kind.c.word == word.c.word)
            .where(word.c.agency_group == group_id)
        )
        return {row.word: row.kinds for row in await self.session.execute(found)}

    async def list_request_groups(self, codes: Sequence[str]) -> list[str]:
        """Return those of some groups that are open to requests of a lead, in the order given."""
        open_ones = sa.select(group.c.id).where(group.c.id.in_(codes), group.c.on_lead_request)
        found = set((await self.session.execute(open_ones)).scalars())
        return [code for code in codes if code in found]

    async def list_obligations_of(self, group_id: str) -> Sequence[str]:
        """Return the obligations whose reporters a group feeds."""
        named = (party.c.agency_group == group_id, party.c.part == ObligationPart.REPORTER.value)
        found = sa.select(party.c.obligation).where(*named).distinct().order_by(party.c.obligation)
        return (await self.session.execute(found)).scalars().all()

    async def add_listing(self, row: dict[str, Any]) -> UUID:
        """Keep a listed member."""
        row["listed_by"] = row.pop("author")
        return await self._add(member, row)

    async def add_request(self, row: dict[str, Any]) -> UUID:
        """Keep a request."""
        return await self._add(request, row)

    async def end_listing(self, listing: UUID, first: date, last: date, by: str, reason: str) -> None:
        """Let a listed member belong to its group until a day."""
        await self._end(member, listing, first, last, by, reason)

    async def end_request(self, asked: UUID, first: date, last: date, by: str, reason: str) -> None:
        """Let a request hold until a day."""
        await self._end(request, asked, first, last, by, reason)

    async def _list(
        self, table: sa.Table, condition: sa.ColumnElement[bool], after: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Any]:
        key = (begins(table.c.valid), table.c.id)
        return (await self.session.execute(page_of(_shown(table).where(condition), key, after, limit))).all()

    async def _add(self, table: sa.Table, row: dict[str, Any]) -> UUID:
        valid = days(row.pop("valid_from"), row.pop("valid_to"))
        made = new_id()
        try:
            await self.session.execute(sa.insert(table).values(**row, id=made, valid=valid))
        except IntegrityError as error:
            if broken_constraint(error) in ONE_PERIOD_A_DAY:
                raise MemberListedTwice(row["agency"]) from error
            raise
        return made

    async def _end(self, table: sa.Table, one: UUID, first: date, last: date, by: str, reason: str) -> None:
        ended = {"valid": days(first, last), "ended_by": by, "end_reason": reason}
        await self.session.execute(sa.update(table).where(table.c.id == one).values(**ended))
