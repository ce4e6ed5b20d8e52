"""Migrations of every service: one Alembic environment, one migrator at a time, the kernel's own tables."""

import asyncio
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only

from kernel.database import async_url
from kernel.process import Service
from kernel.settings import ServiceSettings
from kernel.tables import kernel_metadata

LOCK = 402


def config_for(migrations: Path, database_url: str) -> Config:
    """Return Alembic's configuration for one service."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["database_url"] = database_url
    return config


def migrate(service: Service, settings: ServiceSettings) -> None:
    """Bring a service's database to the newest revision."""
    upgrade(service.migrations, settings.database_url)


def upgrade(migrations: Path, database_url: str, revision: str = "head") -> None:
    """Bring a database to a revision, without loading what its tables look like in the code."""
    config = config_for(migrations, database_url)
    config.attributes["compares"] = False
    command.upgrade(config, revision)


def run_environment(metadata: str | None = None) -> None:
    """The body of every service's `env.py`. `metadata` names the tables, as `package.module:object`."""
    targets = [kernel_metadata]
    if metadata is not None and context.config.attributes.get("compares", True):
        targets = [resolve_name(metadata), kernel_metadata]
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", target_metadata=targets, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    asyncio.run(_run_online(targets, context.config.attributes["database_url"]))


async def _run_online(targets: list[sa.MetaData], database_url: str) -> None:
    engine = create_async_engine(async_url(database_url), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, targets)
    await engine.dispose()


def _migrate(connection: sa.Connection, targets: list[sa.MetaData]) -> None:
    connection.execute(sa.text("select pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=targets,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        include_object=_is_ours,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.execute(sa.text("select pg_advisory_unlock_all()"))
        connection.commit()


def _is_ours(_: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave out PgQueuer's tables, partitions, and constraints that SQLAlchemy cannot express."""
    if reflected and kind == "table" and compare_to is None:
        return not (name or "").startswith(("pgqueuer", "observation_"))
    return not (name or "").startswith(("period_", "temporal_"))


def execute_script(sql: str) -> None:
    """Run several statements at once on the migration's own connection."""
    raw = op.get_bind().connection.driver_connection
    assert raw is not None
    await_only(raw.execute(sql))


def create_kernel_tables() -> None:
    """Create what every service's database has (kernel schema 1) and PgQueuer's own tables."""
    execute_script(KERNEL_1)
    execute_script(QueryBuilderEnvironment().build_install_query())


KERNEL_1 = """
create table event (
    id uuid not null, txid xid8 not null default pg_current_xact_id(),
    type text not null, subject text not null,
    occurred_at timestamptz not null, recorded_at timestamptz not null default now(),
    client text, agency text, on_behalf_of text, request_id text, traceparent text,
    data jsonb not null, audience text[] not null,
    before jsonb, after jsonb, reason text,
    position bigint, hash bytea,
    constraint pk_event primary key (id),
    constraint uq_event_position unique (position)
);
create index ix_event_unsealed on event (txid, id) where position is null;
create index ix_event_subject on event (subject);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed', tg_table_name using errcode = 'restrict_violation';
end $$;

create function refuse_event_change() returns trigger language plpgsql as $$
begin
    if old.position is null and new.position is not null and new.hash is not null
       and to_jsonb(new) - 'position' - 'hash' = to_jsonb(old) - 'position' - 'hash' then
        return new;
    end if;
    raise exception 'an event is only sealed, never changed' using errcode = 'restrict_violation';
end $$;
create trigger event_sealed_only before update on event for each row execute function refuse_event_change();
create trigger event_never_deleted before delete on event for each row execute function refuse_change();
create trigger event_never_truncated before truncate on event for each statement execute function refuse_change();

create table log_epoch (
    epoch uuid not null, begun_at timestamptz not null default now(),
    constraint pk_log_epoch primary key (epoch)
);
insert into log_epoch (epoch) values (uuidv7());

create table feed_cursor (
    source text not null, cursor text, read_at timestamptz not null default now(),
    constraint pk_feed_cursor primary key (source)
);

create table idempotency_key (
    client text not null, key text not null, request_hash bytea not null,
    status smallint, headers jsonb, body bytea, created_at timestamptz not null default now(),
    constraint pk_idempotency_key primary key (client, key)
);
create index ix_idempotency_key_created_at on idempotency_key (created_at);

create table installation (
    id smallint not null, live_from date not null, clock_offset interval not null,
    constraint pk_installation primary key (id),
    constraint ck_installation_one_row check (id = 1)
);
"""
