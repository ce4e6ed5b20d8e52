"""The migration gives exactly the tables that the code describes, and keeps what must not change."""

import asyncio
import json
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


async def test_figures_of_before_are_counted_by_what_stands_in_them(submissions_url):
    chain = config_for(MIGRATIONS["submissions"], submissions_url)
    await asyncio.to_thread(command.downgrade, chain, "0009")
    database = await asyncpg.connect(submissions_url)
    await database.execute(A_REPORT_OF_BEFORE)
    await asyncio.to_thread(command.upgrade, chain, "head")
    counted = await database.fetchval("select cell_counts from submission")
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute("update submission set cell_counts = '{}'")
    await database.close()

    assert json.loads(counted) == {"given": 2, "zeros": 1, "not_available": 1, "not_applicable": 1}


A_REPORT_OF_BEFORE = """
insert into obligation (id, instrument, plan, steward, kind, subject, title_vi, title_en, form, recipients)
    values ('O1', 'I', 'P', 'BNG', 'periodic', 'migration_data', 'Số liệu', 'Figures', 'migration-data', '{BNG}');
insert into cycle (id, obligation, period, period_start, period_end, origin, opened_at, history, provisional,
        recipients, next_level, form, form_version, trace, version)
    values (uuidv7(), 'O1', '2026-S1', '2026-01-01', '2026-06-30', 'schedule', now(), false, false,
        '{BNG}', '{}', 'migration-data', 1, '[]', 1);
insert into occurrence (id, cycle_id, agency, duty, state, received_at)
    select uuidv7(), id, 'HT-SNV', 'HT-SNV', 'submitted', now() from cycle;
insert into submission (id, occurrence_id, version, agency, agency_name_vi, submitted_by, client, received_at,
        media_type, period_year, form, form_version, rules_version, content_sha256, nil, narrative,
        observation_count, finding_counts, receipt)
    select uuidv7(), id, 1, agency, agency, agency, 'x', now(), 'text/csv', 2026, 'migration-data', 1, '1', 'x',
        '[]', '{}', 4, '{}', 'x' from occurrence;
insert into observation (period_year, submission_id, line, indicator, value, status)
    select 2026, submission.id, told.line, 'LABOUR.OUT.FLOW', told.value, told.status
    from submission, (values (1, 12, 'value'), (2, 0.0, 'value'), (3, null, 'not_available'),
        (4, null, 'not_applicable')) as told (line, value, status);
"""
