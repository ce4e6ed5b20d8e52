"""How clients and their secrets are kept."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint
from sqlmodel import Field

from gateway.base import GatewayRow, text_list
from kernel.tables import UTC_TIME


class Client(GatewayRow, table=True):
    """One system of one agency. Its agency never changes; `generation` and `version` only rise.

    Tokens carry the generation they were issued in: raising it makes all older ones worthless.
    The agency is not a foreign key: clients outlive any state of the copy, and the first one comes before it.
    """

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("generation >= 1", name="generation_positive"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("cardinality(scopes) >= 1", name="has_scope"),
        sa.Index("ix_client_generation_raised_at", "generation_raised_at"),
        sa.Index("ix_client_agency", "agency"),
    )

    id: str = Field(primary_key=True)
    name: str
    agency: str
    scopes: list[str] = Field(sa_column=text_list())
    plans: list[str] = Field(sa_column=text_list())
    enabled: bool = True
    expires_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    generation: int = 1
    generation_raised_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    version: int = 1
    created_at: datetime = Field(sa_type=UTC_TIME)
    last_used_at: datetime | None = Field(default=None, sa_type=UTC_TIME)


class ClientSecret(GatewayRow, table=True):
    """The keyed digest of one secret. The secret itself is shown once and kept nowhere."""

    __tablename__ = "client_secret"

    id: UUID = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id", index=True)
    digest: bytes
    created_at: datetime = Field(sa_type=UTC_TIME)
    expires_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
