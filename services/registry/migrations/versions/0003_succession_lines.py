"""Several successors in one fact, and what a succession touches, line by line."""

from kernel.migrations import execute_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(SUCCESSORS)
    execute_script(LINES)


def downgrade() -> None:
    execute_script(BACK)


SUCCESSORS = """
create table succession_successor (
    succession text not null,
    agency text not null,
    place integer not null,
    kind text not null,
    function text,
    share_percent integer,
    constraint pk_succession_successor primary key (succession, agency),
    constraint ck_succession_successor_kind_known check (kind in ('rename', 'merge', 'split', 'transfer')),
    constraint ck_succession_successor_share_percent_possible check (share_percent between 1 and 100),
    constraint fk_succession_successor_succession foreign key(succession) references succession (id),
    constraint fk_succession_successor_agency foreign key(agency) references agency (id)
);
create index ix_succession_successor_agency on succession_successor (agency);

insert into succession_successor (succession, agency, place, kind, function)
    select id, successor, 1, kind, case when kind = 'transfer' then note end from succession;

alter table succession
    drop column successor,
    drop constraint ck_succession_state_known,
    add constraint ck_succession_state_known check (state in ('proposed', 'confirmed', 'withdrawn')),
    add column instrument text,
    add column unknown text[] not null default '{}',
    add column proposed_by text not null default 'loader',
    add column decided_by text,
    add column decided_at timestamptz,
    add column reason text,
    add column version integer not null default 1,
    add constraint ck_succession_version_positive check (version >= 1),
    add constraint fk_succession_instrument foreign key(instrument) references instrument (id);
alter table succession
    alter column unknown drop default,
    alter column proposed_by drop default,
    alter column version drop default;
create index ix_succession_predecessor on succession (predecessor);
"""

LINES = """
create table succession_line (
    succession text not null,
    number integer not null,
    kind text not null,
    item text not null,
    part text not null,
    plan text,
    printed text[] not null,
    title_vi text not null,
    title_en text not null,
    facts jsonb not null,
    candidates jsonb not null,
    receivers text[] not null,
    follows integer,
    state text not null,
    decided_by text,
    decided_at timestamptz,
    constraint pk_succession_line primary key (succession, number),
    constraint uq_succession_line_succession_kind_item_part unique (succession, kind, item, part),
    constraint ck_succession_line_kind_known check (
        kind in ('task', 'obligation', 'duty', 'group', 'plan', 'occurrence', 'client')
    ),
    constraint ck_succession_line_state_known check (state in ('proposed', 'confirmed', 'kept')),
    constraint ck_succession_line_number_positive check (number >= 1),
    constraint ck_succession_line_decided_dated check ((state = 'proposed') = (decided_at is null)),
    constraint fk_succession_line_succession foreign key(succession) references succession (id),
    constraint fk_succession_line_plan foreign key(plan) references plan (id),
    constraint fk_succession_line_follows foreign key(succession, follows)
        references succession_line (succession, number)
);
"""

BACK = """
drop table succession_line;
drop index ix_succession_predecessor;
delete from succession_successor where succession in (select id from succession where state = 'withdrawn');
delete from succession where state = 'withdrawn';
alter table succession
    drop column instrument, drop column unknown, drop column proposed_by, drop column decided_by,
    drop column decided_at, drop column reason, drop column version,
    drop constraint ck_succession_state_known,
    add constraint ck_succession_state_known check (state in ('proposed', 'confirmed')),
    add column successor text;
insert into succession (id, predecessor, successor, kind, effective_on, legal_basis, state, confidence, note)
    select f.id || '/' || s.place, f.predecessor, s.agency, s.kind, f.effective_on, f.legal_basis, f.state,
           f.confidence, f.note
    from succession f join succession_successor s on s.succession = f.id where s.place > 1;
update succession f set successor = s.agency
    from succession_successor s where s.succession = f.id and s.place = 1;
alter table succession
    alter column successor set not null,
    add constraint ck_succession_two_agencies check (predecessor <> successor),
    add constraint uq_succession_predecessor_successor_effective_on
        unique (predecessor, successor, effective_on),
    add constraint fk_succession_successor foreign key(successor) references agency (id);
create index ix_succession_successor on succession (successor);
drop table succession_successor;
"""
