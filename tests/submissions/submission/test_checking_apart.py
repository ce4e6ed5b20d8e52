"""While a report is checked no transaction is open, and what changed meanwhile is seen before it is stored."""

import asyncio

from services.submissions.submission import judging
from tests.submissions.service import a_report

OPEN = """
select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
"""


def watched(service, monkeypatch, meanwhile=None) -> list[int]:
    """Count the open transactions in the midst of each check, and do something then."""
    seen: list[int] = []
    loop, real = asyncio.get_running_loop(), judging._judge_now

    async def look() -> None:
        seen.append((await service.sql(OPEN))[0]["count"])
        if meanwhile is not None:
            await meanwhile()

    def slow(basis, incoming, *more):
        asyncio.run_coroutine_threadsafe(look(), loop).result(30)
        return real(basis, incoming, *more)

    monkeypatch.setattr(judging, "THREAD_FROM_BYTES", 0)
    monkeypatch.setattr(judging, "_judge_now", slow)
    return seen


async def drafted(service, agency: str, value: int) -> str:
    owed = await service.occurrence("OHT-01", "2026-S1", agency)
    door = f"/v1/occurrences/{owed['id']}/draft"
    headers = service.caller(agency)
    etag = (await service.http.get(door, headers=headers)).headers["etag"]
    body = {"action": "replace", "observations": a_report(value=value)["observations"]}
    changed = await service.http.put(door, json=body, headers={**headers, "If-Match": etag})
    assert changed.status_code == 200, changed.text
    return door


async def test_no_transaction_is_open_while_a_report_is_checked(service, monkeypatch, a_key):
    door = await drafted(service, "HT-STC", 4)
    seen = watched(service, monkeypatch)
    headers = {**service.caller("HT-STP"), "Idempotency-Key": a_key}
    report = await service.http.post("/v1/submissions", json=a_report("HT-STP"), headers=headers)
    headers = {**service.caller("HT-STC"), "Idempotency-Key": a_key}
    draft = await service.http.post(f"{door}/submit", headers=headers)

    assert (report.status_code, draft.status_code) == (201, 201)
    assert seen == [0, 0]


async def test_a_cycle_that_closes_while_its_report_is_checked_takes_nothing(service, monkeypatch):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-CAT")

    async def close() -> None:
        await service.sql("update cycle set closed_at = now() where id = $1", owed["cycle"])

    watched(service, monkeypatch, close)
    answer = await service.http.post("/v1/submissions", json=a_report("HT-CAT"), headers=service.caller("HT-CAT"))
    await service.sql("update cycle set closed_at = null where id = $1", owed["cycle"])

    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_closed")
    assert await service.sql("select 1 from submission where agency = 'HT-CAT'") == []


async def test_a_draft_that_changes_while_it_is_submitted_is_not_lost(service, monkeypatch):
    door = await drafted(service, "HT-SGDDT", 4)

    async def change() -> None:
        await drafted(service, "HT-SGDDT", 5)

    watched(service, monkeypatch, change)
    answer = await service.http.post(f"{door}/submit", headers=service.caller("HT-SGDDT"))
    kept = await service.http.get(door, headers=service.caller("HT-SGDDT"))

    assert (answer.status_code, answer.json()["code"]) == (409, "draft_moved")
    assert kept.json()["content"]["observations"][0]["value"] == 5


async def test_differences_of_all_kinds_are_paged_without_gaps(service):
    def report(*cells, **more):
        body = a_report("HT-SKHCN", **more)
        one = body["observations"][0]
        places = [{**one["dimensions"], "partner_country": country} for country, _ in cells]
        body["observations"] = [
            {**one, "dimensions": place, "value": value} for place, (_, value) in zip(places, cells, strict=True)
        ]
        return body

    headers = service.caller("HT-SKHCN")
    first, second = [
        (await service.http.post("/v1/submissions", json=body, headers=headers)).json()["id"]
        for body in (
            report(("JP", 1), ("KR", 2), ("TW", 3), nil=["TRAFFICKING"]),
            report(("JP", 1), ("KR", 20), ("DE", 4), nil=["ADOPTION"], narrative={"general": {"text": "Mới."}}),
        )
    ]
    pages = {}
    for limit in (1, 2, 3, 4, 5, 6, 50):
        found, cursor = [], None
        while True:
            params = {"with": first, "limit": limit, **({"cursor": cursor} if cursor else {})}
            page = (
                await service.http.get(f"/v1/submissions/{second}/diff", params=params, headers=headers)
            ).json()
            assert len(page["items"]) <= limit
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        pages[limit] = found

    told = [
        (one["difference"], (one["dimensions"] or {}).get("partner_country"), one["nil"], one["section"])
        for one in pages[50]
    ]
    assert told == [
        ("added", "DE", None, None),
        ("changed", "KR", None, None),
        ("removed", "TW", None, None),
        ("added", None, "ADOPTION", None),
        ("removed", None, "TRAFFICKING", None),
        ("added", None, None, "general"),
    ]
    assert all(found == pages[50] for found in pages.values())
