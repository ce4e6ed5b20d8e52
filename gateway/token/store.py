"""Every statement about revoked tokens, and what all gateway processes must hear of."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from gateway.base import after_commit
from gateway.client.tables import Client
from gateway.token.tables import RevokedToken
from kernel.prepared import Prepared
from kernel.tables import UTC_TIME

OUTLIVES_ANY_TOKEN = timedelta(minutes=15)


class RevocationStore:
    """Keeps revocations and reads what changed lately."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def once_committed(self, act: Callable[[], None]) -> None:
        """Do something in memory when, and only when, the change at hand is kept."""
        after_commit(self._session, act)

    async def revoke(self, jti: str, client_id: str, expires_at: datetime) -> None:
        """Keep a revocation; a second one changes nothing."""
        row = {"jti": jti, "client_id": client_id, "expires_at": expires_at}
        await self._session.exec(insert(RevokedToken).values(row).on_conflict_do_nothing())

    async def read_standing(self, now: datetime) -> tuple[dict[str, float], dict[str, int]]:
        """Return revoked tokens that still run, and the clients whose generation rose lately.

        Both are read whole each time: a cursor over them would miss what commits late.
        """
        revoked = await _REVOKED.read(self._session, now=now)
        raised = await _RAISED.read(self._session, since=now - OUTLIVES_ANY_TOKEN)
        jtis = {row["jti"]: row["expires_at"].timestamp() for row in revoked}
        return jtis, {row["id"]: row["generation"] for row in raised}

    async def forget_expired(self, now: datetime) -> None:
        """Drop revocations of tokens that expired."""
        await self._session.exec(sa.delete(RevokedToken).where(col(RevokedToken.expires_at) <= now))


_REVOKED = Prepared(
    sa.select(col(RevokedToken.jti), col(RevokedToken.expires_at)).where(
        col(RevokedToken.expires_at) > sa.bindparam("now", type_=UTC_TIME)
    )
)
_RAISED = Prepared(
    sa.select(col(Client.id), col(Client.generation)).where(
        col(Client.generation_raised_at) > sa.bindparam("since", type_=UTC_TIME)
    )
)
