"""The clock of reviews, with the calendar that it counts by."""

from kernel.migrations import execute_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(CLOCK)


def downgrade() -> None:
    execute_script(NO_CLOCK)


CLOCK = """
CREATE TABLE unusual_day (
    day DATE NOT NULL,
    is_working BOOLEAN NOT NULL,
    CONSTRAINT pk_unusual_day PRIMARY KEY (day)
);

ALTER TABLE occurrence
    ADD COLUMN review_due_on DATE,
    ADD COLUMN review_due_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN reviewed_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT ck_occurrence_review_whole CHECK ((review_due_on IS NULL) = (review_due_at IS NULL));
CREATE INDEX ix_occurrence_review_due_at ON occurrence (review_due_at)
    WHERE review_due_at IS NOT NULL AND reviewed_at IS NULL;
"""

NO_CLOCK = """
ALTER TABLE occurrence DROP COLUMN review_due_on, DROP COLUMN review_due_at, DROP COLUMN reviewed_at;
DROP TABLE unusual_day;
"""
