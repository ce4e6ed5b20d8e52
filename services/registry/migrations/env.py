"""Alembic's entry for the registry."""

from kernel.migrations import run_environment

run_environment("services.registry.schema:metadata")
