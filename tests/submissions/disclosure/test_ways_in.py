"""Ways to confidential figures that were tried: another plan's door to the same report, jobs, formats."""

import re
from datetime import date
from typing import Any

import pytest

from tests.submissions.consolidation.cascade import HALF, Whole, a_cell, accept, open_cascade, the_whole
from tests.submissions.disclosure.nation import CONFIDENTIAL, DATA, VICTIMS, victims
from tests.submissions.fake_registry import a_cycle, an_obligation, owed_by
from tests.submissions.intake.uploading import work
from tests.submissions.service import READ, REVIEW, WRITE, Service

OTHER_PLAN, SECRET = "QD-1957-2025", 73
SDMX = "application/vnd.sdmx.data+csv;version=2.0.0"


@pytest.fixture(scope="module")
async def whole(service: Service) -> tuple[Whole, str]:
    """A province's whole, which another plan asks for again, built and sent without the scope."""
    other = {"plan": OTHER_PLAN, "instrument": OTHER_PLAN, "steward": "BCA", "recipients": ("BNG",)}
    service.registry.obligations.append(
        an_obligation("O1957-01", satisfied_by="O402-01", next_level=None, **other)
    )
    line = {"recipients": ("BNG",), "next_level": (), "due_on": date(2026, 7, 10)}
    service.registry.schedule.append(a_cycle("O1957-01", "2026-S1", *HALF, reporters=owed_by("UBND-P42"), **line))
    await open_cascade(service)
    body = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-CAT"}
    cells = [a_cell(12), victims(SECRET), victims(2, "male")]
    sent = await service.http.post(
        "/v1/submissions", json={**body, "observations": cells}, headers=service.caller("HT-CAT")
    )
    await accept(service, sent.json()["id"])
    one = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    answer = await one.submit_anew()
    assert answer.status_code == 201, answer.text
    return one, answer.json()["id"]


async def test_by_the_plan_that_asks_for_it_again_its_owner_reads_no_more(service, whole):
    headers = service.caller("UBND-P42", scopes=(READ, WRITE, DATA), plans=[OTHER_PLAN])
    door = f"/v1/submissions/{whole[1]}"
    answers = {
        path: await service.http.get(f"{door}{path}", headers=headers)
        for path in ("", "/observations", "/findings")
    }
    asked = {"form": "migration-data", "indicator": VICTIMS}
    answers["data"] = await service.http.get("/v1/data", params=asked, headers=headers)

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert answers[""].json()["receipt"] is None
    shown = answers["/observations"].json()["items"]
    assert {one["status"] for one in shown if one["indicator"] == VICTIMS} == {"suppressed"}
    assert not [path for path, answer in answers.items() if f":{SECRET}" in answer.text]


async def test_who_lacks_the_scope_reads_no_findings_of_a_message_that_was_sent_with_it(service, whole):
    """A message is judged in the whole that it changes, so what was found tells of what it does not say itself."""
    codes = "TRAFFICKING.IN.FLOW,female,adult,CN,sexual"
    header = (
        "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,AGE_GROUP,PARTNER_COUNTRY,PURPOSE_OF_EXPLOITATION,OBS_VALUE"
    )
    asked = {"obligation": "O402-01", "period": "2026-S1", "agency": "UBND-P42", "dry_run": "true"}
    with_it = service.caller("UBND-P42", scopes=(READ, WRITE, CONFIDENTIAL))
    taken = await service.http.post(
        "/v1/submissions",
        content=f"{header}\ndataflow,GCM:migration-data(1.0),M,{codes},{SECRET}",
        params=asked,
        headers={**with_it, "Content-Type": SDMX, "Prefer": "respond-async"},
    )
    assert taken.status_code == 202, taken.text
    await work(service)
    door = f"/v1/jobs/{taken.json()['id']}"

    async def read(path: str, *rights: str) -> Any:
        headers = service.caller("UBND-P42", scopes=(READ, WRITE, *rights), client="another")
        return await service.http.get(f"{door}{path}", headers=headers)

    done = (await read("", CONFIDENTIAL)).json()
    assert done["state"] == "done", done
    told = {"content_sha256", "cells"}
    assert told <= set(done["result"])
    assert told.isdisjoint((await read("")).json()["result"])
    assert (await read("/findings", CONFIDENTIAL)).status_code == 200
    assert (await read("/findings")).json()["code"] == "scope_missing"


@pytest.mark.parametrize("kind", ["json", "csv", "xlsx", "sdmx-csv", "sdmx-json"])
async def test_no_format_of_figures_says_more(service, whole, kind):
    """Of equal length whatever the count is: nothing is left of it."""
    asked = {"form": "migration-data", "indicator": VICTIMS, "format": kind, "obligation": "OHT-01"}
    scopes = (READ, REVIEW, DATA, f"{CONFIDENTIAL}:adoption")
    answer = await service.http.get("/v1/data", params=asked, headers=service.caller("HT-SNGV", scopes=scopes))
    scopes = (READ, REVIEW, DATA, f"{CONFIDENTIAL}:trafficking")
    full = await service.http.get("/v1/data", params=asked, headers=service.caller("HT-SNGV", scopes=scopes))

    assert answer.status_code == full.status_code == 200, answer.text
    if kind != "xlsx":
        told = re.compile(rf"(?<![\w.-]){SECRET}(?![\w.-])")  # ids and cursors may have its digits in them
        assert told.search(full.text)
        assert not told.search(answer.text)
