"""The migration gives exactly the tables that the code describes, and keeps what must not change."""

import re

import asyncpg
import pytest
from alembic import command

from kernel.migrations import config_for
from tests.conftest import MIGRATIONS, ROOT


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


async def test_a_year_without_a_partition_is_kept_and_protected_as_well(submissions_url):
    database = await asyncpg.connect(submissions_url)
    row = "(2047, uuidv7(), 1, 'LABOUR.OUT.FLOW', 'value')"
    await database.execute(
        f"insert into observation (period_year, submission_id, line, indicator, status) values {row}"
    )
    stands_in = await database.fetchval(
        "select tableoid::regclass::text from observation where period_year = 2047"
    )
    for change in ("delete from observation", "update observation set line = 2", "truncate observation_other"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(change)
    await database.close()

    assert stands_in == "observation_other"


async def test_a_partition_is_added_as_the_runbook_says(submissions_url):
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    (statements,) = re.findall(r"```\n(create table observation_2036.*?)```", runbook, re.DOTALL)
    database = await asyncpg.connect(submissions_url)
    await database.execute(statements)
    await database.execute(
        "insert into observation (period_year, submission_id, line, indicator, status)"
        " values (2036, uuidv7(), 1, 'LABOUR.OUT.FLOW', 'value')"
    )
    found = await database.fetchval("select count(*) from observation_2036")
    for change in ("delete from observation_2036", "truncate observation_2036"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(change)
    await database.close()

    assert found == 1
