"""What registry sees of the ledger when a succession is proposed."""

from tests.submissions.service import a_report
from tests.support import bearer, service_token

DOOR = "/internal/open-occurrences"


async def open_of(service, keys_dir, agency):
    headers = bearer(service_token(keys_dir, "registry", "submissions"))
    answer = await service.http.get(DOOR, params={"agency": agency}, headers=headers)
    assert answer.status_code == 200, answer.text
    return {(item["obligation"], item["period"]): item for item in answer.json()["items"]}


async def test_an_agency_has_open_what_it_owes_and_not_what_it_has_answered(service, keys_dir):
    before = await open_of(service, keys_dir, "HT-SNV")
    sent = await service.http.post("/v1/submissions", json=a_report(), headers=service.caller("HT-SNV"))
    after = await open_of(service, keys_dir, "HT-SNV")

    assert sent.status_code == 201, sent.text
    assert before["OHT-01", "2026-S1"]["state"] == "owed"
    assert before["OHT-01", "2026-S1"]["due_on"] == "2026-07-04"
    assert set(before) - set(after) == {("OHT-01", "2026-S1")}
    assert await open_of(service, keys_dir, "NOBODY") == {}


async def test_registry_alone_comes_in(service, keys_dir):
    strangers = [
        {},
        service.caller("BNG"),
        bearer(service_token(keys_dir, "notifications", "submissions")),
        bearer(service_token(keys_dir, "registry", "gateway")),
    ]
    answers = [await service.http.get(DOOR, params={"agency": "HT-SNV"}, headers=one) for one in strangers]

    assert [answer.status_code for answer in answers] == [401] * 4
