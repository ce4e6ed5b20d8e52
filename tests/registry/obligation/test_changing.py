"""The doors through which stewards change obligations: what is kept, what is told, what is refused."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from services.registry.obligation.draft import MONTHLY_DRAFT
from tests.support import set_business_time

NEW = {**MONTHLY_DRAFT, "reason": "Công văn 12"}
WRITE = ("registry:read", "registry:write")


@pytest.fixture(autouse=True)
def first_of_july(client, app):
    set_business_time(app, datetime(2026, 7, 1, 1, tzinfo=UTC))


@pytest.fixture
def steward(caller):
    return caller("HT-SNGV", *WRITE)


@pytest.fixture
def doors(client, steward):
    """Speak to the doors of one obligation as its steward."""

    class Doors:
        async def read(self, code, path=""):
            return await client.get(f"/v1/obligations/{code}{path}", headers=steward)

        async def make(self, code, **changes):
            body = {**NEW, "id": code, **changes}
            return await client.post("/v1/obligations", json=body, headers=steward)

        async def change(self, code, body, headers=None):
            etag = (await self.read(code)).headers["etag"]
            by = {**(headers or steward), "If-Match": etag}
            return await client.patch(f"/v1/obligations/{code}", json={"reason": "vì", **body}, headers=by)

        async def version(self, code, body, headers=None):
            etag = (await self.read(code)).headers["etag"]
            by = {**(headers or steward), "If-Match": etag}
            path = f"/v1/obligations/{code}/rule-versions"
            return await client.post(path, json={"reason": "đọc lại", **body}, headers=by)

        async def post(self, code, path, body):
            return await client.post(f"/v1/obligations/{code}/{path}", json=body, headers=steward)

        async def due(self, code, period):
            answer = await self.read(code, f"/explain?period={period}")
            assert answer.status_code == 200, answer.text
            return answer.json()

    return Doors()


async def events_about(database, subject):
    told = sa.text("select type, before, after, reason, agency from event where subject = :s order by id")
    async with database.transaction() as session:
        return (await session.execute(told, {"s": subject})).all()


async def test_a_new_obligation_is_kept_told_and_due(client, doors, database):
    made = await doors.make("N-1")
    again = await doors.make("N-1")
    explained = await doors.due("N-1", "2027-01-15/P1M")

    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/v1/obligations/N-1"
    assert made.headers["etag"] == (await doors.read("N-1")).headers["etag"]
    assert made.json()["deadline"]["month_offset"] == 0
    assert again.json()["code"] == "obligation_exists"
    assert explained["due_at"] == explained["steps"][-1]["due_at"] == "2027-02-20T23:59:59.999999+07:00"
    (event,) = await events_about(database, "N-1")
    assert (event.type, event.before, event.reason, event.agency) == (
        "obligation.changed",
        None,
        "Công văn 12",
        "HT-SNGV",
    )


async def test_all_that_is_wrong_is_told_at_once_and_nothing_is_kept(doors):
    answer = await doors.make("N-2", reporter=["NOPE"], next_level="N-2", kind="one_off")
    told = answer.json()

    assert (answer.status_code, told["code"]) == (422, "obligation_invalid")
    assert {(e["rule"], e["pointer"]) for e in told["errors"]} >= {
        ("registered", "/reporter/0"),
        ("circle", "/next_level"),
        ("window_not_of_kind", "/deadline/window"),
    }
    assert all(e["vi"] and e["en"] for e in told["errors"])
    assert (await doors.read("N-2")).status_code == 404


async def test_warnings_do_not_keep_it_out(doors):
    made = await doors.make("N-3", deadline={**NEW["deadline"], "day": 14})

    assert made.status_code == 201, made.text
    assert [one["rule"] for one in made.json()["warnings"]] == ["cut_off_too_close"]


async def test_only_the_steward_of_the_plan_or_of_the_one_above_writes(client, caller, doors):
    answers = {
        who: await client.post("/v1/obligations", json={**NEW, "id": f"N-{who}"}, headers=caller(who, *WRITE))
        for who in ("HT-CAT", "BCA", "BNG")
    }
    reading = await client.post("/v1/obligations", json=NEW, headers=caller("HT-SNGV"))
    narrow = caller("BNG", *WRITE, plans=["QD-1957-2020"])
    hidden = await doors.change("OHT-01", {"note": "x"}, narrow)

    assert {who: answer.status_code for who, answer in answers.items()} == {"HT-CAT": 403, "BCA": 403, "BNG": 201}
    assert reading.json()["code"] == "scope_missing"
    assert hidden.status_code == 404


async def test_an_obligation_ends_from_a_day_and_what_it_said_stays(doors, database):
    await doors.make("N-4")
    ended = await doors.change("N-4", {"valid_to": "2028-06-30", "title_en": "Figures"})
    history = (await doors.read("N-4", "/history")).json()["items"]
    gone = await doors.read("N-4", "/explain?period=2028-08-15/P1M")

    assert ended.status_code == 200, ended.text
    assert (ended.json()["valid_to"], ended.json()["title_en"]) == ("2028-06-30", "Figures")
    assert [one["facts"]["valid_to"] for one in history] == ["2030-12-31", "2028-06-30"]
    assert gone.json()["code"] == "period_not_of_obligation"
    event = (await events_about(database, "N-4"))[-1]
    assert (event.before["title_en"], event.after["title_en"]) == ("Monthly migration data", "Figures")


async def test_the_first_change_of_a_loaded_obligation_keeps_what_it_said(doors):
    await doors.change("OHT-03", {"note": "đã sửa"})
    history = (await doors.read("OHT-03", "/history")).json()["items"]

    assert [one["facts"]["note"] for one in history][1:] == ["đã sửa"]
    assert [one["author"] for one in history] == ["registry", "HT-SNGV"]


async def test_an_obligation_printed_without_a_recipient_can_be_changed(doors, caller):
    national = caller("BNG", *WRITE)
    changed = await doors.change("O402-08", {"note": "đã xem lại"}, national)
    read = await doors.version("O402-08", {"applies_from": "2027-01-01", "rule": {"roll": "following"}}, national)

    assert changed.status_code == 200, changed.text
    assert read.status_code == 201, read.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "content_invalid"),
        ({"reporter": None}, "content_invalid"),
        ({"reporter": ["HT-SNGV"]}, "obligation_invalid"),
        ({"next_level": "NOPE"}, "obligation_invalid"),
        ({"valid_to": "2019-01-01"}, "obligation_invalid"),
        ({"title_vi": "Số liệu di cư 6 tháng"}, "obligation_unchanged"),
        ({"deadline": {}}, "content_invalid"),
    ],
)
async def test_a_change_that_cannot_be_is_refused(doors, body, code):
    answer = await doors.change("OHT-01", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_two_stewards_at_once_do_not_overwrite_each_other(client, doors, steward):
    etag = (await doors.read("OHT-01")).headers["etag"]
    assert (await doors.change("OHT-01", {"covers": "H1"})).status_code == 200
    late = {**steward, "If-Match": etag}
    body = {"reason": "vì", "covers": "first"}
    refused = await client.patch("/v1/obligations/OHT-01", json=body, headers=late)
    blind = await client.patch("/v1/obligations/OHT-01", json=body, headers=steward)

    assert (refused.status_code, blind.status_code) == (412, 428)


async def test_another_reading_counts_from_a_day_and_the_earlier_one_stays(doors, database):
    await doors.make("N-5")
    added = await doors.version("N-5", {"rule": {"day": 25}, "applies_from": "2028-01-01"})
    versions = (await doors.read("N-5", "/rule-versions")).json()["items"]

    assert added.status_code == 201, added.text
    assert [(v["version"], v["deadline"]["day"], v["reads_from"], v["reads_to"]) for v in versions] == [
        (1, 20, None, "2027-12-31"),
        (2, 25, "2028-01-01", None),
    ]
    before, after = await doors.due("N-5", "2027-11-15/P1M"), await doors.due("N-5", "2027-12-15/P1M")
    assert (before["due_on"], before["rule_version"]) == ("2027-12-20", 1)
    assert (after["due_on"], after["rule_version"]) == ("2028-01-25", 2)
    event = (await events_about(database, "N-5"))[-1]
    assert (event.before["deadline"]["day"], event.after["deadline"]["day"], event.reason) == (20, 25, "đọc lại")


async def test_a_reading_of_everything_hides_the_earlier_ones(doors):
    await doors.make("N-6")
    await doors.version("N-6", {"rule": {"day": 25}, "applies_from": "2028-01-01"})
    await doors.version("N-6", {"rule": {"day": 10}})
    versions = (await doors.read("N-6", "/rule-versions")).json()["items"]

    assert [v["counts"] for v in versions] == [False, False, True]
    assert (await doors.due("N-6", "2027-01-15/P1M"))["due_on"] == "2027-02-10"


async def test_those_that_share_the_deadline_are_told_of_it(client, caller, database):
    steward = caller("BNG", *WRITE)
    etag = (await client.get("/v1/obligations/O402-02", headers=steward)).headers["etag"]
    body = {"rule": {"day": 20}, "applies_from": "2029-01-01", "reason": "sửa"}
    path = "/v1/obligations/O402-02/rule-versions"
    made = await client.post(path, json=body, headers={**steward, "If-Match": etag})

    assert made.status_code == 201, made.text
    assert [e.type for e in await events_about(database, "O402-09")][-1] == "obligation.changed"
    told = (await client.get("/v1/obligations/O402-09/explain?period=2029", headers=steward)).json()
    assert told["due_on"] == "2029-11-19"


async def test_a_saved_change_is_what_the_preview_showed_or_is_refused(client, doors, steward):
    await doors.make("N-7")
    body = {"obligation": "N-7", "rule": {"day": 25}, "from": "2027-01-01", "to": "2027-12-31"}
    shown = (await client.post("/v1/obligations/preview", json=body, headers=steward)).json()
    await doors.version("N-7", {"rule": {"hour": 16}})
    stale = await doors.version("N-7", {"rule": {"day": 25}, "previewed": shown["base"]})
    again = (await client.post("/v1/obligations/preview", json=body, headers=steward)).json()
    kept = await doors.version("N-7", {"rule": {"day": 25}, "previewed": again["base"]})

    assert stale.status_code == 412
    assert kept.status_code == 201, kept.text
    for move in again["items"]:
        assert (await doors.due("N-7", move["period"]))["due_at"] == move["new"]["due_at"]
        assert move["new"]["due_at"].endswith("T16:00:00+07:00")


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"rule": {}}, "content_invalid", None),
        ({"rule": {"day": 30, "month": 2}}, "obligation_invalid", "/rule/day"),
        ({"rule": {"working_day": 3}}, "obligation_invalid", "/rule/operator"),
        (
            {"rule": {"operator": "with", "with_obligation": "OHT-01"}},
            "obligation_invalid",
            "/rule/with_obligation",
        ),
        ({"rule": {"window": "one_off"}}, "obligation_invalid", "/rule/window"),
        ({"rule": {"day": 5}}, "obligation_unchanged", None),
    ],
)
async def test_a_reading_that_cannot_be_is_refused(doors, body, code, pointer):
    answer = await doors.version("OHT-01", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    if pointer:
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]


async def test_a_derogation_takes_an_agency_out_of_those_who_owe(doors):
    body = {"agency": "HT-SNV", "valid_from": "2026-06-01", "reason": "sắp xếp", "legal_basis": "CV 45"}
    made = await doors.post("OHT-01", "derogations", {**body, "valid_to": "2026-12-31"})
    excused = await doors.due("OHT-01", "2026-S1")
    other = await doors.due("OHT-01", "2027-S1")
    twice = await doors.post("OHT-01", "derogations", body)
    unknown = await doors.post("OHT-01", "derogations", {**body, "agency": "NOPE"})
    backwards = await doors.post("OHT-01", "derogations", {**body, "valid_to": "2020-01-01"})

    assert made.status_code == 201, made.text
    assert (excused["reporters_count"], excused["excused"]) == (6, ["HT-SNV"])
    assert "derogation" in [step["code"] for step in excused["people"]]
    assert (other["reporters_count"], other["excused"]) == (7, [])
    assert [a.json()["code"] for a in (twice, unknown, backwards)] == [
        "derogation_overlaps",
        "derogation_invalid",
        "derogation_invalid",
    ]

    path = f"derogations/{made.json()['id']}/withdrawal"
    taken = await doors.post("OHT-01", path, {"reason": "ghi nhầm"})
    assert taken.json()["withdrawal"] == "ghi nhầm"
    assert (await doors.due("OHT-01", "2026-S1"))["reporters_count"] == 7
    assert (await doors.post("OHT-01", path, {"reason": "lần nữa"})).json()["code"] == "derogation_unknown"
    assert len((await doors.read("OHT-01", "/derogations")).json()["items"]) == 1


async def test_a_voluntary_report_is_due_and_never_overdue(doors):
    await doors.make("N-8", binding="voluntary")
    told = await doors.due("N-8", "2027-01-15/P1M")

    assert (told["due_on"], told["overdue_after"]) == ("2027-02-20", None)
    assert told["steps"][-1]["due_at"] == told["due_at"]


async def test_a_voluntary_report_without_a_day_says_that_it_is_voluntary(doors):
    rule = {"window": "calendar_month", "wording": "hằng tháng", "operator": "none"}
    await doors.make("N-11", binding="voluntary", deadline=rule)
    told = await doors.due("N-11", "2027-01-01/P1M")

    assert "voluntary" in [step["code"] for step in told["steps"]]
    assert (told["due_on"], told["steps"][-1]["code"]) == (None, "no_date")


async def test_a_cycle_of_an_event_is_read_with_who_owes_it(client, doors, inside):
    rule = {
        "window": "on_event",
        "wording": "trong 05 ngày làm việc kể từ ngày xảy ra vụ việc",
        "operator": "no_later_than",
        "days_after": 5,
        "counts_working_days": True,
        "counted_from": "event",
        "event": "xảy ra vụ việc",
    }
    made = await doors.make("N-9", kind="ad_hoc", deadline=rule)
    asked = {"obligation": "N-9", "period": "2027-03-01/P1D"}
    (cycle,) = (await client.get("/internal/cycle", params=asked, headers=inside)).json()["items"]

    assert made.status_code == 201, made.text
    assert (cycle["due_on"], cycle["period_start"], cycle["period_end"]) == (
        "2027-03-08",
        "2027-03-01",
        "2027-03-01",
    )
    assert cycle["reporters"] == [{"agency": "HT-CAT", "duty": "HT-CAT"}]
    assert "Điều 147" in cycle["trace"][-3]["vi"]
    asked["period"] = "2027-03-01/P1M"
    assert (await client.get("/internal/cycle", params=asked, headers=inside)).status_code == 404
    asked["obligation"] = "NOPE"
    assert (await client.get("/internal/cycle", params=asked, headers=inside)).status_code == 404


async def test_the_same_key_makes_one_obligation(client, steward):
    headers = {**steward, "Idempotency-Key": "new-one"}
    first = await client.post("/v1/obligations", json={**NEW, "id": "N-10"}, headers=headers)
    again = await client.post("/v1/obligations", json={**NEW, "id": "N-10"}, headers=headers)

    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
