"""The doors of successions."""

from collections import Counter

from tests.registry.statements import counted_statements

SUCCESSIONS = "/v1/successions"


async def test_all_successions_are_listed_with_their_state(client, app, reader):
    with counted_statements(app) as sent:
        items = (await client.get(f"{SUCCESSIONS}?limit=500", headers=reader)).json()["items"]

    assert Counter(item["state"] for item in items) == {"confirmed": 67, "proposed": 6}
    assert [i["effective_on"] for i in items] == sorted(i["effective_on"] for i in items)
    assert len(sent) <= 3


async def test_pages_are_the_list(client, reader):
    whole = (await client.get(f"{SUCCESSIONS}?limit=500", headers=reader)).json()["items"]
    first = (await client.get(f"{SUCCESSIONS}?limit=50", headers=reader)).json()
    second = (await client.get(f"{SUCCESSIONS}?limit=50&cursor={first['next_cursor']}", headers=reader)).json()

    assert first["items"] + second["items"] == whole
    assert second["next_cursor"] is None


async def test_successions_are_narrowed_by_state_and_agencies(client, reader):
    proposed = (await client.get(f"{SUCCESSIONS}?state=proposed", headers=reader)).json()["items"]
    of_labour = (await client.get(f"{SUCCESSIONS}?predecessor=BLDTBXH", headers=reader)).json()["items"]
    to_finance = (await client.get(f"{SUCCESSIONS}?successor=BTC", headers=reader)).json()["items"]

    assert {item["id"] for item in proposed} == {"S04", "S05", "S08", "S15", "S16", "SU-75C"}
    assert {item["id"] for item in of_labour} == {"S01", "S02", "S03", "S04", "S05"}
    assert [item["id"] for item in to_finance] == ["S09"]


async def test_one_succession_is_read(client, reader):
    answer = await client.get(f"{SUCCESSIONS}/S20", headers=reader)
    again = await client.get(f"{SUCCESSIONS}/S20", headers={**reader, "If-None-Match": answer.headers["ETag"]})

    read = answer.json()
    assert read.pop("decided_at")
    assert read == {
        "id": "S20",
        "predecessor": "HT-SLDTBXH",
        "kind": "merge",
        "effective_on": "2025-03-01",
        "successors": [{"agency": "HT-SNV", "kind": "merge", "function": None, "share_percent": None}],
        "legal_basis": "(provincial resolution, not verified)",
        "instrument": None,
        "state": "confirmed",
        "lines": {"confirmed": 5},
        "unknown": [],
        "confidence": "medium",
        "note": None,
        "reason": None,
        "proposed_by": "loader",
        "decided_by": "loader",
        "version": 1,
    }
    assert again.status_code == 304


async def test_an_unknown_succession_is_404(client, reader):
    answer = await client.get(f"{SUCCESSIONS}/S99", headers=reader)

    assert (answer.status_code, answer.json()["code"]) == (404, "succession_unknown")
