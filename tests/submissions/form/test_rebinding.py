"""A new version of a form against a report that is being taken in at the same moment."""

import asyncio

import asyncpg

from tests.submissions.form.test_drafting import content, publish, published, put

APPLIES = {"applies_from": "2020-01-01"}
PERIOD = "2026-07-01/P1M"


async def test_a_cycle_of_which_a_report_is_just_being_kept_is_not_bound_anew(service):
    first = await published(service, "ht-race", **APPLIES)
    await service.sql("update obligation set form = 'ht-race' where id = 'OHT-05'")
    asked = {"obligation": "OHT-05", "period": PERIOD, "reporters": ["HT-CAT"], "reason": "Đột xuất"}
    await service.http.post("/v1/cycles", json=asked, headers=service.caller("HT-SNGV"))
    owed = await service.occurrence("OHT-05", PERIOD, "HT-CAT")
    second = await put(service, "ht-race", first.headers["etag"], content(**APPLIES))
    keeping = await asyncpg.connect(service.url)
    async with keeping.transaction():  # as a report is taken in: held, answered, and not yet kept
        await keeping.execute("select from occurrence where id = $1 for update", owed["id"])
        await keeping.execute("update occurrence set state = 'draft' where id = $1", owed["id"])
        publishing = asyncio.create_task(publish(service, "ht-race", second.headers["etag"], rebind=True))
        await asyncio.wait([publishing], timeout=2)
    await keeping.close()
    out = await publishing

    assert (out.status_code, out.json()["rebound"]) == (201, 0), out.text
    assert (await service.occurrence("OHT-05", PERIOD, "HT-CAT"))["form_version"] == 1
