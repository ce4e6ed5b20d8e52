"""Answers hold a transaction while they are sent: only so many, no longer than they may, and given back always."""

import asyncio

import pytest
import sqlalchemy as sa

from services.submissions.data.errors import DataBusy
from services.submissions.data.store import DataStore
from services.submissions.data.streaming import AT_ONCE, EACH_AT_ONCE, Turnstile
from tests.submissions.consolidation.cascade import a_cell, accepted
from tests.submissions.data.asking import ask
from tests.submissions.service import Service


async def test_a_long_answer_is_not_cut_where_other_transactions_are(service: Service):
    async with service.app.state.runtime.database.transaction() as session:
        await session.execute(sa.text("set local transaction_timeout = '500ms'"))
        await DataStore(session).freeze()
        await session.execute(sa.text("select pg_sleep(0.8)"))

        assert (await session.execute(sa.text("select 1"))).scalar_one() == 1


async def test_nothing_can_be_written_while_figures_are_read(service: Service):
    with pytest.raises(sa.exc.DBAPIError, match="read-only"):
        async with service.app.state.runtime.database.transaction() as session:
            await DataStore(session).freeze()
            await session.execute(sa.text("update horizon set copies = 0"))


async def test_of_one_client_so_many_and_no_more():
    turnstile = Turnstile()
    async with turnstile.let_in("a"), turnstile.let_in("a"):
        assert EACH_AT_ONCE == 2
        with pytest.raises(DataBusy) as refusal:
            async with turnstile.let_in("a"):
                pass
    assert (refusal.value.status, refusal.value.headers["Retry-After"]) == (429, "5")
    async with turnstile.let_in("a"):
        pass


async def test_of_all_clients_so_many_and_the_next_one_waits():
    turnstile = Turnstile()
    entered: list[str] = []

    async def export(client: str) -> None:
        async with turnstile.let_in(client):
            entered.append(client)
            await leave.wait()

    leave = asyncio.Event()
    tasks = [asyncio.create_task(export(f"c{n}")) for n in range(AT_ONCE + 1)]
    await asyncio.sleep(0.01)
    assert len(entered) == AT_ONCE
    leave.set()
    await asyncio.gather(*tasks)

    assert len(entered) == AT_ONCE + 1


async def test_refused_queries_and_readers_that_leave_give_everything_back(service: Service):
    await accepted(service, "HT-STP", observations=[a_cell(n, c) for n, c in enumerate(("JP", "KR", "US"))])
    headers = service.caller("HT-SNGV", scopes=["data:read"])
    for _ in range(12):
        assert (await ask(service, group_by="nonsense")).status_code == 422
        async with service.http.stream("GET", "/v1/data?form=migration-data", headers=headers) as answer:
            assert answer.status_code == 200

    assert (await ask(service)).status_code == 200
    pool = service.app.state.runtime.database.engine.pool
    assert pool.checkedout() == 0
