"""Alembic's entry for notifications."""

from kernel.migrations import run_environment

run_environment("services.notifications.schema:metadata")
