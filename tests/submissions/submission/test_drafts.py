"""Drafts: partial, private, merged, and submitted."""

import asyncio
import json

from services.submissions.submission.draft_rules import change_draft, is_empty
from services.submissions.submission.schemas import DraftAction, DraftUpdate
from tests.submissions.service import a_report

CELL = {"indicator": "LABOUR.OUT.FLOW", "dimensions": {"sex": "female", "partner_country": "JP"}}
OTHER = {"indicator": "LABOUR.OUT.FLOW", "dimensions": {"partner_country": "JP", "sex": "male"}}


def change(action, **content):
    return DraftUpdate(action=action, **content)


def test_merging_overwrites_the_same_cell_whatever_the_order_of_its_dimensions():
    turned = {**CELL, "dimensions": dict(reversed(CELL["dimensions"].items())), "value": 2}
    before = {"observations": [{**CELL, "value": 1}, {**OTHER, "value": 5}], "nil": ["STUDY"]}
    after = change_draft(before, change(DraftAction.MERGE, observations=[turned], nil=["LABOUR"]))

    assert [cell["value"] for cell in after["observations"]] == [2, 5]
    assert after["nil"] == ["STUDY", "LABOUR"]


def test_replacing_forgets_what_was_there():
    before = {"observations": [{**CELL, "value": 1}], "narrative": {"general": {"text": "x"}}}

    assert change_draft(before, change(DraftAction.REPLACE, nil=["STUDY"])) == {"nil": ["STUDY"]}


def test_deleting_takes_out_what_is_named_and_everything_when_nothing_is():
    before = {"observations": [{**CELL, "value": 1}, {**OTHER, "value": 5}], "nil": ["STUDY"]}

    assert change_draft(before, change(DraftAction.DELETE, observations=[CELL])) == {
        "observations": [{**OTHER, "value": 5}],
        "nil": ["STUDY"],
    }
    assert is_empty(change_draft(before, change(DraftAction.DELETE)))


class Drafter:
    """Someone who fills a form."""

    def __init__(self, service, agency, occurrence):
        self._service, self._agency, self.http = service, agency, service.http
        self.door = f"/v1/occurrences/{occurrence}/draft"

    def caller(self):
        return self._service.caller(self._agency)

    async def read(self, agency=None):
        return await self._service.http.get(self.door, headers=self._service.caller(agency or self._agency))

    async def write(self, etag, **body):
        headers = {**self._service.caller(self._agency), **({"If-Match": etag} if etag else {})}
        return await self._service.http.put(self.door, json=body, headers=headers)

    async def submit(self, **headers):
        return await self._service.http.post(
            self.door + "/submit", headers={**self._service.caller(self._agency), **headers}
        )


async def drafter(service, agency):
    owed = await service.occurrence("OHT-01", "2026-S1", agency)
    return Drafter(service, agency, owed["id"])


async def test_a_draft_is_begun_grown_submitted_and_then_empty(service):
    me = await drafter(service, "HT-STP")
    empty = await me.read()
    first = await me.write(empty.headers["etag"], observations=[{**CELL, "value": "later"}])
    drafted = await service.occurrence("OHT-01", "2026-S1", "HT-STP")
    wrong = await me.submit()
    fixed = await me.write(first.headers["etag"], observations=[{**CELL, "value": 3}])
    cell = a_report()["observations"][0]
    await me.write(fixed.headers["etag"], action="replace", observations=[{**cell, "value": 3}])
    sent = await me.submit()
    after = await me.read()

    assert (empty.json()["version"], empty.json()["content"]) == (0, {})
    assert drafted["state"] == "draft"
    assert (wrong.status_code, wrong.json()["code"]) == (422, "content_refused")
    assert wrong.json()["errors"][0]["pointer"].startswith("/observations/0")
    assert (sent.status_code, sent.json()["version"]) == (201, 1)
    assert (after.json()["version"], after.json()["content"]) == (4, {})
    assert (await service.occurrence("OHT-01", "2026-S1", "HT-STP"))["state"] == "submitted"


async def test_the_same_report_sent_at_once_and_by_draft_is_the_same(service):
    whole = await service.http.post("/v1/submissions", json=a_report("HT-CAT"), headers=service.caller("HT-CAT"))
    me = await drafter(service, "HT-CAT")
    await me.write((await me.read()).headers["etag"], observations=a_report()["observations"])
    drafted = await me.submit()

    assert drafted.status_code == 200
    assert drafted.json()["id"] == whole.json()["id"]


async def test_an_emptied_draft_is_owed_again(service):
    me = await drafter(service, "HT-STC")
    begun = await me.write((await me.read()).headers["etag"], nil=["STUDY"])
    await me.write(begun.headers["etag"], action="delete")
    nothing = await me.submit()

    assert (await service.occurrence("OHT-01", "2026-S1", "HT-STC"))["state"] == "owed"
    assert (nothing.status_code, nothing.json()["code"]) == (409, "draft_empty")


async def test_each_change_of_a_draft_is_in_the_audit_without_what_it_says(service):
    me = await drafter(service, "HT-BCHBP")
    begun = await me.write(
        (await me.read()).headers["etag"], observations=[{**CELL, "value": "kín"}], nil=["STUDY"]
    )
    await me.write(begun.headers["etag"], action="delete")
    told = await service.events("draft.changed", (await service.occurrence("OHT-01", "2026-S1", "HT-BCHBP"))["id"])
    after = await service.sql(
        "select after::text from event where type = 'draft.changed' order by id desc limit 2"
    )

    assert [json.loads(one["data"])["version"] for one in told] == [1, 2]
    assert {tuple(one["audience"]) for one in told} == {("HT-BCHBP",)}
    assert [json.loads(one["after"]) for one in reversed(after)] == [
        {"action": "merge", "observations": 1, "nil": 1},
        {"action": "delete"},
    ]
    assert "kín" not in json.dumps([dict(one) for one in told], ensure_ascii=False)


async def test_a_draft_is_nobody_elses_business(service):
    me = await drafter(service, "HT-SNV")

    assert (await me.read("HT-SNGV")).status_code == 403
    assert (await me.read("TTG")).status_code == 404


async def test_of_two_who_write_at_once_the_second_must_read_again(service):
    me = await drafter(service, "HT-SKHCN")
    etag = (await me.read()).headers["etag"]
    answers = await asyncio.gather(*(me.write(etag, nil=[table]) for table in ("STUDY", "LABOUR", "MARRIAGE")))
    without = await me.write(None, nil=["STUDY"])

    assert sorted(one.status_code for one in answers) == [200, 412, 412]
    assert without.status_code == 428


async def test_a_draft_submitted_twice_with_one_key_has_one_effect(service, a_key):
    me = await drafter(service, "HT-BCHBP")
    await me.write((await me.read()).headers["etag"], observations=a_report()["observations"])
    answers = await asyncio.gather(*(me.submit(**{"Idempotency-Key": a_key}) for _ in range(5)))

    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1


async def test_an_unknown_field_or_action_is_refused(service):
    me = await drafter(service, "HT-SGDDT")
    etag = (await me.read()).headers["etag"]

    assert (await me.write(etag, action="burn")).status_code == 422
    assert (await me.write(etag, colour="red")).status_code == 422
    assert (await me.write(etag, observations=[{"value": "\x00"}])).status_code == 422
