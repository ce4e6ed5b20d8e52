"""A province builds its half-year report from those of its departments, and submits it the ordinary way."""

import json

import pytest

from tests.submissions.consolidation.cascade import (
    Whole,
    a_cell,
    accept,
    accepted,
    open_cascade,
    report,
    the_whole,
)


@pytest.fixture(scope="module")
async def province(service) -> Whole:
    """The province, with three reports accepted, one sent, one waived and two owed."""
    await open_cascade(service)
    await accepted(service, "HT-SNV", 12)
    await accepted(service, "HT-CAT", 5)
    await accepted(
        service, "HT-STP", observations=[a_cell(status="not_available", reason="Chưa tách được."), a_cell(4, "KR")]
    )
    await report(service, "HT-STC", 100)
    waived = await service.occurrence("OHT-01", "2026-S1", "HT-SKHCN")
    await service.http.post(
        f"/v1/occurrences/{waived['id']}/waivers", json={"reason": "Không có."}, headers=service.caller("HT-SNGV")
    )
    return await the_whole(service, "UBND-P42", "O402-01", "2026-S1")


async def test_the_first_build_waits_for_those_who_are_missing(province):
    built = (await province.build()).json()

    assert (built["build"], built["missing_decision"], built["draft_version"]) == (1, "wait", None)
    assert {(one["agency"], one["state"], one["clock"]) for one in built["missing"]} == {
        ("HT-STC", "submitted", "on_time"),
        ("HT-SGDDT", "owed", "due"),
        ("HT-BCHBP", "owed", "due"),
    }
    assert {(one["agency"], one["use"]) for one in built["sources"] if one["use"] != "missing"} == {
        ("HT-SNV", "used"),
        ("HT-CAT", "used"),
        ("HT-STP", "used"),
        ("HT-SKHCN", "waived"),
    }
    assert await province.draft() == {}


async def test_going_on_needs_a_reason_and_writes_the_draft_with_the_own_part(province):
    unreasoned = await province.build(missing="go_on")
    own = {"observations": [a_cell(3)], "nil": ["STUDY"]}
    answer = await province.build(missing="go_on", reason="Phải trình đúng hạn.", own_part=own)
    built = answer.json()
    cells = {cell["dimensions"]["partner_country"]: cell for cell in await province.items("/cells")}
    draft = await province.draft()

    assert (unreasoned.status_code, unreasoned.json()["code"]) == (422, "content_invalid")
    assert (answer.status_code, built["build"], built["missing_decision"]) == (201, 2, "go_on")
    assert (built["decision_reason"], built["draft_version"]) == ("Phải trình đúng hạn.", 1)
    assert (cells["JP"]["value"], cells["KR"]["value"], cells["JP"]["partial"]) == (12 + 5 + 3, 4, True)
    assert cells["JP"]["reports"] == {
        "given": 3,
        "nothing": 0,
        "not_available": 1,
        "not_applicable": 0,
        "silent": 0,
        "missing": 3,
    }
    assert {(one["dimensions"]["partner_country"], one["value"]) for one in draft["observations"]} == {
        ("JP", 20),
        ("KR", 4),
    }
    assert built["partial_cells"] == 2


async def test_every_cell_names_its_sources_with_versions_and_figures(province):
    japan = (await province.items("/cells", indicator="LABOUR.OUT.FLOW", limit=1))[0]

    assert [(one["agency"], one["version"], one["value"], one["status"]) for one in japan["sources"]] == [
        ("UBND-P42", None, 3, "value"),
        ("HT-CAT", 1, 5, "value"),
        ("HT-SNV", 1, 12, "value"),
        ("HT-STP", 1, None, "not_available"),
    ]
    assert all(one["submission"] for one in japan["sources"][1:])
    assert await province.items("/cells", indicator="STUDY.OUT.FLOW") == []


async def test_the_draft_is_the_owners_and_is_not_overwritten(province):
    await province.change_draft(narrative={"general": {"text": "Tỉnh đã tổng hợp."}})
    with_words = await province.build(missing="go_on", reason="Đúng hạn.")
    kept = await province.draft()
    await province.change_draft(observations=[a_cell(999)])
    refused = await province.build(missing="go_on", reason="Đúng hạn.")
    replaced = await province.build(missing="go_on", reason="Đúng hạn.", replace_draft=True)
    draft = await province.draft()

    assert with_words.status_code == 201
    assert kept["narrative"] == {"general": {"text": "Tỉnh đã tổng hợp."}}
    assert (refused.status_code, refused.json()["code"]) == (409, "consolidation_draft_changed")
    assert replaced.json()["own_part"]["observations"] == [a_cell(3)]
    assert 999 not in {one["value"] for one in draft["observations"]}
    assert draft["narrative"] == kept["narrative"]


async def test_until_it_is_submitted_only_its_owner_sees_it(service, province):
    above, below, stranger = [(await province.read(by=one)).status_code for one in ("BNG", "HT-SNV", "HT-SNGV")]
    by_another = await service.http.post(province.door, headers=service.caller("BNG"))
    reader = await service.http.post(
        province.door, headers=service.caller("UBND-P42", scopes=["submissions:read"])
    )
    one_plan = service.caller("UBND-P42", plans=["QD-402-2020"])
    in_part = await service.http.post(province.door, headers=one_plan)

    assert (above, below, stranger) == (404, 404, 404)
    assert (by_another.status_code, by_another.json()["code"]) == (403, "not_reporter")
    assert (reader.status_code, reader.json()["code"]) == (403, "scope_missing")
    assert (in_part.status_code, in_part.json()["code"]) == (403, "consolidation_plan_closed")


async def test_the_draft_is_submitted_the_ordinary_way_and_bound_to_its_sources(province):
    sent = await province.submit()
    built = (await province.read()).json()
    seen = (await province.read(by="BNG")).json()
    cells = await province.items("/cells", by="BNG")
    hidden = [one for one in cells[0]["sources"] if not one["shown"]]

    assert sent.status_code == 201
    assert built["submission"] == seen["submission"] == sent.json()["id"]
    assert sent.json()["observations"] == 2
    assert {one["version"] for one in seen["sources"] if one["use"] == "used"} == {1}
    assert cells[0]["value"] == 20
    assert {one["agency"] for one in hidden} == {"HT-CAT", "HT-SNV", "HT-STP"}
    assert {one["value"] for one in hidden} == {None}


async def test_figures_changed_by_hand_are_a_report_of_its_own(service, province):
    await province.build(missing="go_on", reason="Đúng hạn.")
    await province.change_draft(observations=[a_cell(77)])
    sent = (await province.submit()).json()
    built = (await province.read()).json()

    assert sent["version"] == 2
    assert built["submission"] is None


async def test_what_the_own_part_says_wrong_is_found_with_its_place(province):
    wrong = await province.build(own_part={"observations": [a_cell(-1), a_cell(2, "??")]})

    assert (wrong.status_code, wrong.json()["code"]) == (422, "content_refused")
    assert {(one["rule"], one["pointer"]) for one in wrong.json()["errors"] if one["severity"] == "error"} == {
        ("value_too_small", "/own_part/observations/0/value"),
        ("code_unknown", "/own_part/observations/1/dimensions/partner_country"),
    }


@pytest.mark.parametrize("value", [10**30, float("nan")])
async def test_a_number_beyond_all_others_is_found_in_the_own_part(province, value):
    body = json.dumps({"own_part": {"observations": [a_cell(value)]}})
    wrong = await province.send(body)

    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/own_part/observations/0/value")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("", '{"own_part": {"observations": [{"value": 1, "value": 2}]}}', "/own_part/observations/0/value"),
        ("/adjustments", '{"indicator": "X", "indicator": "Y"}', "/indicator"),
    ],
)
async def test_figures_under_a_key_that_is_given_twice_are_refused(province, path, body, pointer):
    answer = await province.send(body, path)

    assert (answer.status_code, answer.json()["code"]) == (400, "json_key_repeated")
    assert answer.json()["pointer"] == pointer


async def test_a_report_into_which_nothing_leads_is_not_built(service, province):
    department = await the_whole(service, "HT-SNV", "OHT-01", "2026-S1")
    ministry = await the_whole(service, "BNG", "O402-03", "2026")
    nothing = await department.build()
    await accept(service, (await province.submit_anew()).json()["id"], by="BNG")
    built = (await ministry.build()).json()
    cells = await ministry.items("/cells")
    own = await ministry.build(own_part={"observations": [a_cell(1)]})

    assert (nothing.status_code, nothing.json()["code"]) == (409, "consolidation_nothing_below")
    assert {(one["agency"], one["period"], one["use"]) for one in built["sources"]} >= {
        ("UBND-P42", "2026-S1", "used"),
        ("BCA", "2026-S1", "missing"),
    }
    assert (built["form"], [cell["value"] for cell in cells]) == (None, [20, 4])
    assert (own.status_code, own.json()["code"]) == (409, "form_missing")
