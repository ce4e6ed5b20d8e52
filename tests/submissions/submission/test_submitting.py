"""A report on its way in: stored with its figures, told, proved by a receipt; the same again is the same."""

import json
from datetime import timedelta
from typing import Any

import orjson

from kernel.jose import KeySet, verify_statement
from tests.submissions.service import FIRST_MORNING, READ, WRITE, a_report

CSV = "indicator,sex,age_group,partner_country,skill_level,value\nLABOUR.OUT.FLOW,female,unknown,JP,unknown,{}\n"


async def send(service, body, agency=None, **headers):
    agency = agency or body["agency"]
    return await service.http.post("/v1/submissions", json=body, headers={**service.caller(agency), **headers})


async def test_a_report_is_stored_told_and_proved(service):
    answer = await send(service, a_report("HT-STP"))
    body = answer.json()
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-STP")
    rows = await service.sql("select * from observation where submission_id = $1", body["id"])
    (told,) = await service.events("submission.received", body["id"])

    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/submissions/{body['id']}"
    assert (body["version"], body["state"], body["punctuality"]) == (1, "submitted", "on_time")
    assert body["findings"]["error"] == 0
    assert body["findings"]["warning"] > 0
    assert (owed["state"], owed["clock"]) == ("submitted", "on_time")
    assert (owed["submission"], owed["submission_version"]) == (body["id"], 1)
    assert [(row["indicator"], row["d1"], row["value"], row["period_year"]) for row in rows] == [
        ("LABOUR.OUT.FLOW", "female", 12, 2026)
    ]
    data = json.loads(told["data"])
    assert (data["submission"], data["version"], data["state"], data["punctuality"]) == (
        body["id"],
        1,
        "submitted",
        "on_time",
    )
    assert data["occurrence"] == owed["id"]
    assert set(told["audience"]) == {"HT-STP", "HT-SNGV", "UBND-P42"}


async def test_the_receipt_is_verified_offline_with_the_published_keys(service):
    body = (await send(service, a_report("HT-SKHCN"))).json()
    keys = KeySet((await service.http.get("/.well-known/receipt-jwks.json")).json()["keys"])
    claims = verify_statement(body["receipt"], keys, typ="gcm-receipt+jwt")
    door = f"/v1/submissions/{body['id']}/receipt"
    plain = await service.http.get(door, headers=service.caller("HT-SNGV"))
    shown = await service.http.get(door, headers={**service.caller("HT-SNGV"), "Accept": "application/json"})

    assert plain.text == body["receipt"]
    assert shown.json() == {"receipt": body["receipt"], "claims": claims}
    assert {name: claims[name] for name in ("agency", "period", "form", "form_version", "version")} == {
        "agency": "HT-SKHCN",
        "period": "2026-S1",
        "form": "migration-data",
        "form_version": 1,
        "version": 1,
    }
    assert claims["submission"] == claims["jti"] == body["id"]
    assert claims["content_sha256"] == body["content_sha256"]
    assert claims["received_at"] == body["received_at"]
    assert (claims["punctuality"], claims["sandbox"]) == ("on_time", False)
    assert {"iss", "iat", "occurrence", "rules_version"} <= claims.keys()


async def test_the_same_content_as_csv_is_the_same_submission(service):
    first = await send(service, a_report("HT-STC", value=7))
    target = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-STC"}
    headers = {**service.caller("HT-STC"), "Content-Type": "text/csv; charset=utf-8"}
    again = await service.http.post("/v1/submissions", content=CSV.format(7), params=target, headers=headers)
    other = await service.http.post("/v1/submissions", content=CSV.format(8), params=target, headers=headers)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["receipt"] == first.json()["receipt"]
    assert other.json()["version"] == 2


async def test_a_dry_run_gives_the_same_findings_and_stores_nothing(service):
    headers = service.caller("HT-SGDDT")
    dry = await service.http.post("/v1/submissions?dry_run=true", json=a_report("HT-SGDDT"), headers=headers)
    before = await service.sql("select count(*) from submission where agency = 'HT-SGDDT'")
    real = await service.http.post("/v1/submissions", json=a_report("HT-SGDDT"), headers=headers)
    found = await service.http.get(f"/v1/submissions/{real.json()['id']}/findings?limit=500", headers=headers)

    assert dry.status_code == 200
    assert dry.json()["dry_run"] is True
    assert before[0]["count"] == 0
    assert [one["id"] for one in dry.json()["errors"]] == [one["id"] for one in found.json()["items"]]
    assert dry.json()["findings"] == real.json()["findings"]
    assert dry.json()["content_sha256"] == real.json()["content_sha256"]


async def test_the_four_states_of_a_cell_are_counted_apart(service):
    cell = a_report()["observations"][0]
    places = iter(["JP", "KR", "TW", "DE", "AU"])
    states: list[dict[str, Any]] = [
        {"value": 12},
        {"value": 0},
        {"value": 0.0},
        {"value": None, "status": "not_available", "reason": "Chưa tổng hợp xong"},
        {"value": None, "status": "not_applicable"},
    ]
    figures = [
        {**cell, **state, "dimensions": {**cell["dimensions"], "partner_country": next(places)}}
        for state in states
    ]
    report, headers = a_report("HT-SKHCN", observations=figures, nil=["TRAFFICKING"]), service.caller("HT-SKHCN")
    tried = await service.http.post("/v1/submissions?dry_run=true", json=report, headers=headers)
    sent = await service.http.post("/v1/submissions", json=report, headers=headers)

    assert sent.status_code == 201, sent.text
    assert sent.json()["cells"] == {"given": 3, "zeros": 2, "not_available": 1, "not_applicable": 1}
    assert tried.json()["cells"] == sent.json()["cells"]
    assert (sent.json()["observations"], sent.json()["nil"]) == (5, ["TRAFFICKING"])


async def test_findings_and_figures_are_paged_without_gaps(service):
    body = a_report("HT-CAT")
    countries = ("JP", "KR", "TW", "DE", "SA")
    cell = body["observations"][0]
    body["observations"] = [
        {**cell, "dimensions": {**cell["dimensions"], "partner_country": country}} for country in countries
    ]
    stored = (await send(service, body, "HT-CAT")).json()
    headers = service.caller("HT-CAT")
    seen, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = await service.http.get(
            f"/v1/submissions/{stored['id']}/observations", params=params, headers=headers
        )
        seen += page.json()["items"]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break

    assert [one["dimensions"]["partner_country"] for one in seen] == list(countries)
    assert [one["line"] for one in seen] == [1, 2, 3, 4, 5]
    first = await service.http.get(f"/v1/submissions/{stored['id']}/findings?limit=1", headers=headers)
    assert first.json()["next_cursor"]
    assert first.json()["items"][0]["message"] == first.json()["items"][0]["message_vi"]


async def test_a_late_report_is_taken_and_called_late_by_its_first_version(service):
    service.at(FIRST_MORNING + timedelta(days=4))
    late = await send(service, a_report("HT-BCHBP"))
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-BCHBP")
    service.at(FIRST_MORNING)

    assert (late.status_code, late.json()["punctuality"]) == (201, "late")
    assert owed["clock"] == "late"


async def test_a_later_version_keeps_the_punctuality_of_the_first(service):
    await send(service, a_report("HT-SNV", value=1))
    service.at(FIRST_MORNING + timedelta(days=9))
    second = await send(service, a_report("HT-SNV", value=2))
    service.at(FIRST_MORNING)

    assert (second.json()["version"], second.json()["punctuality"]) == (2, "on_time")


async def test_two_versions_are_compared_cell_by_cell(service):
    headers = service.caller("HT-SNV")
    first = (await send(service, a_report("HT-SNV", value=30, nil=["STUDY"]))).json()
    second = (await send(service, a_report("HT-SNV", value=31))).json()
    answer = await service.http.get(
        f"/v1/submissions/{second['id']}/diff", params={"with": first["id"]}, headers=headers
    )
    changed, gone = answer.json()["items"]

    assert answer.json()["with"] == first["id"]
    assert (changed["difference"], changed["before"]["value"], changed["after"]["value"]) == ("changed", 30, 31)
    assert changed["dimensions"]["partner_country"] == "JP"
    assert (gone["difference"], gone["nil"]) == ("removed", "STUDY")


async def test_the_confirmed_successor_finishes_the_report_of_an_agency_that_ended(service):
    occurrence = (
        await service.sql(
            "insert into occurrence (id, cycle_id, agency, duty, state)"
            " select uuidv7(), id, 'HT-SLDTBXH', 'HT-SLDTBXH', 'owed' from cycle"
            " where (obligation, period) = ('OHT-01', '2026-S1') returning id"
        )
    )[0]["id"]
    body = a_report("HT-SLDTBXH")
    outsider = await send(service, body, "HT-STC")
    answer = await send(service, body, "HT-SNV")

    assert outsider.status_code == 404
    assert answer.status_code == 201
    assert answer.json()["occurrence"] == str(occurrence)
    assert (answer.json()["agency"], answer.json()["submitted_by"]) == ("HT-SLDTBXH", "HT-SNV")


async def test_one_submission_discharges_the_same_report_asked_twice(service):
    narrative = {"general": {"text": "Đã triển khai."}}
    body = {"obligation": "OHT-06", "period": "2026", "agency": "HT-SNGV", "narrative": narrative}
    answer = await send(service, body, "HT-SNGV")
    twin = await service.occurrence("OHT-04", "2026", "HT-SNGV")
    read = await service.http.get(f"/v1/submissions/{answer.json()['id']}", headers=service.caller("BNG"))
    told = await service.events("submission.received", answer.json()["id"])

    assert answer.status_code == 201
    assert (twin["state"], twin["submission"]) == ("submitted", answer.json()["id"])
    assert twin["clock"] == "not_due"
    assert read.status_code == 200
    assert {json.loads(one["data"])["obligation"] for one in told} == {"OHT-04", "OHT-06"}


async def test_submitting_needs_no_registry(service):
    service.registry.silent = True
    answer = await send(service, a_report("HT-STP", value=99))
    service.registry.silent = False

    assert answer.status_code == 201


async def test_tasks_that_the_agency_leads_must_be_told_about(service):
    body = {"obligation": "O402-02", "period": "2026", "agency": "BCA", "narrative": {}}
    empty = await send(service, {**body, "narrative": {"general": {"text": "Chung."}}}, "BCA")
    full = {"task:QD-402-2020/2.1": {"status": "on_track", "text": "Đang thực hiện."}}
    told = await send(service, {**body, "narrative": full}, "BCA")

    assert empty.status_code == 422
    assert {one["rule"] for one in empty.json()["errors"]} == {"narrative_text_missing"}
    assert told.status_code == 201


async def test_a_caller_with_the_right_scopes_only(service):
    body = a_report("HT-SNV", value=55)
    without = await service.http.post(
        "/v1/submissions", json=body, headers=service.caller("HT-SNV", scopes=[READ])
    )
    unread = await service.http.get("/v1/occurrences", headers=service.caller("HT-SNV", scopes=[WRITE]))

    assert (without.status_code, without.json()["code"]) == (403, "scope_missing")
    assert unread.status_code == 403


async def test_a_bom_does_not_stand_in_the_way_of_json(service):
    raw = b"\xef\xbb\xbf" + orjson.dumps(a_report("HT-SNV", value=77))
    headers = {**service.caller("HT-SNV"), "Content-Type": "application/json"}

    assert (await service.http.post("/v1/submissions", content=raw, headers=headers)).status_code == 201
