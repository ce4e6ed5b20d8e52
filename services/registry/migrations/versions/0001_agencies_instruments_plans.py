"""The registry's agencies, groups, successions, instruments and plans.

What SQLAlchemy cannot say is said here: keys WITHOUT OVERLAPS and foreign keys over a PERIOD (named temporal_…),
the Vietnamese sort key and the accent-free form of a text.
"""

from kernel.migrations import create_kernel_tables, execute_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kernel_tables()
    execute_script(FUNCTIONS)
    execute_script(TABLES)
    execute_script(TEMPORAL)


def downgrade() -> None:
    raise NotImplementedError("The first migration has nothing before it: drop the database instead.")


FUNCTIONS = r"""
create extension if not exists btree_gist;
create extension if not exists unaccent;

-- letters of the Vietnamese alphabet, then tone marks, then the text itself
create function vi_key(text) returns text language sql immutable parallel safe strict as $$
    select translate(base, 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz', 'abcdefghijklmnopqrstuvwxyz{|}~¡¢£')
           || chr(1) || tones || chr(1) || $1
    from (select normalize(regexp_replace(d, '[\u0300\u0301\u0303\u0309\u0323]', '', 'g'), NFC) as base,
                 translate(regexp_replace(d, '[^\u0300\u0301\u0303\u0309\u0323]', '0', 'g'),
                           e'\u0300\u0309\u0303\u0301\u0323', '12345') as tones
          from (select normalize(lower($1 collate pg_unicode_fast), NFD) as d) decomposed) parts
$$;

create function accent_free(text) returns text language sql immutable parallel safe strict as $$
    select public.unaccent('public.unaccent'::regdictionary, lower($1 collate pg_unicode_fast))
$$;
"""

TABLES = """
create table loaded_line (
    file text not null,
    key text not null,
    digest text not null,
    constraint pk_loaded_line primary key (file, key)
);

create table agency (
    id text not null,
    lifetime daterange not null,
    source_documents text[] not null,
    confidence text,
    note text,
    constraint pk_agency primary key (id),
    constraint ck_agency_lifetime_some_days check (not isempty(lifetime))
);

create table gcm_objective (
    number integer not null,
    short_label_en text not null,
    title_en text not null,
    title_vi text not null,
    constraint pk_gcm_objective primary key (number)
);

create table group_kind (
    word text not null,
    agency_kinds text[] not null,
    provincial_agency_kinds text[] not null,
    note text,
    constraint pk_group_kind primary key (word)
);

create table province (
    id text not null,
    valid daterange not null,
    gso_code text not null,
    name_vi text not null,
    full_name_vi text not null,
    name_en text not null,
    type text not null,
    iso_3166_2 text,
    level1_code text,
    level1_code_status text,
    seat text,
    confidence text,
    note text,
    constraint pk_province primary key (id),
    constraint ck_province_type_known check (type in ('tinh', 'thanh_pho_truc_thuoc_tw')),
    constraint ck_province_valid_some_days check (not isempty(valid))
);

create table agency_alias (
    agency text not null,
    alias text not null,
    constraint pk_agency_alias primary key (agency, alias),
    constraint fk_agency_alias_agency foreign key(agency) references agency (id)
);

create table agency_code (
    agency text not null,
    scheme text not null,
    code text not null,
    valid daterange not null,
    status text not null,
    constraint pk_agency_code primary key (agency, scheme, code),
    constraint ck_agency_code_valid_some_days check (not isempty(valid)),
    constraint fk_agency_code_agency foreign key(agency) references agency (id)
);

create table agency_group (
    id text not null,
    expression_vi text not null,
    expression_en text not null,
    province text,
    membership text not null,
    on_lead_request boolean not null,
    variants_vi text[] not null,
    note text,
    constraint pk_agency_group primary key (id),
    constraint ck_agency_group_membership_known check (membership in ('by_kind', 'listed')),
    constraint fk_agency_group_province foreign key(province) references province (id)
);

create table agency_version (
    agency text not null,
    valid daterange not null,
    name_vi text not null,
    name_en text not null,
    kind text not null,
    parent text,
    province text,
    host_country text,
    city text,
    time_zone text not null,
    reason text,
    constraint pk_agency_version primary key (agency, valid without overlaps),
    constraint ck_agency_version_kind_known check (kind in (
        'apex', 'ministry', 'ministerial_agency', 'government_agency', 'department',
        'provincial_peoples_committee', 'provincial_department', 'provincial_security',
        'provincial_office', 'provincial_mass_org', 'central_branch', 'mass_org', 'professional_org',
        'judiciary', 'state_body', 'state_bank', 'party_body', 'education_institution', 'working_group',
        'intl_org', 'embassy', 'consulate_general', 'permanent_mission', 'economic_cultural_office'
    )),
    constraint ck_agency_version_valid_some_days check (not isempty(valid)),
    constraint fk_agency_version_agency foreign key(agency) references agency (id),
    constraint fk_agency_version_parent foreign key(parent) references agency (id),
    constraint fk_agency_version_province foreign key(province) references province (id)
);
create index ix_agency_version_parent on agency_version (parent);
create index ix_agency_version_province on agency_version (province);

create table instrument (
    id text not null,
    number text,
    doc_type text not null,
    issuer text,
    issued_on date,
    effective_on date,
    signer_role text,
    title_vi text not null,
    title_en text not null,
    relation text,
    status text,
    source_document text,
    confidence text,
    note text,
    constraint pk_instrument primary key (id),
    constraint ck_instrument_relation_known check (relation in (
        'implements', 'guides', 'amends', 'ratifies', 'reviews'
    )),
    constraint fk_instrument_issuer foreign key(issuer) references agency (id)
);
create index ix_instrument_issuer on instrument (issuer);

create table province_succession (
    id text not null,
    predecessor text not null,
    successor text not null,
    kind text not null,
    effective_on date not null,
    legal_basis text not null,
    state text not null,
    confidence text,
    note text,
    constraint pk_province_succession primary key (id),
    constraint ck_province_succession_state_known check (state in ('proposed', 'confirmed')),
    constraint ck_province_succession_two_units check (predecessor <> successor),
    constraint fk_province_succession_predecessor foreign key(predecessor) references province (id),
    constraint fk_province_succession_successor foreign key(successor) references province (id)
);
create index ix_province_succession_predecessor on province_succession (predecessor);
create index ix_province_succession_successor on province_succession (successor);

create table succession (
    id text not null,
    predecessor text not null,
    successor text not null,
    kind text not null,
    effective_on date not null,
    legal_basis text not null,
    state text not null,
    confidence text,
    note text,
    constraint pk_succession primary key (id),
    constraint ck_succession_kind_known check (kind in ('rename', 'merge', 'split', 'transfer')),
    constraint ck_succession_state_known check (state in ('proposed', 'confirmed')),
    constraint ck_succession_two_agencies check (predecessor <> successor),
    constraint uq_succession_predecessor_successor_effective_on
        unique (predecessor, successor, effective_on),
    constraint fk_succession_predecessor foreign key(predecessor) references agency (id),
    constraint fk_succession_successor foreign key(successor) references agency (id)
);
create index ix_succession_successor on succession (successor);

create table agency_group_word (
    agency_group text not null,
    word text not null,
    constraint pk_agency_group_word primary key (agency_group, word),
    constraint fk_agency_group_word_agency_group foreign key(agency_group) references agency_group (id),
    constraint fk_agency_group_word_word foreign key(word) references group_kind (word)
);

create table group_member (
    agency_group text not null,
    agency text not null,
    valid daterange not null,
    reason text not null,
    listed_by text not null,
    constraint pk_group_member primary key (agency_group, agency, valid without overlaps),
    constraint ck_group_member_valid_some_days check (not isempty(valid)),
    constraint ck_group_member_reason_given check (reason <> ''),
    constraint fk_group_member_agency_group foreign key(agency_group) references agency_group (id),
    constraint fk_group_member_agency foreign key(agency) references agency (id)
);

create table instrument_basis (
    instrument text not null,
    basis text not null,
    place integer not null,
    constraint pk_instrument_basis primary key (instrument, basis),
    constraint ck_instrument_basis_two_instruments check (instrument <> basis),
    constraint fk_instrument_basis_instrument foreign key(instrument) references instrument (id),
    constraint fk_instrument_basis_basis foreign key(basis) references instrument (id)
);
create index ix_instrument_basis_basis on instrument_basis (basis);

create table plan (
    id text not null,
    steward text not null,
    derives_from text,
    valid daterange not null,
    note text,
    constraint pk_plan primary key (id),
    constraint ck_plan_valid_some_days check (not isempty(valid)),
    constraint ck_plan_not_from_itself check (derives_from <> id),
    constraint fk_plan_id foreign key(id) references instrument (id),
    constraint fk_plan_steward foreign key(steward) references agency (id),
    constraint fk_plan_derives_from foreign key(derives_from) references plan (id)
);

create table assigned_duty (
    id text not null,
    plan text not null,
    ref text not null,
    place integer not null,
    title_vi text not null,
    title_en text not null,
    note text,
    constraint pk_assigned_duty primary key (id),
    constraint fk_assigned_duty_plan foreign key(plan) references plan (id)
);

create table task (
    id text not null,
    plan text not null,
    code text not null,
    code_origin text not null,
    parent text,
    place integer not null,
    kind text not null,
    section text not null,
    title_vi text not null,
    title_en text not null,
    result_vi text,
    result_en text,
    timeframe_vi text,
    timeframe_mode text not null,
    starts_in integer,
    ends_in integer,
    review_mode text not null,
    review_starts_in integer,
    review_ends_in integer,
    period_iso text,
    timeframe_note text,
    note text,
    constraint pk_task primary key (id),
    constraint uq_task_plan_code unique (plan, code),
    constraint ck_task_kind_known check (kind in (
        'heading', 'task', 'task_parent', 'priority', 'content', 'assignment', 'responsibility',
        'milestone'
    )),
    constraint ck_task_code_origin_known check (code_origin in ('document', 'derived')),
    constraint ck_task_timeframe_mode_known check (timeframe_mode in (
        'window', 'continuous', 'periodic', 'none'
    )),
    constraint ck_task_review_mode_known check (review_mode in (
        'none', 'yearly', 'yearly_review_and_report', 'periodic_unspecified'
    )),
    constraint fk_task_plan foreign key(plan) references plan (id),
    constraint fk_task_parent foreign key(parent) references task (id)
);
create index ix_task_parent on task (parent);

create table assigned_duty_party (
    duty text not null,
    part text not null,
    place integer not null,
    agency text,
    agency_group text,
    constraint pk_assigned_duty_party primary key (duty, part, place),
    constraint ck_assigned_duty_party_part_known check (part in ('lead', 'requested', 'coordinator')),
    constraint ck_assigned_duty_party_names_one check (num_nonnulls(agency, agency_group) = 1),
    constraint fk_assigned_duty_party_duty foreign key(duty) references assigned_duty (id),
    constraint fk_assigned_duty_party_agency foreign key(agency) references agency (id),
    constraint fk_assigned_duty_party_agency_group foreign key(agency_group) references agency_group (id)
);
create index ix_assigned_duty_party_agency on assigned_duty_party (agency);
create index ix_assigned_duty_party_agency_group on assigned_duty_party (agency_group);

create table task_derivation (
    task text not null,
    derives_from text not null,
    constraint pk_task_derivation primary key (task, derives_from),
    constraint fk_task_derivation_task foreign key(task) references task (id),
    constraint fk_task_derivation_derives_from foreign key(derives_from) references task (id)
);
create index ix_task_derivation_derives_from on task_derivation (derives_from);

create table task_objective (
    task text not null,
    objective integer not null,
    constraint pk_task_objective primary key (task, objective),
    constraint fk_task_objective_task foreign key(task) references task (id),
    constraint fk_task_objective_objective foreign key(objective) references gcm_objective (number)
);

create table task_party (
    task text not null,
    part text not null,
    place integer not null,
    agency text,
    agency_group text,
    constraint pk_task_party primary key (task, part, place),
    constraint ck_task_party_part_known check (part in ('lead', 'coordinator')),
    constraint ck_task_party_names_one check (num_nonnulls(agency, agency_group) = 1),
    constraint fk_task_party_task foreign key(task) references task (id),
    constraint fk_task_party_agency foreign key(agency) references agency (id),
    constraint fk_task_party_agency_group foreign key(agency_group) references agency_group (id)
);
create index ix_task_party_agency on task_party (agency);
create index ix_task_party_agency_group on task_party (agency_group);
"""

TEMPORAL = """
alter table province
    add constraint temporal_province_one_period unique (id, valid without overlaps),
    add constraint temporal_province_one_code unique (gso_code, valid without overlaps),
    add constraint temporal_province_one_name unique (full_name_vi, valid without overlaps);

alter table agency
    add constraint temporal_agency_one_lifetime unique (id, lifetime without overlaps);

alter table agency_version
    add constraint temporal_version_in_lifetime foreign key (agency, period valid)
        references agency (id, period lifetime) deferrable,
    add constraint temporal_version_parent_exists foreign key (parent, period valid)
        references agency (id, period lifetime) deferrable,
    add constraint temporal_version_province_exists foreign key (province, period valid)
        references province (id, period valid) deferrable;

create index temporal_version_by_name on agency_version (vi_key(name_vi) collate "C", agency);

alter table agency_code
    add constraint temporal_code_one_agency unique (scheme, code, valid without overlaps);
"""
