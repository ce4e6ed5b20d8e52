"""What was submitted and decided is never changed, not even by hand in the database."""

import asyncpg
import pytest

from tests.submissions.service import a_report


@pytest.fixture(scope="module")
async def stored(service):
    headers = service.caller("HT-SNV")
    answer = await service.http.post("/v1/submissions", json=a_report(), headers=headers)
    await service.http.post(
        f"/v1/submissions/{answer.json()['id']}/accept", json={}, headers=service.caller("HT-SNGV")
    )
    return answer.json()["id"]


@pytest.mark.parametrize("table", ["submission", "observation", "finding", "review", "receipt_key", "event"])
@pytest.mark.parametrize("statement", ["delete from {}", "truncate {} cascade"])
async def test_no_row_is_deleted(service, stored, table, statement):
    with pytest.raises(asyncpg.RestrictViolationError):
        await service.sql(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "update submission set agency = 'XX'",
        "update observation set value = 0",
        "update observation_2026 set value = 0",
        "truncate observation_2026",
        "delete from observation_2026",
        "update finding set body = '{}'",
        "update review set text = 'x'",
        "update receipt_key set kid = 'x'",
        "update event set data = '{}'",
    ],
)
async def test_no_row_is_changed(service, stored, statement):
    with pytest.raises(asyncpg.RestrictViolationError):
        await service.sql(statement)
