"""Requests of lead agencies that widen a group, and who listed and ended a member of an open group."""

from kernel.migrations import execute_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(TABLES)


def downgrade() -> None:
    execute_script(BACK)


TABLES = """
alter table group_member
    add column id uuid not null default uuidv7(),
    add column document text,
    add column recorded_at timestamptz not null default now(),
    add column ended_by text,
    add column end_reason text,
    add constraint uq_group_member_id unique (id),
    add constraint ck_group_member_end_with_reason check ((ended_by is null) = (end_reason is null));

create table task_request (
    id uuid not null,
    task text not null,
    agency_group text not null,
    agency text not null,
    requested_by text not null,
    valid daterange not null,
    reason text not null,
    document text,
    author text not null,
    recorded_at timestamptz not null,
    ended_by text,
    end_reason text,
    constraint pk_task_request primary key (id),
    constraint ck_task_request_valid_some_days check (not isempty(valid)),
    constraint ck_task_request_reason_given check (reason <> ''),
    constraint ck_task_request_end_with_reason check ((ended_by is null) = (end_reason is null)),
    constraint ck_task_request_two_agencies check (agency <> requested_by),
    constraint fk_task_request_task foreign key(task) references task (id),
    constraint fk_task_request_agency_group foreign key(agency_group) references agency_group (id),
    constraint fk_task_request_agency foreign key(agency) references agency (id),
    constraint fk_task_request_requested_by foreign key(requested_by) references agency (id),
    constraint temporal_request_once_a_day unique (task, agency, valid without overlaps)
);
create index ix_task_request_agency on task_request (agency);
"""

BACK = """
drop table task_request;
alter table group_member
    drop column id, drop column document, drop column recorded_at, drop column ended_by, drop column end_reason;
"""
