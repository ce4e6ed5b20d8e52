"""The inbox over HTTP: what the agency was told, what it has read, and nothing of others."""

import pytest

from services.notifications.agency.schemas import RegistryAgency
from services.notifications.agency.store import AgencyStore
from tests.notifications.builders import (
    an_event,
    an_occurrence,
    due,
    fire,
    follow,
    returned,
    scheduled,
    submitted,
    vn,
)

INBOX = "/v1/inbox"


@pytest.fixture
async def july(database):
    async with database.transaction() as session:
        names = [
            RegistryAgency(id="HT-STP", name_vi="Sở Tư pháp tỉnh Hà Tĩnh", name_en="Department of Justice"),
            RegistryAgency(id="HT-STC", name_vi="Sở Tài chính tỉnh Hà Tĩnh"),
        ]
        await AgencyStore(session).replace(names)
    await follow(database, scheduled(["HT-STP", "HT-STC"]), vn("2026-05-01T09:00"))
    await fire(database, vn("2026-07-05T09:00"))
    return database


async def test_an_agency_reads_what_it_was_told_in_both_languages(client, as_agency, july):
    page = (await client.get(INBOX, headers=as_agency("HT-SNGV", "submissions:read"))).json()

    (item,) = page["items"]
    assert page["unread"] == 1
    assert item["type"] == "deadline.overdue"
    assert item["body_vi"].endswith("Chưa nộp: Sở Tài chính tỉnh Hà Tĩnh, Sở Tư pháp tỉnh Hà Tĩnh.")
    assert item["body_en"].endswith("Missing: Sở Tài chính tỉnh Hà Tĩnh, Department of Justice.")
    assert item["link"].startswith("https://gcm.example.vn/v1/compliance?cycle=")
    assert item["told_at"].startswith("2026-07-05T09:00:00")
    assert item["read_at"] is None


async def test_nothing_of_another_agency_is_shown(client, as_agency, july):
    page = (await client.get(INBOX, headers=as_agency("HT-SNV"))).json()

    assert page == {"items": [], "unread": 0, "next_cursor": None}


async def test_news_of_the_ledger_reaches_whom_it_concerns(client, as_agency, july):
    stp = an_occurrence("HT-STP")
    news = [
        an_event("occurrence.extended", {**stp, **due("2026-07-14")}),
        submitted(stp, punctuality="late"),
        returned(stp, "2026-07-20"),
        an_event("occurrence.rescheduled", {**stp, "reason": "recipient_line_changed"}),
    ]
    await follow(july, news, vn("2026-07-06T09:00"))

    reporter = (await client.get(INBOX, headers=as_agency("HT-STP"))).json()["items"]
    recipient = (await client.get(INBOX, headers=as_agency("HT-SNGV"))).json()["items"]
    assert {one["type"] for one in reporter} == {
        "deadline.overdue",
        "occurrence.extended",
        "submission.returned",
    }
    assert {one["type"] for one in recipient} == {"deadline.overdue", "submission.received"}


async def test_what_was_read_is_no_longer_counted(client, as_agency, july):
    stp = as_agency("HT-STP")
    await follow(july, [returned(an_occurrence("HT-STP"), None)], vn("2026-07-06T09:00"))
    newest, oldest = (await client.get(INBOX, headers=stp)).json()["items"]
    one = await client.post(f"{INBOX}/read", json={"up_to": oldest["id"]}, headers=stp)
    unread = (await client.get(INBOX, params={"unread": True}, headers=stp)).json()["items"]
    rest = await client.post(f"{INBOX}/read", json={}, headers=stp)
    again = await client.post(f"{INBOX}/read", json={"ids": [newest["id"]]}, headers=stp)

    assert one.json() == {"marked": 1, "unread": 1}
    assert [item["id"] for item in unread] == [newest["id"]]
    assert rest.json() == {"marked": 1, "unread": 0}
    assert again.json() == {"marked": 0, "unread": 0}


async def test_nobody_marks_the_items_of_another_agency(client, as_agency, july):
    (item,) = (await client.get(INBOX, headers=as_agency("HT-STP"))).json()["items"]
    answer = await client.post(f"{INBOX}/read", json={"ids": [item["id"]]}, headers=as_agency("HT-STC"))

    assert answer.json()["marked"] == 0
    assert (await client.get(INBOX, headers=as_agency("HT-STP"))).json()["unread"] == 1


async def test_a_client_limited_to_other_plans_is_told_and_marks_nothing(client, as_agency, july):
    elsewhere = as_agency("HT-STP", plans=["QD-402-2020"])
    here = as_agency("HT-STP", plans=["KH-167-HATINH"])

    page = (await client.get(INBOX, headers=elsewhere)).json()
    marked = await client.post(f"{INBOX}/read", json={}, headers=elsewhere)

    assert (page["items"], page["unread"]) == ([], 0)
    assert marked.json() == {"marked": 0, "unread": 0}
    assert (await client.get(INBOX, headers=here)).json()["unread"] == 1


@pytest.mark.parametrize("path", [INBOX, "/v1/events", "/v1/reminders"])
async def test_a_client_for_figures_only_is_told_nothing(client, as_agency, path):
    answer = await client.get(path, headers=as_agency("HT-STP", "data:read"))

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_a_reader_of_the_ledger_marks_nothing_as_read(client, as_agency):
    answer = await client.post(f"{INBOX}/read", json={}, headers=as_agency("HT-STP", "submissions:read"))

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_the_inbox_goes_on_from_its_cursor(client, as_agency, july):
    stp = as_agency("HT-STP")
    await follow(july, [returned(an_occurrence("HT-STP"), None)], vn("2026-07-06T09:00"))
    first = (await client.get(INBOX, params={"limit": 1}, headers=stp)).json()
    second = (await client.get(INBOX, params={"limit": 1, "cursor": first["next_cursor"]}, headers=stp)).json()

    assert [page["items"][0]["type"] for page in (first, second)] == ["submission.returned", "deadline.overdue"]
    assert second["next_cursor"] is None


async def test_ids_and_up_to_together_are_refused(client, as_agency):
    id = "01a201ae-adb1-7557-ac31-9a591e2c3033"
    answer = await client.post(f"{INBOX}/read", json={"ids": [id], "up_to": id}, headers=as_agency("HT-STP"))

    assert answer.status_code == 422
