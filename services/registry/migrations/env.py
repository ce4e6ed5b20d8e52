"""Alembic's entry for the registry."""

from kernel.migrations import run_environment
from services.registry.schema import metadata

run_environment(metadata)
