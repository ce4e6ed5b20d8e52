"""Versions of forms; a published one is never changed or deleted."""

from kernel.migrations import execute_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(UP)


def downgrade() -> None:
    execute_script("drop table form_version; drop function refuse_published_change();")


UP = """
CREATE TABLE form_version (
    form TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT NOT NULL,
    applies_from DATE NOT NULL,
    applies_to DATE,
    sha256 TEXT NOT NULL,
    definition JSON NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_form_version PRIMARY KEY (form, version),
    CONSTRAINT ck_form_version_version_positive CHECK (version >= 1),
    CONSTRAINT ck_form_version_applies_ordered CHECK (applies_to IS NULL OR applies_to >= applies_from),
    CONSTRAINT ck_form_version_publishing_dated CHECK ((state = 'published') = (published_at IS NOT NULL)),
    CONSTRAINT ck_form_version_state_known CHECK (state IN ('draft', 'published'))
);

CREATE FUNCTION refuse_published_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.state = 'published' THEN
        RAISE EXCEPTION 'a published form version is never changed' USING errcode = 'restrict_violation';
    END IF;
    RETURN CASE WHEN tg_op = 'DELETE' THEN old ELSE new END;
END $$;
CREATE TRIGGER form_version_published_stays BEFORE UPDATE OR DELETE ON form_version
    FOR EACH ROW EXECUTE FUNCTION refuse_published_change();
CREATE TRIGGER form_version_never_truncated BEFORE TRUNCATE ON form_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
