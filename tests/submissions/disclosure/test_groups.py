"""The right to confidential figures is given by group: who has it for one table reads that one and no other."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from tests.submissions.consolidation.cascade import Whole, a_cell, accept, open_cascade, the_whole
from tests.submissions.disclosure.nation import CONFIDENTIAL, DATA, VICTIMS, victims
from tests.submissions.fake_registry import a_cycle, owed_by
from tests.submissions.service import READ, REVIEW, WRITE, Service

OPEN, ADOPTED = "LABOUR.OUT.FLOW", "ADOPTION.OUT.FLOW"
OF_VICTIMS, OF_ADOPTIONS = f"{CONFIDENTIAL}:trafficking", f"{CONFIDENTIAL}:adoption"
HIDDEN = "suppressed"


def adopted(value: int) -> dict[str, Any]:
    codes = {"sex": "female", "age_group": "unknown", "partner_country": "FR"}
    return {"indicator": ADOPTED, "dimensions": codes, "value": value}


@pytest.fixture(scope="module")
async def told(service: Service) -> dict[str, Any]:
    """Two versions of a department's report, the later accepted, and the province's whole, sent on."""
    await open_cascade(service)
    sent = []
    for more in (0, 1):
        cells = [a_cell(12), victims(73 + more), adopted(41 + more)]
        body = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-CAT", "observations": cells}
        answer = await service.http.post("/v1/submissions", json=body, headers=service.caller("HT-CAT"))
        assert answer.status_code == 201, answer.text
        sent.append(answer.json()["id"])
    await accept(service, sent[1])
    whole = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    assert (await whole.submit_anew()).status_code == 201
    return {"first": sent[0], "second": sent[1], "whole": whole}


async def ask(service: Service, agency: str, path: str, *rights: str, **params: Any) -> Any:
    headers = service.caller(agency, scopes=(READ, WRITE, REVIEW, DATA, *rights))
    answer = await service.http.get(path, params=params, headers=headers)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


def values(items: list[dict[str, Any]]) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = {}
    for one in items:
        found.setdefault(one["indicator"], set()).add(HIDDEN if one["status"] == HIDDEN else one["value"])
    return found


WHOLE = {OPEN: {12}, VICTIMS: {74}, ADOPTED: {42}}


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ((), {**WHOLE, VICTIMS: {HIDDEN}, ADOPTED: {HIDDEN}}),
        ((OF_VICTIMS,), {**WHOLE, ADOPTED: {HIDDEN}}),
        ((OF_ADOPTIONS,), {**WHOLE, VICTIMS: {HIDDEN}}),
        ((OF_VICTIMS, OF_ADOPTIONS), WHOLE),
        ((CONFIDENTIAL,), WHOLE),
        (
            (f"{CONFIDENTIAL}:traffickin", f"{CONFIDENTIAL}:TRAFFICKING"),
            {**WHOLE, VICTIMS: {HIDDEN}, ADOPTED: {HIDDEN}},
        ),
    ],
)
async def test_a_report_and_a_whole_show_the_group_that_the_caller_has_the_scope_for(
    service, told, right, expected
):
    of_report = await ask(service, "HT-SNGV", f"/v1/submissions/{told['second']}/observations", *right)
    of_whole = await ask(service, "UBND-P42", told["whole"].door + "/cells", *right)

    assert values(of_report["items"]) == expected
    assert values(of_whole["items"]) == expected


async def test_the_difference_between_two_versions(service, told):
    door, other = f"/v1/submissions/{told['second']}/diff", {"with": told["first"]}
    items = (await ask(service, "HT-SNGV", door, OF_VICTIMS, **other))["items"]

    assert {one["indicator"]: (one["before"]["value"], one["after"]["value"]) for one in items} == {
        VICTIMS: (73, 74),
        ADOPTED: (None, None),
    }


async def test_figures_are_whole_for_the_group_and_released_for_the_others(service, told):
    asked = {"form": "migration-data", "obligation": "OHT-01", "period": "2026-S1"}

    async def shown(*rights: str) -> dict[str, set[Any]]:
        return values((await ask(service, "HT-SNGV", "/v1/data", *rights, **asked))["items"])

    assert await shown() == {OPEN: {12}}
    assert await shown(OF_VICTIMS) == {OPEN: {12}, VICTIMS: {74}}
    assert await shown(OF_ADOPTIONS, OF_VICTIMS) == WHOLE
    (note,) = (await ask(service, "HT-SNGV", "/v1/data", OF_VICTIMS, **asked))["notes"]
    assert ADOPTED in note["indicators"]
    assert VICTIMS not in note["indicators"]


async def test_what_a_whole_is_changed_by_asks_for_the_scope_of_its_group(service, told):
    whole: Whole = told["whole"]
    line = next(one for one in await whole.items("/cells", indicator=VICTIMS))
    body = {"indicator": VICTIMS, "dimensions": line["dimensions"], "amount": -2, "reason": "Tính hai lần."}

    async def adjust(right: str) -> Any:
        headers = service.caller("UBND-P42", scopes=(READ, WRITE, right))
        return (await service.http.post(f"{whole.door}/adjustments", json=body, headers=headers)).json()

    refused = await adjust(OF_ADOPTIONS)
    assert (refused["code"], refused["scope"]) == ("scope_missing", OF_VICTIMS)
    assert (await adjust(OF_VICTIMS))["amount"] == -2


async def test_a_template_begins_from_the_figures_that_the_caller_reads(service, told):
    half = (date(2026, 7, 1), date(2026, 12, 31))
    later = a_cycle("OHT-01", "2026-S2", *half, reporters=owed_by("HT-CAT"), due_on=date(2027, 1, 4))
    service.registry.schedule.append(later)
    await service.follow()
    await service.roll()
    owed = await service.occurrence("OHT-01", "2026-S2", "HT-CAT")

    async def begun(agency: str, *rights: str) -> set[str]:
        headers = service.caller(agency, scopes=(READ, WRITE, *rights))
        asked = {"occurrence": owed["id"], "prefill": "previous"}
        answer = await service.http.get("/v1/forms/migration-data/template", params=asked, headers=headers)
        rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        return {row["indicator"] for row in rows if row["value"]}

    assert await begun("HT-CAT") == {OPEN, VICTIMS, ADOPTED}
    assert await begun("HT-SNGV", OF_ADOPTIONS) == {OPEN, ADOPTED}
    assert await begun("HT-SNGV") == {OPEN}
