"""Comments: a thread between reporter and line, about a version or one place in it."""

import json

import pytest

from kernel.ids import new_id
from tests.registry.statements import counted_statements
from tests.submissions.service import READ, a_report

CELL = {"indicator": "LABOUR.OUT.FLOW", "dimensions": {"sex": "female", "partner_country": "JP"}}


@pytest.fixture(scope="module")
async def submission(service):
    answer = await service.http.post("/v1/submissions", json=a_report("HT-SNV"), headers=service.caller("HT-SNV"))
    return answer.json()["id"]


async def say(service, submission, by="HT-SNGV", scopes=None, key=None, **body):
    headers = service.caller(by, **({"scopes": scopes} if scopes else {}))
    headers = {**headers, "Idempotency-Key": key} if key else headers
    return await service.http.post(
        f"/v1/submissions/{submission}/comments", json={"text": "Đề nghị giải trình.", **body}, headers=headers
    )


async def test_a_thread_is_read_in_the_order_in_which_it_was_said(service, submission):
    asked = await say(service, submission, cell=CELL)
    answered = await say(service, submission, "HT-SNV", text="Do mở thị trường mới.", reply_to=asked.json()["id"])
    steward = await say(service, submission, "UBND-P42", text="Đã rõ.")
    headers = service.caller("HT-SNV")
    with counted_statements(service.app) as sent:
        whole = await service.http.get(f"/v1/submissions/{submission}/comments", headers=headers)
    first = await service.http.get(f"/v1/submissions/{submission}/comments", params={"limit": 2}, headers=headers)
    rest = await service.http.get(
        f"/v1/submissions/{submission}/comments", params={"cursor": first.json()["next_cursor"]}, headers=headers
    )
    told = await service.events("comment.added", submission)

    assert [one.status_code for one in (asked, answered, steward)] == [201, 201, 201]
    assert [(one["agency"], one["reply_to"], one["cell"]) for one in whole.json()["items"]] == [
        ("HT-SNGV", None, CELL),
        ("HT-SNV", asked.json()["id"], None),
        ("UBND-P42", None, None),
    ]
    assert first.json()["items"] + rest.json()["items"] == whole.json()["items"]
    assert len(sent) <= 3
    assert len(told) == 3
    assert "text" not in json.loads(told[0]["data"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "content_invalid"),
        ({"text": "a\u0000b"}, "content_invalid"),
        ({"reply_to": str(new_id())}, "reply_unknown"),
        ({"cell": {"indicator": "NO.SUCH"}}, "cells_unknown"),
        ({"cell": {}}, "cells_unknown"),
        ({"cell": {**CELL, "comment": "?"}}, "content_invalid"),
    ],
)
async def test_a_comment_that_leads_nowhere_is_refused(service, submission, body, code):
    answer = await say(service, submission, **body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    if code == "cells_unknown":
        assert answer.json()["errors"][0]["pointer"].startswith("/cell")


async def test_strangers_and_readers_say_nothing(service, submission, a_key):
    stranger = await say(service, submission, "TTG")
    listed = await service.http.get(f"/v1/submissions/{submission}/comments", headers=service.caller("TTG"))
    reader = await say(service, submission, "HT-SNV", scopes=[READ])
    twice = [await say(service, submission, text="Một lần.", key=a_key) for _ in range(2)]

    assert (stranger.status_code, listed.status_code) == (404, 404)
    assert (reader.status_code, reader.json()["code"]) == (403, "scope_missing")
    assert twice[0].json() == twice[1].json()
