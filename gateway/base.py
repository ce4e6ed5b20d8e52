"""What every table class of the gateway stands on: one registry, one metadata, the column types."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, registry
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.tables import NAMING

metadata = sa.MetaData(naming_convention=NAMING)


class GatewayRow(SQLModel, registry=registry(metadata=metadata)):
    """A row of the gateway's database. Table classes do not validate: build them from checked values."""

    metadata = metadata


def text_list() -> sa.Column[Any]:
    """Return a column that holds a list of codes."""
    return sa.Column(ARRAY(sa.Text), nullable=False)


def after_commit(session: AsyncSession, act: Callable[[], None]) -> None:
    """Call once the transaction is committed; a rolled back change must leave no trace in memory."""

    def acted(_: Session) -> None:
        act()

    sa.event.listen(session.sync_session, "after_commit", acted, once=True)
