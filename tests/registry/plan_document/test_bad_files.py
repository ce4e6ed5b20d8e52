"""Files that are something else, meant to harm, or too much: refused or read safely, never a crash."""

import io
import zipfile

import pytest

from services.registry.plan_document.reading import read_in_child
from tests.registry.plan_document.files import annex_docx
from tests.registry.plan_document.sending import CSV, DOCUMENTS, DOCX, TEXT, XLSX


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """The document of an agency with one more part in its container."""
    file = io.BytesIO(annex_docx())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"", TEXT, 422, "plan_document_empty"),
        (b"%PDF-1.7", "application/pdf", 415, "document_type_unsupported"),
        (b"x", "", 415, "document_type_unsupported"),
        (b"x", "application/vnd.ms-word.document.macroEnabled.12", 415, "document_type_unsupported"),
        (b"x" * (10 * 1024 * 1024 + 1), TEXT, 413, "body_too_large"),
    ],
)
async def test_what_can_be_seen_at_the_door_is_refused_there(bng, sender, content, kind, status, code):
    answer = await sender.send(bng, content, kind)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_body_without_announced_length_is_counted(client, bng):
    async def pieces():
        for _ in range(11):
            yield b"x" * 1024 * 1024

    answer = await client.post(DOCUMENTS, content=pieces(), headers={**bng, "Content-Type": TEXT})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"%PDF-1.7 a scan", DOCX, "file_not_office"),
        (b"%PDF-1.7 a scan", TEXT, "file_not_office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, DOCX, "file_not_office"),
        (annex_docx(), XLSX, "file_not_office"),
        (annex_docx()[:-200], DOCX, "file_unreadable"),
        (zipped(**{"a.txt": b"a"}), DOCX, "file_not_office"),
        (with_part("word/vbaProject.bin", b"macro"), DOCX, "file_unsafe"),
        (with_part("word/bomb.xml", b"\0" * 300_000_000), DOCX, "file_unsafe"),
        (bytes(range(256)) * 40, CSV, "file_not_text"),
        (b"\n" * 100_001, TEXT, "document_too_long"),
    ],
    ids=["pdf", "pdf as text", "old word", "other kind", "cut", "zip", "macros", "bomb", "binary", "endless"],
)
async def test_what_only_reading_shows_is_kept_with_its_problem(client, bng, sender, content, kind, code):
    document = await sender.read(bng, content, kind)
    job = (await client.get(f"/v1/jobs/{document['job']}", headers=bng)).json()
    corrected = await sender.settle(bng, document, code="KH-1")
    back = await client.get(f"{DOCUMENTS}/{document['id']}/file", headers=bng)

    assert (document["state"], document["problem"]["code"]) == ("refused", code)
    assert document["problem"]["detail"]
    assert (job["state"], job["problem"]["code"]) == ("failed", code)
    assert (corrected.status_code, corrected.json()["code"]) == (409, "plan_document_not_open")
    assert back.content == content


async def test_five_hundred_pages_are_read(bng, sender):
    page = "Điều 1. Sở Ngoại vụ chủ trì, phối hợp với Công an tỉnh thực hiện nhiệm vụ được giao.\n" * 40
    document = await sender.read(bng, "Số: 5/KH-UBND\nKẾ HOẠCH\nCăn cứ Luật;\n" + page * 500)

    assert document["state"] in ("proposed", "refused")
    assert document["problem"] is None or document["problem"]["code"] == "document_too_long"


async def test_a_process_that_ends_while_it_reads_is_told_as_a_refusal():
    outcome = await read_in_child({"known": "not what it understands"}, b"x")

    assert outcome["refused"]["code"] == "document_not_readable"


async def test_hints_that_nobody_knows_are_refused_all_at_once(bng, sender):
    answer = await sender.send(bng, "x", province="P999", steward="NOBODY", derives_from="NOTHING")

    assert (answer.status_code, answer.json()["code"]) == (422, "plan_document_reference_invalid")
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/province", "/steward", "/derives_from"}


async def test_ids_that_are_none_are_not_found(client, bng):
    codes = {
        (await client.get(f"{DOCUMENTS}/{one}", headers=bng)).json()["code"]
        for one in ("x", "0", "01a20187-5b2c-7c3d-8a41-0f6c2f1d9e55")
    }
    jobs = {
        (await client.get(f"/v1/jobs/{one}", headers=bng)).json()["code"]
        for one in ("reg_x", "x", "reg_01a201874fa776ec9bcd4c3c81cb6347")
    }

    assert codes == {"plan_document_unknown"}
    assert jobs == {"job_unknown"}
