"""Who came to read the reports of ended agencies, and since when: what is released rests on it.

What was released so far took successions by their days, so those that are known keep theirs.
"""

from kernel.migrations import execute_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(READERS)


def downgrade() -> None:
    execute_script("DROP TABLE report_reader;")


READERS = """
CREATE TABLE report_reader (
    agency TEXT NOT NULL,
    successor TEXT NOT NULL,
    since DATE NOT NULL,
    CONSTRAINT pk_report_reader PRIMARY KEY (agency, successor)
);

INSERT INTO report_reader (agency, successor, since)
SELECT s.agency, s.successor, min(greatest(s.effective_on, a.valid_to + 1))
FROM agency_successor s JOIN agency a ON a.id = s.agency
WHERE s.kind IN ('rename', 'merge', 'split') AND a.valid_to IS NOT NULL
GROUP BY s.agency, s.successor;
"""
