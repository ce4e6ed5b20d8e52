"""The tables that every service's database has. Written by Core, never by the ORM."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names of every service's metadata, so that stores can translate a breach by its name."""


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


ischema_names["xid8"] = Xid8

UTC_TIME = sa.DateTime(timezone=True)

kernel_metadata = sa.MetaData(naming_convention=NAMING)

event = sa.Table(
    "event",
    kernel_metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("txid", Xid8, nullable=False, server_default=sa.text("pg_current_xact_id()")),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("occurred_at", UTC_TIME, nullable=False),
    sa.Column("recorded_at", UTC_TIME, nullable=False, server_default=sa.text("now()")),
    sa.Column("client", sa.Text),
    sa.Column("agency", sa.Text),
    sa.Column("on_behalf_of", sa.Text),
    sa.Column("request_id", sa.Text),
    sa.Column("traceparent", sa.Text),
    sa.Column("data", pg.JSONB, nullable=False),
    sa.Column("audience", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("before", pg.JSONB),
    sa.Column("after", pg.JSONB),
    sa.Column("reason", sa.Text),
    sa.Column("position", sa.BigInteger, unique=True),
    sa.Column("hash", sa.LargeBinary),
    sa.Index("ix_event_unsealed", "txid", "id", postgresql_where=sa.text("position IS NULL")),
    sa.Index("ix_event_subject", "subject"),
)

log_epoch = sa.Table(
    "log_epoch",
    kernel_metadata,
    sa.Column("epoch", sa.Uuid, primary_key=True),
    sa.Column("begun_at", UTC_TIME, nullable=False, server_default=sa.text("now()")),
)

feed_cursor = sa.Table(
    "feed_cursor",
    kernel_metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("cursor", sa.Text),
    sa.Column("read_at", UTC_TIME, nullable=False, server_default=sa.text("now()")),
)

idempotency_key = sa.Table(
    "idempotency_key",
    kernel_metadata,
    sa.Column("client", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.LargeBinary, nullable=False),
    sa.Column("status", sa.SmallInteger),
    sa.Column("headers", pg.JSONB),
    sa.Column("body", sa.LargeBinary),
    sa.Column("created_at", UTC_TIME, nullable=False, server_default=sa.text("now()")),
    sa.Index(None, "created_at"),
)

installation = sa.Table(
    "installation",
    kernel_metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("live_from", sa.Date, nullable=False),
    sa.Column("clock_offset", sa.Interval, nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)
