"""Statements that are compiled once and sent by asyncpg: within the transaction, and as Core means them."""

import pytest
import sqlalchemy as sa

from kernel.database import Database
from kernel.prepared import Prepared
from kernel.tables import idempotency_key

COLUMNS = ("client", "key", "request_hash", "headers")
ADD = Prepared(
    sa.insert(idempotency_key).values(
        {name: sa.bindparam(name, type_=idempotency_key.c[name].type) for name in COLUMNS}
    )
)
FIND = Prepared(sa.select(idempotency_key).where(idempotency_key.c.client == sa.bindparam("client")))


@pytest.fixture
async def database(kernel_url):
    one = Database(kernel_url, pool_size=2)
    yield one
    await one.close()


def _row(key: str) -> dict[str, object]:
    return {"client": "c", "key": key, "request_hash": b"h", "headers": {"name": "Số liệu"}}


async def test_what_is_sent_belongs_to_the_transaction(database):
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await ADD.run_each(session, [_row("a")])
            seen = await FIND.run(session, client="c")
            raise RuntimeError
    async with database.transaction() as session:
        after = await FIND.read(session, client="c")

    assert [one["headers"] for one in seen] == [{"name": "Số liệu"}]
    assert after == []


async def test_many_rows_go_in_at_once_and_are_there_after_the_commit(database):
    async with database.transaction() as session:
        await ADD.run_each(session, [_row("a"), _row("b")])
    async with database.raw() as connection:
        kept = await FIND.ask(connection, client="c")

    assert sorted(one["key"] for one in kept) == ["a", "b"]


def test_a_list_in_a_statement_is_refused_when_it_is_made():
    with pytest.raises(ValueError, match="arrays"):
        Prepared(sa.select(idempotency_key).where(idempotency_key.c.client.in_(["a", "b"])))


async def test_a_parameter_that_is_left_out_is_an_error(database):
    async with database.transaction() as session:
        with pytest.raises(KeyError):
            await FIND.read(session)
