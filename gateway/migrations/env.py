"""Alembic's entry for the gateway."""

from gateway.tables import metadata
from kernel.migrations import run_environment

run_environment(metadata)
