"""The migration gives exactly the tables that the code describes, and keeps what must not change."""

import asyncpg
import pytest
from alembic import command

from kernel.migrations import config_for
from tests.conftest import MIGRATIONS


async def test_what_was_submitted_refuses_update_delete_and_truncate(submissions_url):
    database = await asyncpg.connect(submissions_url)
    triggers = await database.fetch(
        "select tgrelid::regclass::text as kept, tgname from pg_trigger where not tgisinternal"
    )
    await database.close()

    names = {(row["kept"], row["tgname"]) for row in triggers}
    for kept in ("submission", "observation", "finding", "review", "receipt_key"):
        assert (kept, f"{kept}_never_changed") in names
        assert (kept, f"{kept}_never_truncated") in names
    assert ("observation_2026", "observation_never_changed") in names
    assert ("observation_2026", "observation_2026_never_truncated") in names


def test_the_migrated_database_is_what_the_code_describes(submissions_url):
    command.check(config_for(MIGRATIONS["submissions"], submissions_url))


async def test_a_year_has_a_partition_of_its_own(submissions_url):
    database = await asyncpg.connect(submissions_url)
    partition = await database.fetchval("select to_regclass('observation_2026')")
    with pytest.raises(asyncpg.UndefinedTableError):
        await database.execute("select from observation_2036")
    await database.close()

    assert partition == "observation_2026"
