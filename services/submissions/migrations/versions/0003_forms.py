"""Drafts and publishing of forms."""

from kernel.migrations import execute_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who made a version, under which plan, and why it was published; at most one draft a form."""
    execute_script(UP)


def downgrade() -> None:
    """Forget who made the versions; the versions stay."""
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
