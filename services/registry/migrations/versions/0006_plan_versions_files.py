"""Versions and drafts of plans, what a task says of money and addressees, and stored files of instruments.

The task tables hold the version of a plan that is in force now; a version that is not keeps its whole content.
"""

from kernel.migrations import execute_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(INSTRUMENTS)
    execute_script(FILES)
    execute_script(PLANS)
    execute_script(FIRST_VERSIONS)
    execute_script(NEVER_CHANGED)


def downgrade() -> None:
    execute_script(BACK)


INSTRUMENTS = """
alter table instrument
    add column expires_on date,
    add column author text,
    drop constraint ck_instrument_relation_known,
    add constraint ck_instrument_relation_known check (relation in (
        'implements', 'guides', 'amends', 'ratifies', 'reviews', 'replaces', 'repeals'
    ));
alter table instrument_basis
    add column relation text,
    add column effective_on date,
    add constraint ck_instrument_basis_relation_known check (relation in (
        'implements', 'guides', 'amends', 'ratifies', 'reviews', 'replaces', 'repeals'
    ));
"""

FILES = """
create table stored_file (
    sha256 text not null,
    media_type text not null,
    length bigint not null,
    stored_at timestamptz not null,
    constraint pk_stored_file primary key (sha256),
    constraint ck_stored_file_hash_hexadecimal check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint ck_stored_file_some_bytes check (length > 0)
);

create table file_chunk (
    file text not null,
    number integer not null,
    content bytea not null,
    constraint pk_file_chunk primary key (file, number),
    constraint fk_file_chunk_file foreign key(file) references stored_file (sha256)
);
alter table file_chunk alter column content set storage external;

create table instrument_file (
    id uuid not null,
    instrument text not null,
    file text not null,
    name text not null,
    author text not null,
    added_at timestamptz not null,
    constraint pk_instrument_file primary key (id),
    constraint uq_instrument_file_instrument_file unique (instrument, file),
    constraint fk_instrument_file_instrument foreign key(instrument) references instrument (id),
    constraint fk_instrument_file_file foreign key(file) references stored_file (sha256)
);
create index ix_instrument_file_file on instrument_file (file);
"""

PLANS = """
alter table plan
    add column funding_vi text,
    add column funding_en text;

alter table task
    add column funding_vi text,
    add column funding_en text,
    add column removed_in integer;

alter table task_party add column printed text;
alter table assigned_duty_party add column printed text;

create table task_addressee (
    task text not null,
    place integer not null,
    agency text,
    agency_group text,
    printed text,
    constraint pk_task_addressee primary key (task, place),
    constraint ck_task_addressee_names_one check (num_nonnulls(agency, agency_group) = 1),
    constraint fk_task_addressee_task foreign key(task) references task (id),
    constraint fk_task_addressee_agency foreign key(agency) references agency (id),
    constraint fk_task_addressee_agency_group foreign key(agency_group) references agency_group (id)
);
create index ix_task_addressee_agency on task_addressee (agency);
create index ix_task_addressee_agency_group on task_addressee (agency_group);

create table plan_version (
    plan text not null,
    version integer not null,
    valid daterange not null,
    content jsonb,
    instrument text not null,
    author text not null,
    reason text not null,
    published_at timestamptz not null,
    constraint pk_plan_version primary key (plan, version),
    constraint ck_plan_version_version_positive check (version >= 1),
    constraint ck_plan_version_valid_some_days check (not isempty(valid)),
    constraint ck_plan_version_reason_given check (reason <> ''),
    constraint fk_plan_version_plan foreign key(plan) references plan (id),
    constraint fk_plan_version_instrument foreign key(instrument) references instrument (id),
    constraint temporal_plan_version_one_a_day unique (plan, valid without overlaps)
);
create index ix_plan_version_instrument on plan_version (instrument);
create unique index ix_plan_version_one_in_force on plan_version (plan) where content is null;

create table plan_draft (
    plan text not null,
    instrument text not null,
    based_on integer,
    content jsonb not null,
    revision integer not null,
    author text not null,
    begun_at timestamptz not null,
    changed_at timestamptz not null,
    constraint pk_plan_draft primary key (plan),
    constraint ck_plan_draft_revision_positive check (revision >= 1),
    constraint fk_plan_draft_plan foreign key(plan) references instrument (id),
    constraint fk_plan_draft_instrument foreign key(instrument) references instrument (id)
);
create index ix_plan_draft_instrument on plan_draft (instrument);
"""

FIRST_VERSIONS = """
insert into plan_version (plan, version, valid, instrument, author, reason, published_at)
select id, 1, daterange(lower(valid), null), id, 'loader', 'reference files', now() from plan;
-- the lines of tasks are read once more, now with the addressees of their results
delete from loaded_line where file like 'tasks!_%' escape '!';
"""

NEVER_CHANGED = """
create function refuse_plan_version_change() returns trigger language plpgsql as $$
begin
    if old.content is null
       and to_jsonb(new) - 'content' - 'valid' = to_jsonb(old) - 'content' - 'valid'
       and lower(new.valid) is not distinct from lower(old.valid) then
        return new;
    end if;
    raise exception 'a published version is only followed by another, never changed'
        using errcode = 'restrict_violation';
end $$;
create trigger plan_version_only_followed before update on plan_version
    for each row execute function refuse_plan_version_change();
create trigger plan_version_never_deleted before delete on plan_version
    for each row execute function refuse_change();
create trigger file_chunk_never_changed before update on file_chunk
    for each row execute function refuse_change();
"""

BACK = """
drop table plan_draft, plan_version, task_addressee, instrument_file, file_chunk, stored_file;
drop function refuse_plan_version_change;
alter table task_party drop column printed;
alter table assigned_duty_party drop column printed;
alter table task drop column funding_vi, drop column funding_en, drop column removed_in;
alter table plan drop column funding_vi, drop column funding_en;
alter table instrument_basis drop column relation, drop column effective_on;
update instrument set relation = 'amends' where relation in ('replaces', 'repeals');
alter table instrument
    drop column expires_on,
    drop column author,
    drop constraint ck_instrument_relation_known,
    add constraint ck_instrument_relation_known check (relation in (
        'implements', 'guides', 'amends', 'ratifies', 'reviews'
    ));
"""
