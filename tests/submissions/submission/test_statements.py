"""What a submission asks of the database does not grow with what it reports."""

from tests.benchmarks.submission_intake import as_csv, make_rows
from tests.registry.statements import counted_statements

READ_FIRST = 5
"""The key, who asks, what is answered, the tasks, the history."""
KEPT_AT_ONCE = 9
"""The key, the lock, how it stands, version, findings, calendar, answer, event, the kept answer."""


async def test_a_submission_takes_few_statements_and_as_many_whatever_it_holds(service, a_key):
    (row,) = await service.sql(
        "select o.id from occurrence o join cycle c on c.id = o.cycle_id"
        " where o.agency = 'HT-STP' and c.obligation = 'OHT-01' and c.period = '2026-S1'"
    )

    async def send(count: int, value: int) -> list[str]:
        headers = service.caller("HT-STP") | {"Idempotency-Key": f"{a_key}-{value}", "Content-Type": "text/csv"}
        body, params = as_csv(make_rows(count), value), {"occurrence": str(row["id"])}
        with counted_statements(service.app) as sent:
            answer = await service.http.post("/v1/submissions", content=body, params=params, headers=headers)
        assert (answer.status_code, answer.json()["observations"]) == (201, count), answer.text
        return sent

    await send(3, 1)
    few, many = await send(3, 2), await send(400, 3)

    assert len(few) == len(many) <= READ_FIRST + KEPT_AT_ONCE, many
