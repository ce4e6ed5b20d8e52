"""Reports as they must not be, sent from outside to real processes: each refused where it is wrong, none kept."""

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import openpyxl
import pytest

from deploy.demo.actor import RECIPIENT, REPORTER, Actor, wait_for
from deploy.stack import Stack
from tests.journeys.walking import Walk

pytestmark = pytest.mark.journey

AGENCY, RECEIVER = "HT-STP", "HT-SNGV"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SDMX = "application/vnd.sdmx.data+csv;version=2.0.0"
HEADER = "indicator,sex,age_group,partner_country,skill_level,value,status,reason\n"
FORMULAS = ("=cmd|'/c calc'!A0", "+1+cmd|'x'!A1", "-2+3", "@SUM(A1)")


def row(value: str = "5", country: str = "JP", sex: str = "female", reason: str = "") -> str:
    file = io.StringIO()
    status = "not_available" if reason else ""
    cells = ("LABOUR.OUT.FLOW", sex, "adult", country, "skilled", value, status, reason)
    csv.writer(file, lineterminator="\n").writerow(cells)
    return file.getvalue()


@dataclass
class Desk:
    """A department with a report to send, and who receives it."""

    department: Actor
    receiver: Actor
    second: Actor
    owed: dict[str, Any]

    async def send(self, body: bytes | str, kind: str = CSV, **query: str) -> httpx.Response:
        asked = {"occurrence": self.owed["id"], **query}
        content = body if isinstance(body, bytes) else body.encode()
        headers = {"Content-Type": kind, "Accept-Language": "en"}
        return await self.department.ask("POST", "/v1/submissions", params=asked, content=content, headers=headers)

    async def state(self) -> str:
        read = await self.department.get(f"/v1/occurrences/{self.owed['id']}")
        return str(read["state"])


@pytest.fixture(scope="module")
async def desk(stack: Stack, admin: Actor) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as actors:
        walk = Walk(stack.url, admin, actors)
        department = await walk.enter(AGENCY, REPORTER)
        receivers = [await walk.enter(RECEIVER, (*RECIPIENT, "data:read")) for _ in range(2)]
        found: list[dict[str, Any]] = []

        async def opened() -> bool:
            listed = await department.list("/v1/occurrences", agency=AGENCY, obligation="OHT-02")
            found[:] = [one for one in listed if one["opens_at"] <= "2026-07-01T08"]
            return bool(found)

        await wait_for("the report is owed", opened)
        yield Desk(department, *receivers, found[0])


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text[:500]
    assert {"type", "title", "detail", "instance", "request_id"} <= answer.json().keys()
    return answer.status_code, answer.json()["code"]


def found(answer: httpx.Response) -> set[tuple[str, int, str]]:
    """Rule, row and column of whatever stands against a report."""
    assert problem(answer) == (422, "content_refused")
    errors = [one for one in answer.json()["errors"] if one["severity"] in ("error", "blocker")]
    assert all(one["message_vi"] and one["message_en"] for one in errors)
    return {(one["rule"], one["row"], one["column"]) for one in errors}


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("-1", "value_too_small"),
        ("1e30", "value_too_large"),
        ("1E400", "value_too_large"),
        ("NaN", "number_not_finite"),
        ("-Infinity", "number_not_finite"),
        ("1.234,5", "number_ambiguous"),
        ("1,234", "number_ambiguous"),
        ("1.234", "not_an_integer"),
        ("12 người", "not_a_number"),
        ("٣", "not_a_number"),
        ("0x10", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("9" * 400, "not_a_number"),
    ],
)
async def test_a_figure_that_is_none_is_found_in_its_cell(desk, value, rule):
    assert found(await desk.send(HEADER + row(value))) == {(rule, 2, "value")}
    assert await desk.state() == "owed"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (row(country="XX").join((HEADER, "")), {("code_unknown", 2, "partner_country")}),
        (HEADER + row() + row("6"), {("key_repeated", 3, "indicator")}),
        (HEADER + row() + row(), {("key_repeated", 3, "indicator")}),
        ("", {("column_missing", 1, "indicator"), ("column_missing", 1, "value")}),
        ("\ufeff\n\n", {("column_missing", 1, "indicator"), ("column_missing", 1, "value")}),
        (HEADER + HEADER + row(), {("indicator_unknown", 2, "indicator")}),
        (HEADER.replace("sex", "colour") + row(), {("column_unknown", 1, "colour")}),
    ],
)
async def test_a_file_that_is_none_is_refused_with_every_place(desk, body, errors):
    assert errors <= found(await desk.send(body))


@pytest.mark.parametrize(
    ("body", "kind", "query", "said"),
    [
        (HEADER, CSV, {}, (422, "content_refused")),
        (HEADER + row(), CSV, {"form_version": "99"}, (422, "form_version_wrong")),
        (HEADER + row(), CSV, {"obligation": "OHT-01"}, (422, "occurrence_contradicts")),
        (HEADER + row(), CSV, {"colour": "red"}, (400, "parameter_unknown")),
        (HEADER + row(), "application/xml", {}, (415, "media_type_unsupported")),
        (HEADER + row("5\x00"), CSV, {}, (400, "encoding_unknown")),
        (HEADER + '"', CSV, {}, (400, "csv_malformed")),
        ("[" * 100_000, "application/json", {}, (400, "json_malformed")),
        ('{"observations": [{"value": 1, "value": 2}]}', "application/json", {}, (400, "json_key_repeated")),
        ("x," * 100_000 + HEADER + row(), CSV, {}, (400, "csv_malformed")),
        ((HEADER + row()).encode("utf-16-le"), CSV, {}, (400, "encoding_unknown")),
        ("Mã chỉ tiêu".encode("cp1258", "replace"), CSV, {}, (400, "encoding_unknown")),
        (b"PK\x03\x04 not a zip", XLSX, {}, (422, "file_unreadable")),
        (b"", XLSX, {}, (415, "file_not_office")),
        ("STRUCTURE,STRUCTURE_ID,ACTION\n", SDMX, {}, (422, "content_refused")),
    ],
)
async def test_what_is_no_report_is_a_problem_and_never_a_fault(desk, body, kind, query, said):
    assert problem(await desk.send(body, kind, **query)) == said


async def test_a_workbook_that_unpacks_to_a_flood_is_refused_before_it_is_read(desk):
    book, file, bomb = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.save(file)
    with (
        zipfile.ZipFile(file) as source,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            if not name.endswith("sheet1.xml"):
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(257):
                sheet.write(bytes(1 << 20))

    assert len(bomb.getvalue()) < 2 << 20
    assert problem(await desk.send(bomb.getvalue(), XLSX)) == (422, "file_unsafe")


async def test_formulas_in_words_go_out_as_words(desk):
    """They come back in lists as they were told, and in files so that no spreadsheet computes them."""
    told = [
        row("", country, reason=text) for country, text in zip(("JP", "KR", "TW", "DE"), FORMULAS, strict=True)
    ]
    sent = await desk.send(HEADER + "".join(told))
    assert sent.status_code == 201, sent.text
    await desk.receiver.post(f"/v1/submissions/{sent.json()['id']}/accept")
    kept = await desk.department.list(f"/v1/submissions/{sent.json()['id']}/observations")
    asked = {"form": "migration-data", "agency": AGENCY, "obligation": "OHT-02", "format": "csv"}
    sheet = await desk.receiver.ask("GET", "/v1/data", params=asked)

    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    assert {one["reason"] for one in kept} == set(FORMULAS)
    assert {one["reason"] for one in rows} == {f"'{text}" for text in FORMULAS}


async def test_of_many_reviewers_at_once_one_decides(desk):
    sent = await desk.send(HEADER + row("7"))
    door = f"/v1/submissions/{sent.json()['id']}"
    reason = {"reason_code": "other", "text": "Xem lại."}
    answers = await asyncio.gather(
        *(desk.receiver.ask("POST", f"{door}/accept") for _ in range(4)),
        *(desk.second.ask("POST", f"{door}/return", json=reason) for _ in range(4)),
    )

    assert sorted(one.status_code for one in answers) == [200, *[409] * 7]
    assert {problem(one)[1] for one in answers if one.status_code == 409} == {"already_reviewed"}


async def test_versions_that_come_at_once_are_numbered_without_gaps(desk):
    before = (await desk.send(HEADER + row("100"))).json()["version"]
    answers = await asyncio.gather(*(desk.send(HEADER + row(str(200 + n))) for n in range(20)))

    assert {one.status_code for one in answers} == {201}
    assert sorted(one.json()["version"] for one in answers) == list(range(before + 1, before + 21))


async def test_while_a_cycle_is_closed_each_report_comes_before_or_is_refused(desk):
    door = f"/v1/cycles/{desk.owed['cycle']}"

    async def change(closed: bool) -> httpx.Response:
        etag = (await desk.receiver.ask("GET", door)).headers["ETag"]
        body = {"closed": closed, "reason": "Đã tổng hợp."}
        return await desk.receiver.ask("PATCH", door, json=body, headers={"If-Match": etag})

    before = (await desk.send(HEADER + row("300"))).json()["version"]
    *answers, closed = await asyncio.gather(
        *(desk.send(HEADER + row(str(400 + n))) for n in range(10)), change(closed=True)
    )
    after = await desk.send(HEADER + row("500"))
    taken = [one for one in answers if one.status_code == 201]
    reopened = await change(closed=False)
    next_one = await desk.send(HEADER + row("501"))

    assert (closed.status_code, reopened.status_code) == (200, 200)
    assert problem(after) == (409, "cycle_closed")
    assert {problem(one) for one in answers if one not in taken} <= {(409, "cycle_closed")}
    assert next_one.json()["version"] == before + len(taken) + 1
