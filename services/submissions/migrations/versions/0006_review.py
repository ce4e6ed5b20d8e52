"""The clock of reviews, with the calendar that it counts by; comments and attachments, which never change;
reviewers whom a recipient names for a time; receipts of reports that came on paper."""

from kernel.migrations import execute_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(CLOCK)
    execute_script(BESIDE)
    execute_script(DELEGATION)
    execute_script(PAPER)


def downgrade() -> None:
    execute_script("ALTER TABLE occurrence DROP COLUMN paper_receipt_id; DROP TABLE paper_receipt;")
    execute_script("DROP TABLE review_delegation, comment, attachment, file_chunk, stored_file;")
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

BESIDE = """
CREATE TABLE stored_file (
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    length BIGINT NOT NULL,
    stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_stored_file PRIMARY KEY (sha256),
    CONSTRAINT ck_stored_file_hash_hexadecimal CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_stored_file_some_bytes CHECK (length > 0)
);

CREATE TABLE file_chunk (
    file TEXT NOT NULL,
    number INTEGER NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_file_chunk PRIMARY KEY (file, number),
    CONSTRAINT fk_file_chunk_file FOREIGN KEY(file) REFERENCES stored_file (sha256)
);
ALTER TABLE file_chunk ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE attachment (
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    file TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    agency TEXT NOT NULL,
    client TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT uq_attachment_submission_id_file UNIQUE (submission_id, file),
    CONSTRAINT fk_attachment_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id),
    CONSTRAINT fk_attachment_file FOREIGN KEY(file) REFERENCES stored_file (sha256)
);
CREATE INDEX ix_attachment_file ON attachment (file);

CREATE TABLE comment (
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    reply_to UUID,
    text TEXT NOT NULL,
    cell JSONB,
    agency TEXT NOT NULL,
    client TEXT NOT NULL,
    said_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_comment PRIMARY KEY (id),
    CONSTRAINT fk_comment_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id),
    CONSTRAINT fk_comment_reply_to FOREIGN KEY(reply_to) REFERENCES comment (id)
);
CREATE INDEX ix_comment_submission_id ON comment (submission_id, id);

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['stored_file', 'file_chunk', 'attachment', 'comment'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %s_never_changed BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', kept, kept
        );
    END LOOP;
END $$;
"""

DELEGATION = """
CREATE TABLE review_delegation (
    id UUID NOT NULL,
    recipient TEXT NOT NULL,
    delegate TEXT NOT NULL,
    delegate_client TEXT,
    obligation TEXT,
    plan TEXT,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_reason TEXT,
    CONSTRAINT pk_review_delegation PRIMARY KEY (id),
    CONSTRAINT ck_review_delegation_one_object CHECK ((obligation IS NULL) <> (plan IS NULL)),
    CONSTRAINT ck_review_delegation_period_ordered CHECK (valid_to >= valid_from)
);
CREATE INDEX ix_review_delegation_delegate ON review_delegation (delegate, valid_to);
CREATE INDEX ix_review_delegation_recipient ON review_delegation (recipient);
"""

PAPER = """
CREATE TABLE paper_receipt (
    id UUID NOT NULL,
    occurrence_id UUID NOT NULL,
    state TEXT NOT NULL,
    channel TEXT NOT NULL,
    document_number TEXT NOT NULL,
    received_on DATE NOT NULL,
    note TEXT,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_client TEXT NOT NULL,
    evidence TEXT,
    evidence_name TEXT,
    evidence_type TEXT,
    evidence_length BIGINT,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    confirmed_by TEXT,
    confirmed_client TEXT,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by TEXT,
    withdrawn_reason TEXT,
    CONSTRAINT pk_paper_receipt PRIMARY KEY (id),
    CONSTRAINT ck_paper_receipt_channel_known CHECK (channel IN ('paper', 'e_office')),
    CONSTRAINT ck_paper_receipt_state_known CHECK (state IN ('recorded', 'confirmed', 'withdrawn')),
    CONSTRAINT ck_paper_receipt_confirmed_with_evidence CHECK (state <> 'confirmed' OR evidence IS NOT NULL),
    CONSTRAINT ck_paper_receipt_two_persons CHECK (confirmed_client <> recorded_client),
    CONSTRAINT fk_paper_receipt_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrence (id),
    CONSTRAINT fk_paper_receipt_evidence FOREIGN KEY(evidence) REFERENCES stored_file (sha256)
);
CREATE INDEX ix_paper_receipt_occurrence_id ON paper_receipt (occurrence_id, id);
CREATE UNIQUE INDEX uq_paper_receipt_recorded ON paper_receipt (occurrence_id) WHERE state = 'recorded';

ALTER TABLE occurrence ADD COLUMN paper_receipt_id UUID;
CREATE INDEX ix_occurrence_paper_receipt_id ON occurrence (paper_receipt_id);
"""
