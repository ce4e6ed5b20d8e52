"""The first tables of notifications, and the default ladder."""

from kernel.migrations import create_kernel_tables, execute_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    create_kernel_tables()
    execute_script(TABLES)
    execute_script(DEFAULT_LADDER)


TABLES = """
create table agency (
    id text not null, name_vi text not null, name_en text not null, kind text not null,
    time_zone text, valid_to date,
    constraint pk_agency primary key (id)
);

create table occurrence (
    id uuid not null,
    obligation text not null, plan text, form text, cycle text not null, period text not null,
    agency text not null, recipients text[] not null, via text[] not null, next_level text[] not null,
    steward text, due_on date, due_at timestamptz, overdue_after timestamptz,
    title_vi text not null, title_en text not null, history boolean not null, link text,
    state text not null, submission uuid, correction_due_at timestamptz, met_at timestamptz,
    constraint pk_occurrence primary key (id),
    constraint ck_occurrence_state_known
        check (state in ('owed', 'submitted', 'returned', 'accepted', 'waived', 'replaced'))
);
create index ix_occurrence_cycle on occurrence (cycle);
create index ix_occurrence_agency on occurrence (agency);
create index ix_occurrence_obligation_period_agency on occurrence (obligation, period, agency);

create table ladder_step (
    policy text not null, clock text not null, offset_days integer not null, tells text not null,
    event_type text not null,
    constraint pk_ladder_step primary key (policy, clock, offset_days, tells),
    constraint ck_ladder_step_clock_known check (clock in ('due', 'correction')),
    constraint ck_ladder_step_tells_known check (tells in ('reporter', 'recipient', 'next_level'))
);

create table reminder (
    id uuid not null, occurrence uuid, subject text not null, cycle text not null,
    obligation text not null, plan text, period text not null,
    agency text not null, tells text not null, clock text not null, turn text not null,
    due_on date not null, offset_days integer not null, event_type text not null,
    fires_at timestamptz not null, state text not null, settled_at timestamptz,
    constraint pk_reminder primary key (id),
    constraint uq_reminder_step unique (subject, agency, clock, turn, due_on, offset_days),
    constraint ck_reminder_tells_known check (tells in ('reporter', 'recipient', 'next_level')),
    constraint ck_reminder_clock_known check (clock in ('due', 'correction')),
    constraint ck_reminder_state_known check (state in ('planned', 'fired', 'skipped', 'stopped')),
    constraint ck_reminder_reporter_has_occurrence check ((occurrence is null) = (tells <> 'reporter'))
);
create index ix_reminder_occurrence on reminder (occurrence);
create index ix_reminder_cycle on reminder (cycle);
create index ix_reminder_planned on reminder (fires_at, id) where state = 'planned';
create index ix_reminder_agency on reminder (agency, fires_at, id);

create table endpoint (
    id uuid not null, agency text not null, client text not null, url text not null,
    event_types text[] not null, plans text[] not null, obligations text[] not null,
    description text not null, state text not null, disabled_reason text,
    secret text not null, previous_secret text, previous_until timestamptz,
    failures integer not null, exhaustions integer not null, version integer not null,
    created_at timestamptz not null, changed_at timestamptz not null,
    constraint pk_endpoint primary key (id),
    constraint ck_endpoint_state_known check (state in ('enabled', 'disabled', 'deleted')),
    constraint ck_endpoint_version_positive check (version >= 1),
    constraint ck_endpoint_previous_secret_dated
        check ((previous_secret is null) = (previous_until is null))
);
create index ix_endpoint_agency_id on endpoint (agency, id);

create table delivery (
    id uuid not null, event uuid not null, endpoint uuid not null, agency text not null,
    event_type text not null, state text not null, attempts integer not null, tries integer not null,
    next_at timestamptz not null, created_at timestamptz not null, settled_at timestamptz,
    constraint pk_delivery primary key (id),
    constraint uq_delivery_event_endpoint unique (event, endpoint),
    constraint fk_delivery_endpoint foreign key (endpoint) references endpoint (id),
    constraint ck_delivery_tries_counted check (attempts >= tries),
    constraint ck_delivery_state_known check (state in ('pending', 'sending', 'delivered', 'failed'))
);
create index ix_delivery_waiting on delivery (endpoint, next_at, id) where state in ('pending', 'sending');
create index ix_delivery_agency_id on delivery (agency, id);

create table attempt (
    delivery uuid not null, number integer not null, started_at timestamptz not null,
    took_ms integer, status integer, error text, answer text, address text,
    constraint pk_attempt primary key (delivery, number),
    constraint fk_attempt_delivery foreign key (delivery) references delivery (id)
);

create table inbox_item (
    id uuid not null, agency text not null, event uuid not null,
    told_at timestamptz not null, read_at timestamptz,
    constraint pk_inbox_item primary key (id),
    constraint uq_inbox_item_agency_event unique (agency, event)
);
create index ix_inbox_item_agency_id on inbox_item (agency, id);
create index ix_inbox_item_unread on inbox_item (agency, id) where read_at is null;
"""

DEFAULT_LADDER = """
insert into ladder_step (policy, clock, offset_days, tells, event_type) values
    ('*', 'due', -30, 'reporter', 'deadline.approaching'),
    ('*', 'due', -7, 'reporter', 'deadline.approaching'),
    ('*', 'due', -1, 'reporter', 'deadline.approaching'),
    ('*', 'due', 0, 'reporter', 'deadline.due'),
    ('*', 'due', 1, 'reporter', 'deadline.overdue'),
    ('*', 'due', 1, 'recipient', 'deadline.overdue'),
    ('*', 'due', 7, 'reporter', 'deadline.escalated'),
    ('*', 'due', 7, 'recipient', 'deadline.escalated'),
    ('*', 'due', 7, 'next_level', 'deadline.escalated'),
    ('*', 'correction', 0, 'reporter', 'deadline.due'),
    ('*', 'correction', 1, 'reporter', 'deadline.overdue');
"""
