"""Names, codes and relations of agencies get their days and a journal; contacts of agencies; bulk imports."""

from kernel.migrations import execute_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(AGENCIES)
    execute_script(CONTACTS)
    execute_script(IMPORTS)


def downgrade() -> None:
    execute_script(BACK)


AGENCIES = """
alter table agency add column revision integer not null default 1;

alter table agency_alias add column valid daterange;
update agency_alias set valid = agency.lifetime from agency where agency.id = agency_alias.agency;
alter table agency_alias
    alter column valid set not null,
    drop constraint pk_agency_alias,
    add constraint pk_agency_alias primary key (agency, alias, valid without overlaps),
    add constraint ck_agency_alias_valid_some_days check (not isempty(valid)),
    add constraint temporal_alias_in_lifetime foreign key (agency, period valid)
        references agency (id, period lifetime) deferrable;

update agency_code set scheme = 'qcvn102' where scheme = 'level1';
update agency_code set valid = agency_code.valid * agency.lifetime
    from agency where agency.id = agency_code.agency;
alter table agency_code
    drop constraint pk_agency_code,
    add constraint pk_agency_code primary key (agency, scheme, code, valid without overlaps),
    add constraint temporal_code_in_lifetime foreign key (agency, period valid)
        references agency (id, period lifetime) deferrable;

create table agency_relation (
    agency text not null,
    kind text not null,
    related text not null,
    valid daterange not null,
    constraint pk_agency_relation primary key (agency, kind, related, valid without overlaps),
    constraint ck_agency_relation_kind_known check (kind in ('line', 'administrative', 'functional')),
    constraint ck_agency_relation_two_agencies check (agency <> related),
    constraint ck_agency_relation_valid_some_days check (not isempty(valid)),
    constraint fk_agency_relation_agency foreign key(agency) references agency (id),
    constraint fk_agency_relation_related foreign key(related) references agency (id),
    constraint temporal_relation_in_lifetime foreign key (agency, period valid)
        references agency (id, period lifetime) deferrable,
    constraint temporal_relation_related_exists foreign key (related, period valid)
        references agency (id, period lifetime) deferrable,
    constraint temporal_relation_one_above exclude using gist (agency with =, kind with =, valid with &&)
        where (kind <> 'functional')
);
create index ix_agency_relation_related on agency_relation (related);

create table agency_change (
    number bigint generated always as identity,
    agency text not null,
    act text not null,
    holds_from date,
    before jsonb not null,
    after jsonb not null,
    reason text not null,
    author text not null,
    client text not null,
    recorded_at timestamptz not null,
    constraint pk_agency_change primary key (number),
    constraint ck_agency_change_act_known check (act in ('created', 'changed', 'ended', 'corrected')),
    constraint ck_agency_change_reason_given check (reason <> ''),
    constraint fk_agency_change_agency foreign key(agency) references agency (id)
);
create index ix_agency_change_agency_number on agency_change (agency, number);
create trigger agency_change_never_changed before update or delete on agency_change
    for each row execute function refuse_change();

-- the words of a text without accents, each with a space before it, and the first letters of its words
create function search_words(text) returns text language sql immutable parallel safe strict as $$
    select ' ' || regexp_replace(accent_free(normalize($1, NFC)), '[^a-z0-9]+', ' ', 'g')
$$;
create function initials(text) returns text language sql immutable parallel safe strict as $$
    select regexp_replace(
        regexp_replace(search_words($1), '\\m(va|cua|cac|tai|of|the|and|in)\\M', '', 'g'),
        '([a-z0-9])[a-z0-9]* *| ', '\\1', 'g')
$$;

-- whether each asked word begins a known word, or stands for first letters
create function has_words(known text, letters text, asked text) returns boolean
language sql immutable parallel safe strict as $$
    with place as (select search_words(known) as words)
    select coalesce(bool_and(strpos(place.words, ' ' || word) > 0
                             or (length(word) >= 3 and starts_with(letters, word))
                             or (length(word) >= 4 and strpos(letters, word) > 0)), false)
    from place, regexp_split_to_table(btrim(search_words(asked)), ' +') word where word <> ''
$$;

-- every code by which an agency is known; those of a province are its People's Committee's
create view agency_known_code as
    select agency, scheme, code, valid, status from agency_code
    union all
    select agency, scheme, code, unnest(range_agg(valid)), status
    from (select v.agency, s.scheme, s.code, v.valid * p.valid as valid,
                 coalesce(p.confidence, 'unknown') as status
          from agency_version v
          join province p on p.id = v.province and p.valid && v.valid
          cross join lateral (values ('gso', p.gso_code), ('iso_3166_2', p.iso_3166_2)) s (scheme, code)
          where v.kind = 'provincial_peoples_committee' and s.code is not null) of_province
    group by agency, scheme, code, status;
"""

CONTACTS = """
create table contact (
    id uuid not null,
    agency text not null,
    name text not null,
    role text not null,
    language text not null,
    email text,
    phone text,
    valid daterange not null,
    revision integer not null default 1,
    recorded_at timestamptz not null,
    constraint pk_contact primary key (id),
    constraint ck_contact_role_known check (role in ('clerk', 'focal_point', 'leader', 'steward')),
    constraint ck_contact_language_known check (language in ('vi', 'en')),
    constraint ck_contact_can_be_reached check (num_nonnulls(email, phone) >= 1),
    constraint ck_contact_valid_some_days check (not isempty(valid)),
    constraint fk_contact_agency foreign key(agency) references agency (id),
    constraint temporal_contact_once exclude using gist (
        agency with =, role with =, (coalesce(email, phone)) with =, valid with &&)
);
create index ix_contact_agency on contact (agency);
"""

IMPORTS = """
create table bulk_import (
    id uuid not null,
    kind text not null,
    state text not null,
    format text not null,
    encoding text,
    digest text not null,
    size integer not null,
    columns jsonb not null,
    findings jsonb not null,
    counts jsonb not null,
    reason text not null,
    looked_on date not null,
    agency text not null,
    client text not null,
    received_at timestamptz not null,
    applied_at timestamptz,
    applied_by text,
    constraint pk_bulk_import primary key (id),
    constraint ck_bulk_import_kind_known check (kind in ('agencies', 'contacts')),
    constraint ck_bulk_import_state_known check (state in ('previewed', 'applied')),
    constraint ck_bulk_import_format_known check (format in ('csv', 'xlsx')),
    constraint ck_bulk_import_applied_whole check ((state = 'applied') = (applied_at is not null))
);
create index ix_bulk_import_received_at on bulk_import (received_at);

create table bulk_import_row (
    import_id uuid not null,
    number integer not null,
    sheet text,
    row integer not null,
    outcome text not null,
    subject text,
    cells jsonb not null,
    change jsonb not null,
    findings jsonb not null,
    constraint pk_bulk_import_row primary key (import_id, number),
    constraint ck_bulk_import_row_outcome_known check (outcome in ('create', 'change', 'unchanged', 'rejected')),
    constraint fk_bulk_import_row_import_id foreign key(import_id) references bulk_import (id) on delete cascade
);
"""

BACK = """
drop table bulk_import_row, bulk_import, contact;
drop view agency_known_code;
drop function has_words(text, text, text);
drop function initials(text);
drop function search_words(text);
drop table agency_change, agency_relation;

update agency_code set scheme = 'level1' where scheme = 'qcvn102';
delete from agency_code a using agency_code b
    where a.agency = b.agency and a.scheme = b.scheme and a.code = b.code and a.valid < b.valid;
alter table agency_code
    drop constraint temporal_code_in_lifetime,
    drop constraint pk_agency_code,
    add constraint pk_agency_code primary key (agency, scheme, code);

delete from agency_alias a using agency_alias b
    where a.agency = b.agency and a.alias = b.alias and a.valid < b.valid;
alter table agency_alias
    drop constraint temporal_alias_in_lifetime,
    drop constraint ck_agency_alias_valid_some_days,
    drop constraint pk_agency_alias,
    drop column valid,
    add constraint pk_agency_alias primary key (agency, alias);

alter table agency drop column revision;
"""
