"""Clients, their secrets, revoked tokens, the copy of the agencies, the sandbox clock's last move."""

from kernel.migrations import create_kernel_tables, execute_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kernel_tables()
    execute_script(TABLES)


def downgrade() -> None:
    raise NotImplementedError("The first migration has nothing before it: drop the database instead.")


TABLES = """
create table agency (
    id varchar not null,
    name_vi varchar not null,
    name_en varchar,
    valid_to date,
    constraint pk_agency primary key (id)
);

create table client (
    id varchar not null,
    name varchar not null,
    agency varchar not null,
    scopes text[] not null,
    plans text[] not null,
    enabled boolean not null,
    expires_at timestamptz,
    generation integer not null,
    generation_raised_at timestamptz,
    version integer not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    constraint pk_client primary key (id),
    constraint ck_client_generation_positive check (generation >= 1),
    constraint ck_client_version_positive check (version >= 1),
    constraint ck_client_has_scope check (cardinality(scopes) >= 1)
);
create index ix_client_generation_raised_at on client (generation_raised_at);
create index ix_client_agency on client (agency);

create table client_secret (
    id uuid not null,
    client_id varchar not null,
    digest bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    constraint pk_client_secret primary key (id),
    constraint fk_client_secret_client_id foreign key (client_id) references client (id)
);
create index ix_client_secret_client_id on client_secret (client_id);

create table revoked_token (
    jti varchar not null,
    client_id varchar not null,
    expires_at timestamptz not null,
    constraint pk_revoked_token primary key (jti)
);
create index ix_revoked_token_expires_at on revoked_token (expires_at);

create table sandbox_clock (
    id smallint not null,
    asked_for timestamptz not null,
    clock_offset interval not null,
    constraint pk_sandbox_clock primary key (id),
    constraint ck_sandbox_clock_one_row check (id = 1)
);
"""
