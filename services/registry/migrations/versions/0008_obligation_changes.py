"""What changing an obligation or the calendar needs.

Rules gain the ways in which wordings name a day; obligations a binding, revisions and derogations; the calendar a
way back to the days of the law.
"""

from kernel.migrations import execute_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(RULES)
    execute_script(TABLES)
    execute_script(NEVER_CHANGED)


def downgrade() -> None:
    """The older tables cannot hold what the newer rules say: such versions go, older ones stay."""
    execute_script(BACK)


RULES = """
alter table obligation add column binding text not null default 'mandatory';
alter table obligation add constraint ck_obligation_binding_known check (binding in ('mandatory', 'voluntary'));

alter table deadline_rule
    add column month_offset integer,
    add column working_day integer,
    add column weekday integer,
    add column week_offset integer not null default 0,
    add column hour integer,
    add column minute integer not null default 0,
    add column counted_from text not null default 'period_end',
    add column event text,
    add column year_starts text,
    add column cut_off text,
    add column applies_from date,
    drop constraint ck_deadline_rule_period_window_known,
    drop constraint ck_deadline_rule_roll_known,
    drop constraint ck_deadline_rule_month_with_day;
alter table deadline_rule
    add constraint ck_deadline_rule_period_window_known check (period_window in ('calendar_week', 'calendar_month',
        'calendar_quarter', 'calendar_half', 'calendar_year', 'calendar_cumulative', 'decree09_month',
        'decree09_quarter', 'decree09_half', 'decree09_year', 'decree09_cumulative', 'custom_month',
        'custom_quarter', 'custom_half', 'custom_year', 'custom_cumulative', 'series', 'one_off', 'on_demand',
        'on_event')),
    add constraint ck_deadline_rule_roll_known
        check (roll in ('none', 'following', 'preceding', 'modified_following')),
    add constraint ck_deadline_rule_counted_from_known check (counted_from in ('period_end', 'event')),
    add constraint ck_deadline_rule_month_with_day check (month is null or num_nonnulls(day, working_day) = 1),
    add constraint ck_deadline_rule_one_month check (month is null or month_offset is null),
    add constraint ck_deadline_rule_working_day_exists check (working_day between -23 and 23 and working_day <> 0),
    add constraint ck_deadline_rule_weekday_exists check (weekday between 1 and 7),
    add constraint ck_deadline_rule_hour_exists check (hour between 0 and 24 and minute between 0 and 59);

alter table calendar_override drop constraint ck_calendar_override_kind_known;
alter table calendar_override add constraint ck_calendar_override_kind_known
    check (kind in ('public_holiday', 'compensatory_day_off', 'swapped_day_off', 'make_up_working_day',
        'ordinary_day', 'statutory_day'));
"""

TABLES = """
create table obligation_revision (
    obligation text not null,
    revision integer not null,
    facts jsonb not null,
    author text not null,
    reason text not null,
    recorded_at timestamptz not null,
    constraint pk_obligation_revision primary key (obligation, revision),
    constraint ck_obligation_revision_revision_positive check (revision >= 1),
    constraint ck_obligation_revision_reason_given check (reason <> ''),
    constraint fk_obligation_revision_obligation foreign key(obligation) references obligation (id)
);

create table derogation (
    id uuid not null,
    obligation text not null,
    agency text not null,
    valid daterange not null,
    reason text not null,
    legal_basis text not null,
    author text not null,
    recorded_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by text,
    withdrawal text,
    constraint pk_derogation primary key (id),
    constraint ck_derogation_valid_some_days check (not isempty(valid)),
    constraint ck_derogation_reason_given check (reason <> '' and legal_basis <> ''),
    constraint ck_derogation_withdrawal_whole
        check (num_nonnulls(withdrawn_at, withdrawn_by, withdrawal) in (0, 3)),
    constraint fk_derogation_obligation foreign key(obligation) references obligation (id),
    constraint fk_derogation_agency foreign key(agency) references agency (id),
    constraint derogation_once exclude using gist (obligation with =, agency with =, valid with &&)
        where (withdrawn_at is null)
);
create index ix_derogation_obligation on derogation (obligation);
create index ix_derogation_agency on derogation (agency);
"""

NEVER_CHANGED = """
create trigger obligation_revision_never_changed before update or delete on obligation_revision
    for each row execute function refuse_change();
"""

BACK = """
drop table derogation, obligation_revision;
alter table deadline_rule disable trigger deadline_rule_never_changed;
delete from deadline_rule where month_offset is not null or working_day is not null or weekday is not null
    or hour is not null or counted_from <> 'period_end' or year_starts is not null or cut_off is not null
    or applies_from is not null or roll = 'modified_following'
    or period_window in ('calendar_week', 'calendar_cumulative', 'decree09_month', 'decree09_cumulative',
        'custom_month', 'custom_quarter', 'custom_half', 'custom_year', 'custom_cumulative', 'on_event');
delete from obligation_party where obligation not in (select obligation from deadline_rule);
update obligation set next_obligation = null where next_obligation not in (select obligation from deadline_rule);
update obligation set satisfied_by = null where satisfied_by not in (select obligation from deadline_rule);
delete from deadline_rule where with_obligation not in (select obligation from deadline_rule);
delete from obligation where id not in (select obligation from deadline_rule);
alter table deadline_rule enable trigger deadline_rule_never_changed;
alter table deadline_rule
    drop constraint ck_deadline_rule_period_window_known,
    drop constraint ck_deadline_rule_roll_known,
    drop constraint ck_deadline_rule_counted_from_known,
    drop constraint ck_deadline_rule_month_with_day,
    drop constraint ck_deadline_rule_one_month,
    drop constraint ck_deadline_rule_working_day_exists,
    drop constraint ck_deadline_rule_weekday_exists,
    drop constraint ck_deadline_rule_hour_exists,
    drop column month_offset,
    drop column working_day,
    drop column weekday,
    drop column week_offset,
    drop column hour,
    drop column minute,
    drop column counted_from,
    drop column event,
    drop column year_starts,
    drop column cut_off,
    drop column applies_from;
alter table deadline_rule
    add constraint ck_deadline_rule_period_window_known
        check (period_window in ('calendar_month', 'calendar_quarter', 'calendar_half', 'calendar_year',
            'decree09_quarter',
            'decree09_half', 'decree09_year', 'series', 'one_off', 'on_demand')),
    add constraint ck_deadline_rule_roll_known check (roll in ('none', 'following', 'preceding')),
    add constraint ck_deadline_rule_month_with_day check ((month is null) = (day is null));
alter table obligation drop constraint ck_obligation_binding_known;
alter table obligation drop column binding;

alter table calendar_override disable trigger calendar_override_never_changed;
delete from calendar_override where kind = 'statutory_day';
alter table calendar_override enable trigger calendar_override_never_changed;
alter table calendar_override drop constraint ck_calendar_override_kind_known;
alter table calendar_override add constraint ck_calendar_override_kind_known
    check (kind in ('public_holiday', 'compensatory_day_off', 'swapped_day_off',
        'make_up_working_day', 'ordinary_day'));
"""
