"""Drafts and publishing of forms; explanations of what their rules find."""

from kernel.migrations import execute_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who made a version, under which plan, and why it was published; at most one draft a form."""
    execute_script(UP)
    execute_script(EXPLANATIONS)


def downgrade() -> None:
    """Forget who made the versions; the versions stay."""
    execute_script("DROP TABLE finding_explanation;")
    execute_script(DOWN)


UP = """
ALTER TABLE form_version
    ADD COLUMN plan TEXT,
    ADD COLUMN revision INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN changed_by TEXT,
    ADD COLUMN published_by TEXT,
    ADD COLUMN reason TEXT;
ALTER TABLE form_version ALTER COLUMN revision DROP DEFAULT;
ALTER TABLE form_version ADD CONSTRAINT ck_form_version_publishing_reasoned
    CHECK (published_by IS NULL OR (state = 'published' AND reason IS NOT NULL));
CREATE UNIQUE INDEX uq_form_version_one_draft ON form_version (form) WHERE state = 'draft';
"""

DOWN = """
DROP INDEX uq_form_version_one_draft;
ALTER TABLE form_version DROP CONSTRAINT ck_form_version_publishing_reasoned;
ALTER TABLE form_version
    DROP COLUMN plan, DROP COLUMN revision, DROP COLUMN changed_by, DROP COLUMN published_by, DROP COLUMN reason;
"""

EXPLANATIONS = """
CREATE TABLE finding_explanation (
    id UUID NOT NULL,
    occurrence_id UUID NOT NULL,
    submission_id UUID NOT NULL,
    version INTEGER NOT NULL,
    finding TEXT NOT NULL,
    found JSONB NOT NULL,
    text TEXT NOT NULL,
    agency TEXT NOT NULL,
    client TEXT NOT NULL,
    explained_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_finding_explanation PRIMARY KEY (id),
    CONSTRAINT fk_finding_explanation_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrence (id),
    CONSTRAINT fk_finding_explanation_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);
CREATE INDEX ix_finding_explanation_occurrence_id ON finding_explanation (occurrence_id, finding, id);
CREATE TRIGGER finding_explanation_never_changed BEFORE UPDATE OR DELETE ON finding_explanation
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_explanation_never_truncated BEFORE TRUNCATE ON finding_explanation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
