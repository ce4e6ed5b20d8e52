"""The copy of registry, the ledger, what was submitted and how it was reviewed.

What SQLAlchemy cannot say is said here: the partitions of observation, and the triggers that keep what was
submitted and decided as it was.
"""

from kernel.migrations import create_kernel_tables, execute_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kernel_tables()
    execute_script(TABLES)
    execute_script(PARTITIONS)
    execute_script(APPEND_ONLY)


def downgrade() -> None:
    raise NotImplementedError("The first migration has nothing before it: drop the database instead.")


TABLES = """
CREATE TABLE agency (
    id TEXT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    kind TEXT NOT NULL,
    province TEXT,
    parent TEXT,
    time_zone TEXT,
    valid_from DATE,
    valid_to DATE,
    CONSTRAINT pk_agency PRIMARY KEY (id)
);

CREATE TABLE agency_successor (
    agency TEXT NOT NULL,
    successor TEXT NOT NULL,
    kind TEXT NOT NULL,
    effective_on DATE NOT NULL,
    CONSTRAINT pk_agency_successor PRIMARY KEY (agency, successor, kind, effective_on)
);
CREATE INDEX ix_agency_successor_successor ON agency_successor (successor);

CREATE TABLE obligation (
    id TEXT NOT NULL,
    instrument TEXT NOT NULL,
    plan TEXT,
    steward TEXT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT NOT NULL,
    form TEXT,
    recipients TEXT[] NOT NULL,
    via TEXT,
    next_level TEXT,
    satisfied_by TEXT,
    valid_from DATE,
    valid_to DATE,
    CONSTRAINT pk_obligation PRIMARY KEY (id)
);
CREATE INDEX ix_obligation_plan ON obligation (plan);

CREATE TABLE task (
    id TEXT NOT NULL,
    plan TEXT NOT NULL,
    code TEXT NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT,
    timeframe_vi TEXT,
    leads TEXT[] NOT NULL,
    coordinators TEXT[] NOT NULL,
    CONSTRAINT pk_task PRIMARY KEY (id)
);

CREATE TABLE cycle (
    id UUID NOT NULL,
    obligation TEXT NOT NULL,
    period TEXT NOT NULL,
    period_start DATE NOT NULL,
    period_end DATE NOT NULL,
    origin TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    history BOOLEAN NOT NULL,
    provisional BOOLEAN NOT NULL,
    opens_on DATE,
    opens_at TIMESTAMP WITH TIME ZONE,
    due_on DATE,
    due_at TIMESTAMP WITH TIME ZONE,
    overdue_after TIMESTAMP WITH TIME ZONE,
    date_set_by TEXT,
    date_reason TEXT,
    recipients TEXT[] NOT NULL,
    via TEXT,
    next_level TEXT[] NOT NULL,
    form TEXT,
    form_version INTEGER,
    rule_version TEXT,
    calendar_version TEXT,
    trace JSONB NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_cycle PRIMARY KEY (id),
    CONSTRAINT uq_cycle_obligation_period UNIQUE (obligation, period),
    CONSTRAINT ck_cycle_period_ordered CHECK (period_end >= period_start),
    CONSTRAINT ck_cycle_due_whole CHECK ((due_on IS NULL) = (due_at IS NULL)),
    CONSTRAINT ck_cycle_version_positive CHECK (version >= 1),
    CONSTRAINT ck_cycle_origin_known CHECK (origin IN ('schedule', 'request')),
    CONSTRAINT fk_cycle_obligation FOREIGN KEY(obligation) REFERENCES obligation (id)
);
CREATE INDEX ix_cycle_overdue_after ON cycle (overdue_after);

CREATE TABLE occurrence (
    id UUID NOT NULL,
    cycle_id UUID NOT NULL,
    agency TEXT NOT NULL,
    duty TEXT NOT NULL,
    state TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE,
    submission_id UUID,
    submission_version INTEGER,
    accepted_submission_id UUID,
    correction_due_on DATE,
    correction_due_at TIMESTAMP WITH TIME ZONE,
    corrected_at TIMESTAMP WITH TIME ZONE,
    extended_due_on DATE,
    extended_due_at TIMESTAMP WITH TIME ZONE,
    extension_reason TEXT,
    extended_by TEXT,
    waived_at TIMESTAMP WITH TIME ZONE,
    waiver_code TEXT,
    waiver_reason TEXT,
    waived_by TEXT,
    CONSTRAINT pk_occurrence PRIMARY KEY (id),
    CONSTRAINT uq_occurrence_cycle_id_agency UNIQUE (cycle_id, agency),
    CONSTRAINT ck_occurrence_extension_whole CHECK ((extended_due_on IS NULL) = (extended_due_at IS NULL)),
    CONSTRAINT ck_occurrence_waiver_dated CHECK ((state = 'waived') = (waived_at IS NOT NULL)),
    CONSTRAINT ck_occurrence_received_when_submitted CHECK (
        state IN ('owed', 'draft', 'waived') OR received_at IS NOT NULL
    ),
    CONSTRAINT ck_occurrence_state_known CHECK (
        state IN ('owed', 'draft', 'submitted', 'returned', 'accepted', 'waived')
    ),
    CONSTRAINT fk_occurrence_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id)
);
CREATE INDEX ix_occurrence_agency ON occurrence (agency, state);
CREATE INDEX ix_occurrence_submission_id ON occurrence (submission_id);

CREATE TABLE horizon (
    id INTEGER NOT NULL,
    rolled_on DATE,
    rolled_to DATE,
    calendar_version TEXT,
    copied_at TIMESTAMP WITH TIME ZONE,
    copies INTEGER NOT NULL,
    rolled_copies INTEGER NOT NULL,
    CONSTRAINT pk_horizon PRIMARY KEY (id),
    CONSTRAINT ck_horizon_one_row CHECK (id = 1)
);

CREATE TABLE submission (
    id UUID NOT NULL,
    occurrence_id UUID NOT NULL,
    version INTEGER NOT NULL,
    agency TEXT NOT NULL,
    agency_name_vi TEXT NOT NULL,
    agency_name_en TEXT,
    submitted_by TEXT NOT NULL,
    client TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    media_type TEXT NOT NULL,
    period_year INTEGER NOT NULL,
    form TEXT NOT NULL,
    form_version INTEGER NOT NULL,
    rules_version TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    nil JSONB NOT NULL,
    narrative JSONB NOT NULL,
    observation_count INTEGER NOT NULL,
    finding_counts JSONB NOT NULL,
    receipt TEXT NOT NULL,
    CONSTRAINT pk_submission PRIMARY KEY (id),
    CONSTRAINT uq_submission_occurrence_id_version UNIQUE (occurrence_id, version),
    CONSTRAINT ck_submission_version_positive CHECK (version >= 1),
    CONSTRAINT fk_submission_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrence (id)
);

CREATE TABLE observation (
    period_year SMALLINT NOT NULL,
    submission_id UUID NOT NULL,
    line INTEGER NOT NULL,
    indicator TEXT NOT NULL,
    d1 TEXT,
    d2 TEXT,
    d3 TEXT,
    d4 TEXT,
    value NUMERIC,
    status TEXT NOT NULL,
    reason TEXT,
    CONSTRAINT pk_observation PRIMARY KEY (period_year, submission_id, line)
) PARTITION BY RANGE (period_year);

CREATE TABLE finding (
    submission_id UUID NOT NULL,
    number INTEGER NOT NULL,
    body JSONB NOT NULL,
    CONSTRAINT pk_finding PRIMARY KEY (submission_id, number),
    CONSTRAINT fk_finding_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);

CREATE TABLE draft (
    occurrence_id UUID NOT NULL,
    version INTEGER NOT NULL,
    content JSONB NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by TEXT NOT NULL,
    CONSTRAINT pk_draft PRIMARY KEY (occurrence_id),
    CONSTRAINT ck_draft_version_positive CHECK (version >= 1),
    CONSTRAINT fk_draft_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrence (id)
);

CREATE TABLE receipt_key (
    kid TEXT NOT NULL,
    jwk JSONB NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_receipt_key PRIMARY KEY (kid)
);

CREATE TABLE review (
    submission_id UUID NOT NULL,
    decision TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    agency TEXT NOT NULL,
    client TEXT NOT NULL,
    reason_code TEXT,
    text TEXT,
    cells JSONB NOT NULL,
    correction_due_on DATE,
    correction_due_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_review PRIMARY KEY (submission_id),
    CONSTRAINT ck_review_decision_known CHECK (decision IN ('accepted', 'returned')),
    CONSTRAINT ck_review_return_reasoned CHECK (decision = 'accepted' OR reason_code IS NOT NULL),
    CONSTRAINT fk_review_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);

INSERT INTO horizon (id, copies, rolled_copies) VALUES (1, 0, 0);
"""

PARTITIONS = """
DO $$
BEGIN
    FOR year IN 2020..2035 LOOP
        EXECUTE format(
            'CREATE TABLE observation_%s PARTITION OF observation FOR VALUES FROM (%s) TO (%s)',
            year, year, year + 1
        );
    END LOOP;
    CREATE TABLE observation_other PARTITION OF observation DEFAULT;
END $$;
"""

APPEND_ONLY = """
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['submission', 'observation', 'finding', 'review', 'receipt_key'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %s_never_changed BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', kept, kept
        );
    END LOOP;
    FOR kept IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND (relname IN ('submission', 'observation', 'finding', 'review', 'receipt_key')
               OR relname LIKE 'observation\\_%')
    LOOP
        EXECUTE format(
            'CREATE TRIGGER %s_never_truncated BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept, kept
        );
    END LOOP;
END $$;
"""
