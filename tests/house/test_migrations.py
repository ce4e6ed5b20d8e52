"""The migrations of each service: one line of them, and tables exactly as the code says."""

import asyncio

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from deploy.preparing import find_heads, migrations_of
from deploy.services import SERVICES
from kernel.migrations import config_for

by_name = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


@by_name
def test_there_is_one_newest_migration(service):
    heads = find_heads(migrations_of(service) / "versions")

    assert len(heads) == 1
    assert heads == set(ScriptDirectory.from_config(config_for(migrations_of(service), "")).get_heads())


@by_name
async def test_the_tables_are_as_the_code_says(service, new_database):
    url = await asyncio.to_thread(new_database, service.name)

    await asyncio.to_thread(command.check, config_for(migrations_of(service), url))
