"""A template that begins from the last report, also where the form, its codes or the length of the period changed
since."""

import copy
import csv
import io
from typing import Any

import openpyxl
import pytest

from services.submissions.form.draft_schemas import EXAMPLE_CONTENT

STEWARD, AGENCY, OBLIGATION = "UBND-P42", "HT-CAT", "OHT-05"
FIRST, SECOND, QUARTER = "2026-07-01/P1M", "2026-08-01/P1M", "2026-07-01/P3M"
PLACES = [
    {"code": "old", "title_vi": "Xã cũ", "title_en": "Old", "valid_to": "2026-07-31", "replaced_by": ["new"]},
    {"code": "new", "title_vi": "Xã mới", "title_en": "New"},
    {"code": "far", "title_vi": "Xa", "title_en": "Far"},
    {"code": "unknown", "title_vi": "Không rõ", "title_en": "Not known"},
]
COUNTED, SPENT = "COUNSELLING.DOMESTIC.FLOW", "COUNSELLING.COST"
GIVEN = [
    {"indicator": COUNTED, "dimensions": {"sex": "female", "place": "new"}, "value": 5},
    {"indicator": COUNTED, "dimensions": {"sex": "male", "place": "old"}, "value": 7},
    {
        "indicator": COUNTED,
        "dimensions": {"sex": "unknown", "place": "far"},
        "status": "not_applicable",
        "reason": "-",
    },
    {"indicator": SPENT, "dimensions": {}, "value": -1.234},
]


def content(*dimensions: str, **narrowed: list[str]) -> dict[str, Any]:
    """The form of the example with a second dimension and a decimal figure, its dimensions in this order."""
    form = copy.deepcopy(EXAMPLE_CONTENT) | {"applies_from": "2020-01-01"}
    place = {"code": "place", "title_vi": "Nơi", "title_en": "Place", "source": "own", "codes": PLACES}
    form["dimensions"].append(place)
    (counted,) = form["tables"][0]["indicators"]
    spent = {**counted, "code": SPENT, "number": "decimal", "minimum": -10, "dimensions": []}
    counted["dimensions"] = [
        {"dimension": name, "required": True, "only": narrowed.get(name, [])} for name in dimensions
    ]
    form["tables"][0]["indicators"] = [counted, spent]
    return form


async def prefilled(service, period: str, **query: str) -> str:
    owed = await service.occurrence(OBLIGATION, period, AGENCY)
    asked = {"occurrence": owed["id"], "prefill": "previous", **query}
    answer = await service.http.get("/v1/forms/ht-fill/template", params=asked, headers=service.caller(AGENCY))
    assert answer.status_code == 200, answer.text
    return answer.content.decode("utf-8-sig")


async def rows(service, period: str) -> list[tuple[str, ...]]:
    """The rows of the template that begins from the last report, as indicator, sex, place, value and status."""
    table = csv.DictReader(io.StringIO(await prefilled(service, period)))
    return [tuple(row[name] for name in ("indicator", "sex", "place", "value", "status")) for row in table]


@pytest.fixture(scope="module")
async def reported(service) -> None:
    """Three periods, of which the first is reported and accepted; since then there is a version 2 of the form."""

    async def done(method: str, path: str, body: Any, agency: str, **headers: str) -> Any:
        headers |= service.caller(agency)
        answer = await service.http.request(method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer

    async def publish(draft: Any) -> Any:
        etag = {"If-Match": draft.headers["etag"]}
        return await done("POST", "/v1/forms/ht-fill/publish", {"reason": "Mới"}, STEWARD, **etag)

    def cycle(period: str) -> dict[str, Any]:
        return {"obligation": OBLIGATION, "period": period, "reporters": [AGENCY], "reason": "Đột xuất"}

    new = {"id": "ht-fill", "plan": "KH-167-HATINH", "content": content("sex", "place")}
    first = await publish(await done("POST", "/v1/forms", new, STEWARD))
    await service.sql("update obligation set form = 'ht-fill' where id = $1", OBLIGATION)
    await done("POST", "/v1/cycles", cycle(FIRST), "HT-SNGV")
    report = {"obligation": OBLIGATION, "period": FIRST, "agency": AGENCY, "observations": GIVEN}
    sent = await done("POST", "/v1/submissions", report, AGENCY)
    await done("POST", f"/v1/submissions/{sent.json()['id']}/accept", {}, "HT-SNGV")
    etag = {"If-Match": first.headers["etag"]}
    second = {"content": content("place", "sex", place=["old", "new", "unknown"])}
    await publish(await done("PUT", "/v1/forms/ht-fill/draft", second, STEWARD, **etag))
    for period in (SECOND, QUARTER):
        await done("POST", "/v1/cycles", cycle(period), "HT-SNGV")


@pytest.mark.usefixtures("reported")
async def test_each_figure_keeps_its_codes_and_one_that_is_not_taken_any_more_is_left_open(service):
    assert await rows(service, SECOND) == [
        (COUNTED, "female", "new", "5", ""),
        (COUNTED, "male", "", "7", ""),
        (COUNTED, "unknown", "", "", "not_applicable"),
        (SPENT, "", "", "-1.234", ""),
    ]


@pytest.mark.usefixtures("reported")
async def test_words_that_a_spreadsheet_would_run_are_words(service):
    assert ",not_applicable,'-," in await prefilled(service, SECOND)


@pytest.mark.usefixtures("reported")
async def test_a_workbook_shows_a_status_as_its_list_offers_it(service):
    owed = await service.occurrence(OBLIGATION, SECOND, AGENCY)
    asked = {"occurrence": owed["id"], "prefill": "previous", "format": "xlsx"}
    answer = await service.http.get("/v1/forms/ht-fill/template", params=asked, headers=service.caller(AGENCY))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    offered = {cell for column in book["_lists"].iter_cols(values_only=True) for cell in column}

    shown = {row[5] for row in book["COUNSELLING"].iter_rows(min_row=7, values_only=True)} - {None}
    assert shown == {"not_applicable – Không áp dụng / Not applicable"}
    assert shown <= offered


@pytest.mark.usefixtures("reported")
async def test_a_period_of_another_length_is_no_beginning(service):
    assert [row[3] for row in await rows(service, QUARTER)] == ["", ""]


@pytest.mark.usefixtures("reported")
async def test_a_decimal_is_written_as_the_vietnamese_file_is_read(service):
    text = await prefilled(service, SECOND, lang="vi")
    owed = await service.occurrence(OBLIGATION, SECOND, AGENCY)
    asked = {"occurrence": owed["id"], "dry_run": "true"}
    headers = {**service.caller(AGENCY), "Content-Type": "text/csv"}
    back = await service.http.post("/v1/submissions", content=text.encode(), params=asked, headers=headers)

    assert ";-1,2340;" in text
    assert {one["rule"] for one in back.json()["errors"] if one["severity"] == "error"} == {"dimension_missing"}
