"""A clerk's day: the template down, filled in LibreOffice, up, put right by the findings, and its receipt."""

import hashlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.demo.actor import REPORTER, Actor, wait_for
from deploy.stack import Stack
from tests.journeys.libreoffice import INSTALL, Clerk, a_clerk
from tests.journeys.test_readme import ROOT, call

pytestmark = pytest.mark.journey

AGENCY = "HT-SGDDT"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
TEMPLATE = "/v1/forms/migration-data/template"
OUT, ADULT = "LABOUR.OUT.FLOW – Lao động – ra nước ngoài, phát sinh trong kỳ", "adult – Từ đủ 18 tuổi trở lên"
NIL = ("STUDY", "MARRIAGE", "ADOPTION")


def row(number: int, **cells: str) -> dict[str, str]:
    return {f"{column}{number}": text for column, text in cells.items()}


FILLED = (
    row(7, C="female – Nữ", D=ADULT, E="JP – Nhật Bản", G="skilled – Có tay nghề", H="12")
    | row(8, C="male – Nam", D=ADULT, E="CN – Trung Quốc", F="unknown – Không rõ", H="1.234")
    | row(9, A=OUT, C="male", D="adult", E="Nhật", G="skilled", H="12 người", J="Theo các trường")
    | row(10, A=OUT, C=" male ", D="adult", E="KR", G="unskilled", H="12,5")
    | row(11, A=OUT, C="female", D="adult", E="KR", G="unskilled", H="-3")
    | row(12, A=OUT, C="male", D="adult", E="TW", G="unskilled", H="=SUM(H7;H8)")
    | row(13, A=OUT, C="female", D="adult", E="TW", G="unskilled", I="not_available", J="Chưa đối chiếu")
)
"""As people write: a point between thousands, a decimal comma, blanks, a formula, a name for a code, a unit."""
WRONG = [
    ("code_unknown", "LABOUR!E9", "Nhật"),
    ("not_a_number", "LABOUR!H9", "12 người"),
    ("not_an_integer", "LABOUR!H10", 12.5),
    ("value_too_small", "LABOUR!H11", -3),
]
RIGHT = {"E9": "JP", "H9": "12", "H10": "12,0", "H11": "3"}
KEPT = {
    ("LABOUR.OUT.FLOW", "female", "JP", 12, "value"),
    ("LABOUR.IN.FLOW", "male", "CN", 1234, "value"),
    ("LABOUR.OUT.FLOW", "male", "JP", 12, "value"),
    ("LABOUR.OUT.FLOW", "male", "KR", 12, "value"),
    ("LABOUR.OUT.FLOW", "female", "KR", 3, "value"),
    ("LABOUR.OUT.FLOW", "male", "TW", 1246, "value"),
    ("LABOUR.OUT.FLOW", "female", "TW", None, "not_available"),
}


@pytest.fixture(scope="module")
async def clerk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clerk]:
    async with a_clerk(tmp_path_factory.mktemp("libreoffice")) as clerk:
        yield clerk


@pytest.fixture(scope="module")
async def department(clerk: Clerk, stack: Stack, admin: Actor) -> AsyncIterator[Actor]:
    """The department of education's own client. Without LibreOffice nothing is started for it."""
    body = {"name": "Văn thư Sở Giáo dục", "agency": AGENCY, "scopes": list(REPORTER)}
    answers: list[httpx.Response] = []

    async def registered() -> bool:
        answers.append(await admin.ask("POST", "/v1/clients", json=body))
        return answers[-1].status_code == 201

    await wait_for("a client for the clerk", registered)
    told = answers[-1].json()
    async with Actor(stack.url, AGENCY, told["client_id"], told["client_secret"]) as actor:
        yield actor


@pytest.fixture(scope="module")
async def owed(department: Actor) -> str:
    """The report that the department owes."""
    found: list[str] = []

    async def opened() -> bool:
        listed = await department.list("/v1/occurrences", agency=AGENCY, obligation="OHT-01")
        found[:] = [one["id"] for one in listed if one["period"] == "2026-S1"]
        return bool(found)

    await wait_for("the report is owed", opened)
    return found[0]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the clerk's files lie."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
async def filled(clerk: Clerk, department: Actor, owed: str, desk: Path) -> Path:
    """The template, filled with the mistakes that people make."""
    asked = {"format": "xlsx", "occurrence": owed}
    template = await department.ask("GET", TEMPLATE, params=asked)
    (desk / "bieu-mau.xlsx").write_bytes(template.content)
    await clerk.open(desk / "bieu-mau.xlsx")
    await clerk.type(FILLED)
    await clerk.type({"B7": "Tên do văn thư sửa"})
    for table in NIL:
        await clerk.type({"B3": "x"}, table)
    await clerk.type({"C3": "  Số liệu của các trường. "}, "Nội dung - Narrative")
    await clerk.merge("LABOUR!J9:J10")
    saved = await clerk.save(desk / "da-dien.xlsx")
    await clerk.save(desk / "da-dien.ods")
    assert await clerk.read("LABOUR!H8", "LABOUR!H10", "LABOUR!H12") == ["1.234", "12,5", "1.246"]
    assert (await clerk.read("LABOUR!B7"))[0].startswith("Lao động"), "what is locked stays"
    await clerk.close()
    return saved


async def send(actor: Actor, body: bytes, kind: str = XLSX, **query: str) -> httpx.Response:
    headers = {"Content-Type": kind, "Accept-Language": "vi"}
    return await actor.ask("POST", "/v1/submissions", params=query, content=body, headers=headers)


def wrong(answer: httpx.Response) -> list[tuple[Any, ...]]:
    errors = [one for one in answer.json()["errors"] if one["severity"] == "error"]
    assert all(one["message"] == one["message_vi"] for one in errors)
    return [(one["rule"], one["cell"], one["value"]) for one in errors]


async def test_what_was_typed_wrong_is_found_in_its_cell_and_nothing_is_kept(department, owed, filled):
    dry = await send(department, filled.read_bytes(), dry_run="true")
    answer = await send(department, filled.read_bytes())
    notes = {(one["rule"], one.get("cell")) for one in answer.json()["errors"] if one["severity"] != "error"}

    assert (answer.status_code, answer.json()["code"]) == (422, "content_refused")
    assert wrong(answer) == wrong(dry) == WRONG
    assert "J9" in {str(cell).partition("!")[2] for _, cell in notes}, notes
    assert (await department.get(f"/v1/occurrences/{owed}"))["state"] == "owed"


async def test_a_file_of_another_program_is_refused_with_what_to_do(department, filled):
    body = filled.with_suffix(".ods").read_bytes()
    as_it_is = await send(department, body, ODS)
    renamed = await send(department, body)

    assert (as_it_is.status_code, as_it_is.json()["code"]) == (415, "media_type_unsupported")
    assert XLSX in as_it_is.json()["detail"]
    assert (renamed.status_code, renamed.json()["code"]) == (415, "file_not_office")
    assert ".xlsx" in renamed.json()["detail"]


@pytest.fixture(scope="module")
async def taken(clerk: Clerk, department: Actor, filled: Path) -> dict[str, Any]:
    """The same file, put right in LibreOffice and sent again."""
    await clerk.open(filled)
    await clerk.type(RIGHT)
    corrected = await clerk.save(filled.with_name("da-sua.xlsx"))
    await clerk.close()
    answer = await send(department, corrected.read_bytes())
    assert answer.status_code == 201, answer.text
    read: dict[str, Any] = answer.json()
    return read


async def test_the_corrected_file_is_kept_as_it_was_typed(department, taken):
    kept = await department.list(f"/v1/submissions/{taken['id']}/observations")

    told = {
        (o["indicator"], o["dimensions"]["sex"], o["dimensions"]["partner_country"], o["value"], o["status"])
        for o in kept
    }
    assert told == KEPT
    assert sorted(taken["nil"]) == sorted(NIL)
    assert taken["narrative"]["general"]["text"] == "Số liệu của các trường."


async def test_the_receipt_verifies_without_asking_anyone(stack, outside, taken, desk):
    (desk / "receipt").write_text(taken["receipt"])
    (desk / "keys").write_text((await outside.get("/.well-known/receipt-jwks.json")).text)
    program = ROOT / "docs" / "guides" / "examples" / "verify_receipt.py"
    status, said = await call(sys.executable, str(program), str(desk / "receipt"), str(desk / "keys"))
    claims = json.loads(said)
    head, body, signature = taken["receipt"].split(".")
    (desk / "receipt").write_text(f"{head}.{body[:-4]}AAAA.{signature}")
    forged, _ = await call(sys.executable, str(program), str(desk / "receipt"), str(desk / "keys"))

    assert status == 0
    assert (claims["agency"], claims["version"], claims["sandbox"]) == (AGENCY, 1, True)
    assert claims["content_sha256"] == taken["content_sha256"]
    assert len(claims["content_sha256"]) == len(hashlib.sha256().hexdigest())
    assert forged != 0


async def test_a_csv_by_vietnamese_habits_says_the_same(clerk, department, owed, taken, desk):
    """The CSV template in Vietnamese, filled and saved by LibreOffice: semicolons and decimal commas."""
    template = await department.ask("GET", TEMPLATE, params={"occurrence": owed, "lang": "vi"})
    (desk / "mau.csv").write_bytes(template.content)
    await clerk.open(desk / "mau.csv")
    cells = (
        row(2, C="female", D="adult", F="JP", J="skilled", Q="12")
        | row(3, C="male", D="adult", F="CN", I="unknown", Q="1.234")
        | row(4, A="LABOUR.OUT.FLOW", B="", C="male", D="adult", F="KR", J="unskilled", Q="12,5")
    )
    await clerk.type(cells, "mau")
    saved = await clerk.save(desk / "da-luu.csv")
    await clerk.type({"Q4": "12,0"}, "mau")
    corrected = await clerk.save(desk / "da-sua.csv")
    await clerk.close()
    about = {"occurrence": owed, "dry_run": "true"}
    refused = await send(department, saved.read_bytes(), "text/csv", **about)
    answer = await send(department, corrected.read_bytes(), "text/csv", **about)

    errors = [(o["rule"], o["row"], o["value"]) for o in refused.json()["errors"] if o["severity"] == "error"]
    assert b";1234;" in saved.read_bytes()
    assert b";12,5;" in saved.read_bytes()
    assert errors == [("not_an_integer", 4, "12,5")]
    assert (answer.status_code, answer.json()["observations"]) == (200, 3), answer.text


def test_the_readme_says_how_to_get_the_program():
    assert f"`{INSTALL}`" in (ROOT / "README.md").read_text()
