"""How many figures of a version are values, true zeros, or neither: counted once, when it is kept."""

from kernel.migrations import execute_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(COUNTS)


def downgrade() -> None:
    execute_script("ALTER TABLE submission DROP COLUMN cell_counts;")


COUNTS = """
ALTER TABLE submission ADD COLUMN cell_counts JSONB;
ALTER TABLE submission DISABLE TRIGGER USER;
UPDATE submission SET cell_counts = (
    SELECT jsonb_build_object(
        'given', count(*) FILTER (WHERE status = 'value'),
        'zeros', count(*) FILTER (WHERE value = 0),
        'not_available', count(*) FILTER (WHERE status = 'not_available'),
        'not_applicable', count(*) FILTER (WHERE status = 'not_applicable')
    )
    FROM observation
    WHERE observation.period_year = submission.period_year AND observation.submission_id = submission.id
);
ALTER TABLE submission ENABLE TRIGGER USER;
ALTER TABLE submission ALTER COLUMN cell_counts SET NOT NULL;
"""
