"""Alembic's entry for the gateway."""

from kernel.migrations import run_environment

run_environment("gateway.tables:metadata")
