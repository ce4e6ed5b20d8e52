"""Every statement about clients and their secrets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from gateway.base import after_commit
from gateway.client.errors import ClientNotFound
from gateway.client.tables import Client, ClientSecret

LAST_USE_PRECISION = timedelta(minutes=1)


@dataclass(frozen=True)
class Credentialed:
    """A client with the digests that prove it now."""

    client: Client
    digests: list[bytes]


class ClientStore:
    """Reads and writes clients."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def once_committed(self, act: Callable[[], None]) -> None:
        """Do something in memory when, and only when, the change at hand is kept."""
        after_commit(self._session, act)

    async def add(self, client: Client, secret: ClientSecret) -> None:
        """Keep a new client and its first secret."""
        self._session.add(client)
        await self._session.flush()
        self._session.add(secret)
        await self._session.flush()

    async def add_secret(self, secret: ClientSecret) -> None:
        """Keep one more secret."""
        self._session.add(secret)
        await self._session.flush()

    async def get(self, client_id: str, *, to_change: bool = False) -> Client:
        """Return a client; with `to_change` its row is locked until the transaction ends."""
        found = await self._session.get(Client, client_id, with_for_update=to_change or None)
        if found is None:
            raise ClientNotFound(client_id)
        return found

    async def list_page(self, after: str | None, agency: str | None, limit: int) -> list[Client]:
        """Return one more than `limit` clients in the order of their ids."""
        page = select(Client).order_by(col(Client.id)).limit(limit + 1)
        if after is not None:
            page = page.where(col(Client.id) > after)
        if agency is not None:
            page = page.where(col(Client.agency) == agency)
        return list((await self._session.exec(page)).all())

    async def list_secrets(self, client_ids: Sequence[str], now: datetime) -> dict[str, list[ClientSecret]]:
        """Return the secrets that count now, newest first, by client."""
        counting = select(ClientSecret).where(col(ClientSecret.client_id).in_(client_ids), _counts(now))
        rows = await self._session.exec(counting.order_by(col(ClientSecret.id).desc()))
        found: dict[str, list[ClientSecret]] = {client_id: [] for client_id in client_ids}
        for row in rows:
            found[row.client_id].append(row)
        return found

    async def drop_secrets(self, ids: Sequence[object]) -> None:
        """Forget secrets for good."""
        await self._session.exec(sa.delete(ClientSecret).where(col(ClientSecret.id).in_(ids)))

    async def find_credentialed(self, client_id: str, now: datetime) -> Credentialed | None:
        """Return a client with the digests that count now."""
        both = (
            select(Client, ClientSecret)
            .outerjoin(ClientSecret, sa.and_(col(ClientSecret.client_id) == col(Client.id), _counts(now)))
            .where(col(Client.id) == client_id)
        )
        rows = (await self._session.exec(both)).all()
        if not rows:
            return None
        digests = [secret.digest for _, secret in rows if secret is not None]
        return Credentialed(client=rows[0][0], digests=digests)

    async def note_use(self, client_id: str, now: datetime) -> None:
        """Remember that a client got a token, at most once a minute."""
        stale = sa.or_(col(Client.last_used_at).is_(None), col(Client.last_used_at) < now - LAST_USE_PRECISION)
        await self._session.exec(
            sa.update(Client).where(col(Client.id) == client_id, stale).values(last_used_at=now)
        )

    async def has_administrator(self, now: datetime) -> bool:
        """Say whether some client can manage the installation now."""
        living = sa.or_(col(Client.expires_at).is_(None), col(Client.expires_at) > now)
        found = sa.exists().where(col(Client.scopes).contains(["admin"]), col(Client.enabled), living)
        return bool((await self._session.exec(select(found))).one())


def _counts(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(col(ClientSecret.expires_at).is_(None), col(ClientSecret.expires_at) > now)
