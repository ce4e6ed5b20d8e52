"""The kernel's tables, and a table to write in."""

from alembic import op

from kernel.migrations import create_kernel_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel_tables()
    op.execute("create table note (id uuid primary key, text text not null)")
