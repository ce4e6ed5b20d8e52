"""Reports built from the reports below: builds with their sources, cells and parts, and adjustments."""

from kernel.migrations import execute_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(TABLES)
    execute_script(NEVER_CHANGED)


def downgrade() -> None:
    execute_script(
        "DROP TABLE consolidation_part, consolidation_cell, consolidation_source, consolidation_adjustment,"
        " consolidation;"
    )


TABLES = """
CREATE TABLE consolidation (
    id UUID NOT NULL,
    occurrence_id UUID NOT NULL,
    number INTEGER NOT NULL,
    is_latest BOOLEAN NOT NULL,
    built_at TIMESTAMP WITH TIME ZONE NOT NULL,
    built_by TEXT NOT NULL,
    client TEXT NOT NULL,
    form TEXT,
    form_version INTEGER,
    forms JSONB NOT NULL,
    adjustments JSONB NOT NULL,
    own JSONB NOT NULL,
    nil JSONB NOT NULL,
    cell_count INTEGER NOT NULL,
    partial_count INTEGER NOT NULL,
    left_out INTEGER NOT NULL,
    missing_decision TEXT,
    decision_reason TEXT,
    draft_version INTEGER,
    stale_at TIMESTAMP WITH TIME ZONE,
    submission_id UUID,
    CONSTRAINT pk_consolidation PRIMARY KEY (id),
    CONSTRAINT uq_consolidation_occurrence_id_number UNIQUE (occurrence_id, number),
    CONSTRAINT ck_consolidation_number_positive CHECK (number >= 1),
    CONSTRAINT ck_consolidation_missing_decision_known CHECK (missing_decision IN ('wait', 'go_on')),
    CONSTRAINT fk_consolidation_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrence (id),
    CONSTRAINT fk_consolidation_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);
CREATE UNIQUE INDEX uq_consolidation_latest ON consolidation (occurrence_id) WHERE is_latest;

CREATE TABLE consolidation_source (
    consolidation_id UUID NOT NULL,
    number INTEGER NOT NULL,
    occurrence_id UUID NOT NULL,
    submission_id UUID,
    version INTEGER,
    use TEXT NOT NULL,
    agency TEXT NOT NULL,
    obligation TEXT NOT NULL,
    period TEXT NOT NULL,
    period_end DATE NOT NULL,
    CONSTRAINT pk_consolidation_source PRIMARY KEY (consolidation_id, number),
    CONSTRAINT ck_consolidation_source_use_known CHECK (use IN ('used', 'missing', 'waived', 'twin')),
    CONSTRAINT fk_consolidation_source_consolidation_id
        FOREIGN KEY(consolidation_id) REFERENCES consolidation (id),
    CONSTRAINT fk_consolidation_source_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrence (id),
    CONSTRAINT fk_consolidation_source_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);

CREATE TABLE consolidation_cell (
    consolidation_id UUID NOT NULL,
    line INTEGER NOT NULL,
    indicator TEXT NOT NULL,
    d1 TEXT,
    d2 TEXT,
    d3 TEXT,
    d4 TEXT,
    value NUMERIC,
    status TEXT NOT NULL,
    reason TEXT,
    adjustment NUMERIC NOT NULL,
    given INTEGER NOT NULL,
    nothing INTEGER NOT NULL,
    not_available INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    silent INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    CONSTRAINT pk_consolidation_cell PRIMARY KEY (consolidation_id, line),
    CONSTRAINT ck_consolidation_cell_status_known CHECK (
        status IN ('value', 'not_available', 'not_applicable', 'not_rolled_up')
    ),
    CONSTRAINT fk_consolidation_cell_consolidation_id
        FOREIGN KEY(consolidation_id) REFERENCES consolidation (id)
);

CREATE TABLE consolidation_part (
    consolidation_id UUID NOT NULL,
    line INTEGER NOT NULL,
    source INTEGER NOT NULL,
    value NUMERIC,
    status TEXT NOT NULL,
    reason TEXT,
    counted BOOLEAN NOT NULL,
    CONSTRAINT pk_consolidation_part PRIMARY KEY (consolidation_id, line, source),
    CONSTRAINT fk_consolidation_part_consolidation_id
        FOREIGN KEY(consolidation_id) REFERENCES consolidation (id)
);

CREATE TABLE consolidation_adjustment (
    id UUID NOT NULL,
    occurrence_id UUID NOT NULL,
    indicator TEXT NOT NULL,
    d1 TEXT,
    d2 TEXT,
    d3 TEXT,
    d4 TEXT,
    amount NUMERIC NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    client TEXT NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by TEXT,
    withdrawn_reason TEXT,
    CONSTRAINT pk_consolidation_adjustment PRIMARY KEY (id),
    CONSTRAINT ck_consolidation_adjustment_amount_not_zero CHECK (amount <> 0),
    CONSTRAINT ck_consolidation_adjustment_withdrawal_whole CHECK (
        (withdrawn_at IS NULL) = (withdrawn_by IS NULL)
    ),
    CONSTRAINT fk_consolidation_adjustment_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrence (id)
);
CREATE INDEX ix_consolidation_adjustment_occurrence_id ON consolidation_adjustment (occurrence_id, id);
"""

NEVER_CHANGED = """
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['consolidation_source', 'consolidation_cell', 'consolidation_part'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %s_never_changed BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', kept, kept
        );
        EXECUTE format(
            'CREATE TRIGGER %s_never_truncated BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept, kept
        );
    END LOOP;
END $$;
"""
