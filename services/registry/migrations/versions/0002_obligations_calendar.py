"""Obligations, the versions of their deadline rules, and the days that the Government moved.

Rule versions and overrides are only ever added: what was computed with them stays explainable.
"""

from kernel.migrations import execute_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(TABLES)
    execute_script(NEVER_CHANGED)


def downgrade() -> None:
    execute_script("drop table calendar_override, deadline_rule, obligation_party, obligation")


TABLES = """
create table obligation (
    id text not null,
    instrument text not null,
    plan text,
    source_ref text not null,
    subject text not null,
    form text,
    title_vi text not null,
    title_en text not null,
    kind text not null,
    covers text,
    next_obligation text,
    next_agency text,
    satisfied_by text,
    valid daterange not null,
    confidence text,
    note text,
    constraint pk_obligation primary key (id),
    constraint ck_obligation_kind_known check (kind in ('periodic', 'irregular', 'ad_hoc', 'one_off')),
    constraint ck_obligation_valid_some_days check (not isempty(valid)),
    constraint ck_obligation_one_next_level check (num_nonnulls(next_obligation, next_agency) <= 1),
    constraint ck_obligation_not_above_itself check (next_obligation <> id),
    constraint ck_obligation_not_satisfied_by_itself check (satisfied_by <> id),
    constraint fk_obligation_next_obligation foreign key(next_obligation) references obligation (id) deferrable,
    constraint fk_obligation_satisfied_by foreign key(satisfied_by) references obligation (id) deferrable,
    constraint fk_obligation_instrument foreign key(instrument) references instrument (id),
    constraint fk_obligation_plan foreign key(plan) references plan (id),
    constraint fk_obligation_next_agency foreign key(next_agency) references agency (id)
);
create index ix_obligation_instrument on obligation (instrument);
create index ix_obligation_next_agency on obligation (next_agency);
create index ix_obligation_next_obligation on obligation (next_obligation);
create index ix_obligation_plan on obligation (plan);
create index ix_obligation_satisfied_by on obligation (satisfied_by);

create table obligation_party (
    obligation text not null,
    part text not null,
    place integer not null,
    agency text,
    agency_group text,
    constraint pk_obligation_party primary key (obligation, part, place),
    constraint ck_obligation_party_part_known check (part in ('reporter', 'recipient', 'via')),
    constraint ck_obligation_party_names_one check (num_nonnulls(agency, agency_group) = 1),
    constraint fk_obligation_party_obligation foreign key(obligation) references obligation (id),
    constraint fk_obligation_party_agency foreign key(agency) references agency (id),
    constraint fk_obligation_party_agency_group foreign key(agency_group) references agency_group (id)
);
create index ix_obligation_party_agency on obligation_party (agency);
create index ix_obligation_party_agency_group on obligation_party (agency_group);

create table deadline_rule (
    obligation text not null,
    version integer not null,
    period_window text not null,
    parts text[] not null,
    series_years integer[] not null,
    period_iso text,
    wording text not null,
    operator text not null,
    month integer,
    day integer,
    year_offset integer not null,
    fixed_year integer,
    days_after integer,
    counts_working_days boolean not null,
    with_obligation text,
    roll text not null,
    author text not null,
    reason text not null,
    recorded_at timestamptz not null,
    constraint pk_deadline_rule primary key (obligation, version),
    constraint ck_deadline_rule_period_window_known
        check (period_window in ('calendar_month', 'calendar_quarter', 'calendar_half', 'calendar_year',
            'decree09_quarter',
            'decree09_half', 'decree09_year', 'series', 'one_off', 'on_demand')),
    constraint ck_deadline_rule_operator_known
        check (operator in ('before', 'on', 'no_later_than', 'year_series', 'with', 'none')),
    constraint ck_deadline_rule_roll_known check (roll in ('none', 'following', 'preceding')),
    constraint ck_deadline_rule_version_positive check (version >= 1),
    constraint ck_deadline_rule_month_exists check (month between 1 and 12),
    constraint ck_deadline_rule_day_exists check (day between 1 and 31),
    constraint ck_deadline_rule_month_with_day check ((month is null) = (day is null)),
    constraint ck_deadline_rule_not_with_itself check (with_obligation <> obligation),
    constraint ck_deadline_rule_reason_given check (reason <> ''),
    constraint fk_deadline_rule_with_obligation foreign key(with_obligation) references obligation (id) deferrable,
    constraint fk_deadline_rule_obligation foreign key(obligation) references obligation (id)
);
create index ix_deadline_rule_with_obligation on deadline_rule (with_obligation);

create table calendar_override (
    number bigint generated always as identity,
    day date not null,
    kind text not null,
    name_vi text not null,
    name_en text not null,
    source text not null,
    confidence text not null,
    author text not null,
    reason text not null,
    recorded_at timestamptz not null,
    constraint pk_calendar_override primary key (number),
    constraint ck_calendar_override_kind_known
        check (kind in ('public_holiday', 'compensatory_day_off', 'swapped_day_off',
            'make_up_working_day', 'ordinary_day')),
    constraint ck_calendar_override_confidence_known
        check (confidence in ('verified', 'high', 'medium', 'low')),
    constraint ck_calendar_override_source_given check (source <> ''),
    constraint ck_calendar_override_reason_given check (reason <> '')
);
create index ix_calendar_override_day_number on calendar_override (day, number);
"""

NEVER_CHANGED = """
create trigger deadline_rule_never_changed before update or delete on deadline_rule
    for each row execute function refuse_change();
create trigger calendar_override_never_changed before update or delete on calendar_override
    for each row execute function refuse_change();
"""
