"""What the doors of single reports show of confidential tables, door by door: own reports, the line, others."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from tests.submissions.consolidation.cascade import Whole, a_cell, accept, open_cascade, the_whole
from tests.submissions.disclosure.nation import CONFIDENTIAL, VICTIMS, ask, victims
from tests.submissions.fake_registry import a_cycle, owed_by
from tests.submissions.service import READ, REVIEW, WRITE, Service

SECRET = 73
OPEN = "LABOUR.OUT.FLOW"


async def department(service: Service, agency: str, *cells: dict[str, Any]) -> str:
    body = {"obligation": "OHT-01", "period": "2026-S1", "agency": agency, "observations": list(cells)}
    answer = await service.http.post("/v1/submissions", json=body, headers=service.caller(agency))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def adjust(service: Service, whole: Whole, dimensions: dict[str, str]) -> Any:
    body = {"indicator": VICTIMS, "dimensions": dimensions, "amount": -2, "reason": "Tính hai lần."}
    headers = service.caller(whole.owner, scopes=(READ, WRITE, CONFIDENTIAL))
    return await service.http.post(f"{whole.door}/adjustments", json=body, headers=headers)


@pytest.fixture(scope="module")
async def told(service: Service) -> dict[str, str]:
    """Two versions of a department's report, one of another's, and the province's whole, sent to the ministry."""
    await open_cascade(service)
    first = await department(service, "HT-CAT", a_cell(12), victims(SECRET))
    second = await department(service, "HT-CAT", a_cell(14), victims(SECRET + 2), victims(1, "male"))
    other = await department(service, "HT-SNV", a_cell(12), victims(4))
    for one in (second, other):
        await accept(service, one)
    whole = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    own = {"observations": [{**a_cell(3)}, victims(21, "male")]}
    built = await whole.build(missing="go_on", reason="Phải trình đúng hạn.", own_part=own)
    assert built.status_code == 201, built.text
    line = (await whole.items("/cells", indicator=VICTIMS))[0]
    assert (await whole.adjust(-2, indicator=VICTIMS, dimensions=line["dimensions"])).json()[
        "code"
    ] == "scope_missing"
    adjusted = await adjust(service, whole, line["dimensions"])
    assert adjusted.status_code == 201, adjusted.text
    sent = await whole.submit_anew()
    assert sent.status_code == 201, sent.text
    return {"first": first, "second": second, "whole": sent.json()["id"], "owed": whole.owed["id"]}


async def read(service: Service, agency: str, path: str, *, may_read: bool = False, **params: Any) -> Any:
    scopes = (READ, WRITE, REVIEW, *([CONFIDENTIAL] if may_read else []))
    answer = await service.http.get(path, params=params, headers=service.caller(agency, scopes=scopes))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def values(service: Service, agency: str, path: str, **params: Any) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = {}
    for item in (await read(service, agency, path, **params))["items"]:
        found.setdefault(item["indicator"], set()).add(
            item["value"] if item["status"] == "value" else item["status"]
        )
    return found


async def test_the_figures_of_a_report(service, told):
    door = f"/v1/submissions/{told['second']}/observations"
    whole = {OPEN: {14}, VICTIMS: {SECRET + 2, 1}}

    assert await values(service, "HT-CAT", door) == whole
    assert await values(service, "HT-SNGV", door, may_read=True) == whole
    assert await values(service, "UBND-P42", door, may_read=True) == whole
    assert await values(service, "HT-SNGV", door) == {OPEN: {14}, VICTIMS: {"suppressed"}}
    assert await values(service, "UBND-P42", door) == {OPEN: {14}, VICTIMS: {"suppressed"}}


async def test_nobody_outside_the_line_reads_a_report_whatever_its_scopes(service, told):
    headers = service.caller("HT-SNV", scopes=(READ, CONFIDENTIAL))
    answer = await service.http.get(f"/v1/submissions/{told['second']}/observations", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_scope_for_another_plan_gives_nothing(service, told):
    headers = service.caller("HT-SNGV", scopes=(READ, CONFIDENTIAL), plans=["QD-402-2020"])
    answer = await service.http.get(f"/v1/submissions/{told['second']}/observations", headers=headers)

    assert answer.status_code == 404


async def test_the_difference_between_two_versions(service, told):
    door = f"/v1/submissions/{told['second']}/diff"

    async def sides(agency: str, **right: Any) -> dict[str, list[Any]]:
        items = (await read(service, agency, door, **{"with": told["first"]}, **right))["items"]
        return {
            f"{one['indicator']} {one['dimensions']['sex']}": [
                side and (side["value"], side["status"]) for side in (one["before"], one["after"])
            ]
            for one in items
        }

    hidden = (None, "suppressed")
    assert (
        await sides("HT-SNGV", may_read=True)
        == await sides("HT-CAT")
        == {
            "LABOUR.OUT.FLOW female": [(12, "value"), (14, "value")],
            "TRAFFICKING.IN.FLOW female": [(SECRET, "value"), (SECRET + 2, "value")],
            "TRAFFICKING.IN.FLOW male": [None, (1, "value")],
        }
    )
    assert await sides("HT-SNGV") == {
        "LABOUR.OUT.FLOW female": [(12, "value"), (14, "value")],
        "TRAFFICKING.IN.FLOW female": [hidden, hidden],
        "TRAFFICKING.IN.FLOW male": [None, hidden],
    }


async def test_a_consolidation_and_its_parts(service, told):
    door = f"/v1/occurrences/{told['owed']}/consolidation/cells"

    async def shown(agency: str, **right: Any) -> list[Any]:
        items = (await read(service, agency, door, indicator=VICTIMS, **right))["items"]
        return [
            (one["value"], one["adjustment"], {p["agency"]: p["value"] for p in one["sources"]}) for one in items
        ]

    female = {"HT-CAT": SECRET + 2, "HT-SNV": 4}
    male = {"HT-CAT": 1, "UBND-P42": 21}
    assert await shown("UBND-P42", may_read=True) == [(SECRET + 4, -2, female), (22, 0, male)]
    assert await shown("UBND-P42") == [
        (None, None, dict.fromkeys(female)),
        (None, None, {"HT-CAT": None, "UBND-P42": 21}),
    ]
    assert await shown("BNG") == [(None, None, dict.fromkeys(female)), (None, None, dict.fromkeys(male))]


async def test_the_own_part_and_the_adjustments_of_a_consolidation(service, told):
    door = f"/v1/occurrences/{told['owed']}/consolidation"

    async def own(agency: str, **right: Any) -> set[str]:
        part = (await read(service, agency, door, **right))["own_part"]
        return {one["indicator"] for one in part["observations"]}

    async def amounts(agency: str, **right: Any) -> list[Any]:
        return [one["amount"] for one in (await read(service, agency, f"{door}/adjustments", **right))["items"]]

    assert await own("UBND-P42") == await own("BNG", may_read=True) == {OPEN, VICTIMS}
    assert await own("BNG") == {OPEN}
    assert await amounts("UBND-P42") == await amounts("BNG", may_read=True) == [-2]
    assert await amounts("BNG") == [None]


async def test_a_template_that_begins_from_the_period_before(service, told):
    """Whoever sees a report may take its template, and only who reads the figures gets them in it."""
    service.registry.schedule.append(
        a_cycle(
            "OHT-01",
            "2026-S2",
            date(2026, 7, 1),
            date(2026, 12, 31),
            reporters=owed_by("HT-CAT"),
            due_on=date(2027, 1, 4),
        )
    )
    await service.follow()
    await service.roll()
    owed = await service.occurrence("OHT-01", "2026-S2", "HT-CAT")

    async def told_of_victims(agency: str, **right: Any) -> set[str]:
        scopes = (READ, WRITE, REVIEW, *([CONFIDENTIAL] if right else []))
        asked = {"occurrence": owed["id"], "prefill": "previous"}
        answer = await service.http.get(
            "/v1/forms/migration-data/template", params=asked, headers=service.caller(agency, scopes=scopes)
        )
        assert answer.status_code == 200, answer.text
        rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        return {row["value"] for row in rows if row["indicator"] == VICTIMS and row["value"]}

    assert await told_of_victims("HT-CAT") == {str(SECRET + 2), "1"}
    assert await told_of_victims("HT-SNGV", may_read=True) == {str(SECRET + 2), "1"}
    assert await told_of_victims("HT-SNGV") == await told_of_victims("UBND-P42") == set()


async def test_the_audit_that_a_steward_reads_tells_no_figure(service, told):
    answer = await read(service, "BNG", "/v1/audit", subject=told["owed"], limit=200)
    adjusted = [one for one in answer["items"] if one["type"] == "consolidation.adjustment_made"]

    assert [one["after"]["indicator"] for one in adjusted] == [VICTIMS]
    assert all("amount" not in one["after"] for one in adjusted)


async def test_no_door_of_a_report_says_the_figure(service, told):
    """The figure is told nowhere: not in findings, words, receipts or lists."""
    doors = [
        f"/v1/submissions/{told['second']}",
        f"/v1/submissions/{told['second']}/findings",
        f"/v1/submissions/{told['second']}/observations",
        f"/v1/submissions/{told['second']}/comments",
        f"/v1/submissions/{told['whole']}/observations",
        f"/v1/submissions/{told['whole']}/findings",
        f"/v1/occurrences/{told['owed']}",
        f"/v1/occurrences/{told['owed']}/consolidation",
        f"/v1/occurrences/{told['owed']}/consolidation/cells",
        f"/v1/occurrences/{told['owed']}/consolidation/adjustments",
    ]
    for agency in ("HT-SNGV", "UBND-P42", "BNG"):
        for door in doors:
            answer = await service.http.get(door, headers=service.caller(agency))
            assert answer.status_code in (200, 404), (door, answer.text)
            told_there = [n for n in (SECRET, SECRET + 2, SECRET + 4) if f":{n}" in answer.text]
            assert not told_there, (agency, door, told_there)


async def test_the_owner_of_a_whole_builds_and_submits_it_and_does_not_read_the_reports_of_others_in_it(
    service, told
):
    """The ways to the figures below without the scope: cells, draft, building anew, the submitted whole."""
    whole = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    built = await whole.build(missing="go_on", reason="Phải trình đúng hạn.", replace_draft=True)
    assert built.status_code == 201, built.text
    draft = whole.draft_door

    drafted = await read(service, "UBND-P42", draft, may_read=True)
    assert SECRET + 4 in [one["value"] for one in drafted["content"]["observations"]]
    assert {one["indicator"] for one in (await whole.draft())["observations"]} == {OPEN}
    changed = await whole.change_draft(narrative={}, observations=[a_cell(5, country="KR")])
    assert changed.status_code == 200, changed.text
    assert {one["indicator"] for one in changed.json()["content"]["observations"]} == {OPEN}

    guessed = await whole.change_draft(observations=[victims(SECRET + 4)])
    assert guessed.json()["code"] == "scope_missing"
    refused = await whole.build(missing="go_on", reason="Phải trình đúng hạn.")
    assert refused.json()["code"] == "consolidation_draft_changed"
    assert {one["value"] for one in await whole.items("/cells", indicator=VICTIMS)} == {None}

    sent = await whole.submit()
    assert sent.status_code == 201, sent.text
    door = f"/v1/submissions/{sent.json()['id']}/observations"
    assert (await values(service, "UBND-P42", door))[VICTIMS] == {"suppressed"}
    assert (await values(service, "UBND-P42", door, may_read=True))[VICTIMS] == {SECRET + 4, 22}


async def test_what_building_anew_would_change_is_told_without_figures(service, told):
    later = await department(service, "HT-CAT", a_cell(15), victims(SECRET + 9), victims(1, "male"))
    await accept(service, later)
    door = f"/v1/occurrences/{told['owed']}/consolidation/changes"

    async def changed(**right: Any) -> list[Any]:
        items = (await read(service, "UBND-P42", door, **right))["items"]
        return [one["after"]["value"] for one in items if one["indicator"] == VICTIMS]

    whole = await changed(may_read=True)
    assert SECRET + 11 in whole
    assert await changed() == [None] * len(whole)


async def test_figures_of_a_whole_are_read_by_its_owner_as_they_are_released(service, told):
    async def victims_of(**right: Any) -> set[Any]:
        asked = {"agency": "UBND-P42", "period": "2026-S1", "include": "submitted"}
        items = (await ask(service, by="UBND-P42", **asked, **right)).json()["items"]
        return {one["value"] for one in items if one["obligation"] == "O402-01"}

    assert SECRET + 4 in await victims_of(may_read=True)
    assert await victims_of() == set()


async def test_a_message_that_changes_a_built_whole_needs_the_scope(service, told):
    """What is found in the whole that comes of it would tell figures that the message does not have."""
    row = "dataflow,GCM:migration-data(1.0),M,LABOUR_OUT_FLOW,female,unknown,JP,unknown,-1"
    header = "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,AGE_GROUP,PARTNER_COUNTRY,SKILL_LEVEL,OBS_VALUE"
    asked = {"obligation": "O402-01", "period": "2026-S1", "agency": "UBND-P42", "dry_run": "true"}

    async def changed(*scopes: str) -> Any:
        sender = service.caller("UBND-P42", scopes=(READ, WRITE, *scopes))
        headers = {**sender, "Content-Type": "application/vnd.sdmx.data+csv;version=2.0.0"}
        body = f"{header}\n{row}"
        return (await service.http.post("/v1/submissions", content=body, params=asked, headers=headers)).json()

    assert (await changed())["code"] == "scope_missing"
    assert (await changed(CONFIDENTIAL))["code"] == "content_refused"


@pytest.mark.parametrize("row", ["D,,female,,,,", "M,TRAFFICKING_IN_FLOW,female,,,,1"])
async def test_a_message_acts_on_no_figure_of_a_draft_that_its_sender_does_not_read(service, told, row):
    """What it says of rows that name nothing would tell what is there."""
    whole = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    header = "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,AGE_GROUP,PARTNER_COUNTRY,SKILL_LEVEL,OBS_VALUE"
    body = f"{header}\ndataflow,GCM:migration-data(1.0),{row}"
    headers = {
        **service.caller("UBND-P42", scopes=(READ, WRITE)),
        "Content-Type": "application/vnd.sdmx.data+csv;version=2.0.0",
        "If-Match": "*",
    }
    answer = await service.http.put(whole.draft_door, content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
