"""A pool whose connections the server ends: nobody who asks next notices."""

import sqlalchemy as sa

from kernel.database import Database


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
