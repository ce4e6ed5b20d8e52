"""Alembic's entry for submissions."""

from kernel.migrations import run_environment

run_environment("services.submissions.schema:metadata")
