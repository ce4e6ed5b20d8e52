"""Large submissions that a worker checks."""

from kernel.migrations import execute_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add jobs, the pieces of their uploads, and what was found in reports that were not stored."""
    execute_script(TABLES)


def downgrade() -> None:
    """Take them away."""
    execute_script("DROP TABLE job_finding; DROP TABLE job_piece; DROP TABLE job;")


TABLES = """
CREATE TABLE job (
    id UUID NOT NULL,
    agency TEXT NOT NULL,
    client TEXT NOT NULL,
    caller JSONB NOT NULL,
    asked JSONB NOT NULL,
    length BIGINT NOT NULL,
    request_id TEXT,
    state TEXT NOT NULL,
    progress INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    result JSONB,
    problem JSONB,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT ck_job_state_known CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT ck_job_progress_percent CHECK (progress between 0 and 100),
    CONSTRAINT ck_job_finished_or_waiting CHECK ((finished_at is null) = (state in ('queued', 'running')))
);
CREATE INDEX ix_job_due_at ON job (due_at) WHERE state IN ('queued', 'running');
CREATE INDEX ix_job_agency ON job (agency) WHERE state IN ('queued', 'running');

CREATE TABLE job_piece (
    job_id UUID NOT NULL,
    number INTEGER NOT NULL,
    content BYTEA NOT NULL,
    stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_job_piece PRIMARY KEY (job_id, number)
);

CREATE TABLE job_finding (
    job_id UUID NOT NULL,
    number INTEGER NOT NULL,
    body JSONB NOT NULL,
    CONSTRAINT pk_job_finding PRIMARY KEY (job_id, number),
    CONSTRAINT fk_job_finding_job_id FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
"""
