"""Extensions and waivers: who asked for what, who decided, and what it replaced."""

from kernel.migrations import execute_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(TABLES)


def downgrade() -> None:
    execute_script("DROP TABLE occurrence_exception;")


TABLES = """
CREATE TABLE occurrence_exception (
    id UUID NOT NULL,
    occurrence_id UUID NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    asked_client TEXT NOT NULL,
    asked_due_on DATE,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by TEXT,
    decided_client TEXT,
    decision_reason TEXT,
    due_on DATE,
    due_at TIMESTAMP WITH TIME ZONE,
    replaced_due_on DATE,
    replaced_overdue_after TIMESTAMP WITH TIME ZONE,
    state_before TEXT,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by TEXT,
    ended_reason TEXT,
    CONSTRAINT pk_occurrence_exception PRIMARY KEY (id),
    CONSTRAINT ck_occurrence_exception_kind_known CHECK (kind IN ('extension', 'waiver')),
    CONSTRAINT ck_occurrence_exception_state_known CHECK (
        state IN ('requested', 'granted', 'refused', 'withdrawn', 'revoked')
    ),
    CONSTRAINT ck_occurrence_exception_due_whole CHECK ((due_on IS NULL) = (due_at IS NULL)),
    CONSTRAINT ck_occurrence_exception_decision_dated CHECK (
        state NOT IN ('granted', 'refused', 'revoked') OR decided_at IS NOT NULL
    ),
    CONSTRAINT fk_occurrence_exception_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrence (id)
);
CREATE INDEX ix_occurrence_exception_occurrence_id ON occurrence_exception (occurrence_id, kind, id);
CREATE INDEX ix_occurrence_exception_state ON occurrence_exception (kind, state, id);
CREATE UNIQUE INDEX uq_occurrence_exception_requested ON occurrence_exception (occurrence_id, kind)
    WHERE state = 'requested';
"""
