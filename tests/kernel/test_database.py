"""A pool whose connections the server ends, and transactions that end early: nobody who asks next notices."""

import asyncio

import asyncpg
import pytest
import sqlalchemy as sa

from kernel.database import DRIVER_ERRORS, Database, raw_connection, reading_connection
from kernel.problems import problem_of


async def _backend(database: Database) -> int:
    async with database.transaction() as session:
        return int((await session.execute(sa.text("select pg_backend_pid()"))).scalar_one())


async def test_a_connection_that_the_server_ended_is_replaced(kernel_url):
    database, other = Database(kernel_url, pool_size=1), Database(kernel_url, pool_size=1)
    try:
        before = await _backend(database)
        async with other.transaction() as session:
            await session.execute(sa.text("select pg_terminate_backend(:pid, 5000)"), {"pid": before})

        assert await _backend(database) != before
    finally:
        await database.close()
        await other.close()


async def test_a_connection_is_used_again(kernel_url):
    database = Database(kernel_url, pool_size=1)
    try:
        first = await _backend(database)
        async with database.raw() as connection:
            second = await connection.fetchval("select pg_backend_pid()")

        assert first == second == await _backend(database)
    finally:
        await database.close()


async def test_what_is_raised_takes_back_what_asyncpg_wrote(kernel_url):
    database = Database(kernel_url, pool_size=1)
    try:
        with pytest.raises(ZeroDivisionError):
            async with database.transaction() as session:
                raw = await raw_connection(session)
                await raw.execute("create table passing (id int)")
                raise ZeroDivisionError

        async with database.raw() as connection:
            assert await connection.fetchval("select to_regclass('passing')") is None
            assert not connection.is_in_transaction()
    finally:
        await database.close()


async def test_asyncpg_and_sqlalchemy_write_in_one_transaction_that_commits(kernel_url):
    database = Database(kernel_url, pool_size=1)
    try:
        async with database.transaction() as session:
            first = await (await raw_connection(session)).fetchval("select pg_current_xact_id()::text")
            second = (await session.execute(sa.text("select pg_current_xact_id()::text"))).scalar_one()

        assert first == second
        async with database.raw() as connection:
            assert await connection.fetchval("select pg_xact_status($1::text::xid8)", first) == "committed"
    finally:
        await database.close()


async def test_a_cancelled_transaction_gives_its_connection_back(kernel_url):
    database = Database(kernel_url, pool_size=1)
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), database.transaction() as session:
                await session.execute(sa.text("select pg_current_xact_id(), pg_sleep(30)"))

        async with asyncio.timeout(5), database.raw() as connection:
            assert not connection.is_in_transaction()
    finally:
        await database.close()


def test_a_connection_that_ends_between_two_states_means_that_the_database_is_silent():
    assert problem_of(asyncpg.InternalClientError("cannot switch to state 11")).status == 503


@pytest.mark.parametrize("go_on", [reading_connection, raw_connection])
async def test_a_connection_that_ends_within_a_request_means_that_the_database_is_silent(kernel_url, go_on):
    database, other = Database(kernel_url, pool_size=1), Database(kernel_url, pool_size=1)
    try:
        with pytest.raises(DRIVER_ERRORS) as failed:
            async with database.transaction() as session:
                pid = await (await reading_connection(session)).fetchval("select pg_backend_pid()")
                async with other.raw() as connection:
                    await connection.execute("select pg_terminate_backend($1, 5000)", pid)
                await (await go_on(session)).fetchval("select 1")

        assert problem_of(failed.value).status == 503
        assert await _backend(database) != pid
    finally:
        await database.close()
        await other.close()
