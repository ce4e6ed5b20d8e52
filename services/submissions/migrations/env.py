"""Alembic's entry for submissions."""

from kernel.migrations import run_environment
from services.submissions.schema import metadata

run_environment(metadata)
