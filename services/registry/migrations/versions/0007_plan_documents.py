"""Documents that were read into proposals: the file, the items, every correction; and the jobs that read them.

The file and what was read of it never change: corrections are made beside them and only ever added.
"""

from kernel.migrations import execute_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(TABLES)
    execute_script(NEVER_CHANGED)


def downgrade() -> None:
    execute_script("""
drop table plan_document_correction, plan_document_item, plan_document, job;
drop function refuse_change_of_what_was_read();
drop function refuse_change_of_correction();
""")


TABLES = """
create table job (
    id uuid not null,
    kind text not null,
    subject uuid not null,
    agency text not null,
    client text not null,
    state text not null,
    progress integer not null,
    attempts integer not null,
    due_at timestamp with time zone not null,
    result jsonb,
    problem jsonb,
    created_at timestamp with time zone not null,
    finished_at timestamp with time zone,
    constraint pk_job primary key (id),
    constraint ck_job_state_known check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    constraint ck_job_progress_percent check (progress between 0 and 100),
    constraint ck_job_finished_or_waiting check ((finished_at is null) = (state in ('queued', 'running')))
);
create index ix_job_due_at on job (due_at) where state in ('queued', 'running');

create table plan_document (
    id uuid not null,
    agency text not null,
    client text not null,
    filename text,
    content_type text not null,
    sha256 text not null,
    size integer not null,
    content bytea not null,
    state text not null,
    problem jsonb,
    version integer not null,
    job uuid,
    parts jsonb not null,
    notes jsonb not null,
    part integer,
    code text,
    province text,
    steward text,
    derives_from text,
    valid_from date,
    valid_to date,
    note text,
    plan text,
    obligations text[] not null,
    uploaded_at timestamp with time zone not null,
    published_at timestamp with time zone,
    constraint pk_plan_document primary key (id),
    constraint uq_plan_document_agency_sha256 unique (agency, sha256),
    constraint ck_plan_document_state_known
        check (state in ('reading', 'proposed', 'refused', 'published')),
    constraint ck_plan_document_published_as_plan check ((plan is null) = (state <> 'published')),
    constraint fk_plan_document_agency foreign key(agency) references agency (id),
    constraint fk_plan_document_province foreign key(province) references province (id),
    constraint fk_plan_document_steward foreign key(steward) references agency (id),
    constraint fk_plan_document_derives_from foreign key(derives_from) references plan (id),
    constraint fk_plan_document_plan foreign key(plan) references plan (id),
    constraint fk_plan_document_job foreign key(job) references job (id)
);
create index ix_plan_document_plan on plan_document (plan);

create table plan_document_item (
    document uuid not null,
    id text not null,
    part integer not null,
    kind text not null,
    place integer not null,
    line integer,
    source jsonb,
    read jsonb,
    content jsonb not null,
    confidence double precision not null,
    unresolved integer not null,
    state text not null,
    version integer not null,
    constraint pk_plan_document_item primary key (document, id),
    constraint ck_plan_document_item_kind_known check (kind in ('instrument', 'task', 'duty', 'obligation')),
    constraint ck_plan_document_item_state_known
        check (state in ('proposed', 'confirmed', 'corrected', 'added', 'dropped')),
    constraint ck_plan_document_item_confidence_share check (confidence between 0 and 1),
    constraint fk_plan_document_item_document foreign key(document) references plan_document (id)
);
create index ix_plan_document_item_document_place on plan_document_item (document, place);

create table plan_document_correction (
    document uuid not null,
    number integer not null,
    item text,
    action text not null,
    before jsonb,
    after jsonb,
    reason text,
    agency text not null,
    client text not null,
    recorded_at timestamp with time zone not null,
    constraint pk_plan_document_correction primary key (document, number),
    constraint ck_plan_document_correction_action_known check (action in
        ('change', 'confirm', 'drop', 'restore', 'add', 'split', 'merge', 'resolve_name', 'settle_plan')),
    constraint fk_plan_document_correction_document foreign key(document) references plan_document (id)
);
"""

NEVER_CHANGED = """
create function refuse_change_of_what_was_read() returns trigger language plpgsql as $$
begin
    raise exception 'what was read of a document is never changed' using errcode = 'restrict_violation';
end $$;
create trigger what_was_read_never_changes before update on plan_document_item
    for each row when (old.read is distinct from new.read or old.source is distinct from new.source)
    execute function refuse_change_of_what_was_read();
create trigger the_file_never_changes before update on plan_document
    for each row when (old.content is distinct from new.content or old.sha256 is distinct from new.sha256)
    execute function refuse_change_of_what_was_read();

create function refuse_change_of_correction() returns trigger language plpgsql as $$
begin
    raise exception 'a correction is never changed' using errcode = 'restrict_violation';
end $$;
create trigger correction_never_changes before update or delete on plan_document_correction
    for each row execute function refuse_change_of_correction();
"""
