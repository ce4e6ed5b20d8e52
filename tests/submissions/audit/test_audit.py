"""The audit: for stewards and administrators; a changed event shows."""

import asyncpg
import pytest

from tests.submissions.service import a_report


@pytest.fixture(scope="module", autouse=True)
async def something_happened(service):
    await service.http.post("/v1/submissions", json=a_report(), headers=service.caller("HT-SNV"))
    await service.seal()


async def read(service, agency, path="/v1/audit", scopes=("submissions:read",), **params):
    return await service.http.get(path, params=params, headers=service.caller(agency, scopes=scopes))


async def test_a_steward_sees_who_did_what_in_its_plan_and_nothing_of_another(service):
    answer = await read(service, "UBND-P42", type="submission.received")
    (item,) = answer.json()["items"]
    everything = (await read(service, "UBND-P42", limit=500)).json()["items"]

    assert (item["client"], item["agency"]) == ("client-HT-SNV", "HT-SNV")
    assert item["after"]["version"] == 1
    assert {one["data"]["plan"] for one in everything} == {"KH-167-HATINH"}


async def test_an_administrator_sees_everything_newest_first(service):
    items = (await read(service, "X", scopes=["admin"], limit=500)).json()["items"]

    assert {one["data"]["plan"] for one in items} == {"KH-167-HATINH", "QD-402-2020"}
    assert [one["id"] for one in items] == sorted((one["id"] for one in items), reverse=True)


@pytest.mark.parametrize("path", ["/v1/audit", "/v1/audit/verify"])
async def test_others_do_not_see_the_audit(service, path):
    outsider = await read(service, "HT-SNV", path)
    unscoped = await read(service, "UBND-P42", path, scopes=["data:read"])

    assert (outsider.status_code, outsider.json()["code"]) == (403, "audit_forbidden")
    assert (unscoped.status_code, unscoped.json()["code"]) == (403, "scope_missing")


async def test_the_audit_is_paged_without_gaps(service):
    everything = [one["id"] for one in (await read(service, "BNG", limit=500)).json()["items"]]
    seen, cursor = [], None
    while True:
        page = (await read(service, "BNG", limit=2, **({"cursor": cursor} if cursor else {}))).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == everything


async def test_an_impossible_range_is_refused(service):
    answer = await read(service, "BNG", "/v1/audit/verify", first=5, last=4)

    assert (answer.status_code, answer.json()["code"]) == (422, "audit_range_invalid")


async def test_a_span_of_time_is_checked_from_its_first_event_to_its_last(service):
    at = "2026-07-01T00:00:00+07:00"
    whole = (await read(service, "BNG", "/v1/audit/verify")).json()
    span = (
        await read(service, "BNG", "/v1/audit/verify", **{"from": at, "to": "2026-07-02T00:00:00+07:00"})
    ).json()
    part = (await read(service, "BNG", "/v1/audit/verify", **{"from": at, "first": 3})).json()
    none = await read(service, "BNG", "/v1/audit/verify", to=at)
    stranger = await read(service, "HT-SNV", "/v1/audit/verify", **{"from": at})

    assert span == whole
    assert len(whole["hash"]) == 64
    assert (part["first"], part["last"], part["hash"]) == (3, whole["last"], whole["hash"])
    assert (none.status_code, none.json()["code"]) == (422, "audit_span_empty")
    assert (stranger.status_code, stranger.json()["code"]) == (403, "audit_forbidden")


async def test_a_log_whose_end_was_cut_off_has_another_hash(service):
    whole = (await read(service, "BNG", "/v1/audit/verify")).json()
    shorter = (await read(service, "BNG", "/v1/audit/verify", last=whole["last"] - 1)).json()

    assert (shorter["intact"], shorter["hash"] == whole["hash"]) == (True, False)


@pytest.mark.parametrize("act", ["update event set reason = 'x'", "delete from event", "truncate event"])
async def test_an_event_is_not_changed_even_by_hand(service, act):
    with pytest.raises(asyncpg.PostgresError, match="never changed"):
        await service.sql(act)


async def test_a_changed_event_shows(service):
    whole = (await read(service, "BNG", "/v1/audit/verify")).json()
    await service.sql("alter table event disable trigger user")
    await service.sql("update event set reason = 'forged' where position = 3")
    await service.sql("alter table event enable trigger user")
    broken = (await read(service, "BNG", "/v1/audit/verify")).json()

    assert (whole["intact"], whole["first"], whole["broken_at"]) == (True, 1, None)
    assert whole["last"] > 3
    assert (broken["intact"], broken["broken_at"]) == (False, 3)
