"""What queries over figures need: provincial units, and the transaction in which each version came or was decided.

The transaction says exactly what a reader had seen when it was given a cursor, whatever was under way then.
"""

from kernel.migrations import execute_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(PROVINCES)
    execute_script(MARKS)


def downgrade() -> None:
    execute_script(
        "DROP TRIGGER submission_marked ON submission; DROP TRIGGER review_marked ON review;"
        " DROP FUNCTION mark_version(); DROP TABLE version_mark, province, province_successor;"
    )


PROVINCES = """
CREATE TABLE province (
    id TEXT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT,
    valid_from DATE,
    valid_to DATE,
    CONSTRAINT pk_province PRIMARY KEY (id)
);

CREATE TABLE province_successor (
    province TEXT NOT NULL,
    successor TEXT NOT NULL,
    kind TEXT NOT NULL,
    effective_on DATE NOT NULL,
    CONSTRAINT pk_province_successor PRIMARY KEY (province, successor, kind, effective_on)
);

UPDATE horizon SET copied_at = NULL;
"""
"""The copy of registry is read again, now with its provinces."""

MARKS = """
CREATE TABLE version_mark (
    submission_id UUID NOT NULL,
    kind TEXT NOT NULL,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT pk_version_mark PRIMARY KEY (submission_id, kind),
    CONSTRAINT ck_version_mark_kind_known CHECK (kind IN ('received', 'decided')),
    CONSTRAINT fk_version_mark_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);

INSERT INTO version_mark (submission_id, kind) SELECT id, 'received' FROM submission;
INSERT INTO version_mark (submission_id, kind) SELECT submission_id, 'decided' FROM review;

CREATE FUNCTION mark_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'submission' THEN
        INSERT INTO version_mark (submission_id, kind) VALUES (NEW.id, 'received');
    ELSE
        INSERT INTO version_mark (submission_id, kind) VALUES (NEW.submission_id, 'decided');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER submission_marked AFTER INSERT ON submission FOR EACH ROW EXECUTE FUNCTION mark_version();
CREATE TRIGGER review_marked AFTER INSERT ON review FOR EACH ROW EXECUTE FUNCTION mark_version();

CREATE TRIGGER version_mark_never_changed BEFORE UPDATE OR DELETE ON version_mark
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER version_mark_never_truncated BEFORE TRUNCATE ON version_mark
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
