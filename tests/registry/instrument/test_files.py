"""Files that are stored under instruments: refused or kept as they are, never opened, never shown."""

import hashlib
import io
import zipfile

import pytest
import sqlalchemy as sa

from kernel.uploads import LARGEST

FILES = "/v1/instruments/QD-402-2020/files"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 3000


def an_office_file(part):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as container:
        container.writestr("[Content_Types].xml", "<Types/>")
        container.writestr(part, "<document/>")
    return content.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAKEN = {
    "application/pdf": b"%PDF-1.4\n",
    DOCX: an_office_file("word/document.xml"),
    XLSX: an_office_file("xl/workbook.xml"),
    "text/csv": "mã,tên\n1,Hà Tĩnh\n".encode(),
    "text/plain": "Kế hoạch".encode(),
    "image/png": b"\x89PNG\r\n\x1a\n" + b"x" * 40,
    "image/jpeg": b"\xff\xd8\xff\xe0" + b"x" * 40,
}


async def store(client, headers, content, media_type="application/pdf", name="402.pdf", url=FILES):
    return await client.post(
        url, params={"name": name}, content=content, headers=headers | {"Content-Type": media_type}
    )


async def test_a_file_comes_back_as_it_was_stored(client, reader, writer):
    made = await store(client, writer, PDF, name="Quyết định 402 (bản ký).pdf")

    assert made.status_code == 201, made.text
    file = made.json()
    assert (file["length"], file["sha256"]) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert (file["name"], file["author"]) == ("Quyết định 402 (bản ký).pdf", "BNG")
    read = await client.get(made.headers["Location"], headers=reader)
    assert (read.status_code, read.content) == (200, PDF)
    assert (await client.get(FILES, headers=reader)).json()["items"] == [file]


async def test_a_browser_saves_a_file_and_never_shows_it(client, reader, writer):
    made = await store(client, writer, PDF, name="Quyết định.pdf")

    read = await client.get(made.headers["Location"], headers=reader)
    again = await client.get(made.headers["Location"], headers=reader | {"If-None-Match": read.headers["ETag"]})

    assert read.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in read.headers["Content-Security-Policy"]
    assert read.headers["Content-Length"] == str(len(PDF))
    assert read.headers["ETag"] == f'"{hashlib.sha256(PDF).hexdigest()}"'
    assert (again.status_code, again.content) == (304, b"")


async def test_the_same_content_is_the_same_file_and_is_kept_once(client, writer, database):
    first = await store(client, writer, PDF + b"once", name="a.pdf")
    second = await store(client, writer, PDF + b"once", name="b.pdf")
    elsewhere = await store(client, writer, PDF + b"once", url="/v1/instruments/CV-1378-2020/files")

    assert [first.status_code, second.status_code, elsewhere.status_code] == [201, 200, 201]
    assert second.json() == first.json()
    assert elsewhere.json()["id"] != first.json()["id"]
    digest = first.json()["sha256"]
    kept = sa.text("select count(distinct file), sum(length(content)) from file_chunk where file = :digest")
    async with database.transaction() as session:
        assert tuple((await session.execute(kept, {"digest": digest})).one()) == (1, len(PDF) + 4)


@pytest.mark.parametrize("media_type", TAKEN)
async def test_each_type_is_taken_for_what_it_is_and_for_nothing_else(client, writer, media_type):
    taken = await store(client, writer, TAKEN[media_type], f"{media_type}; charset=utf-8")
    refused = {
        other: (await store(client, writer, content, media_type)).status_code
        for other, content in TAKEN.items()
        if other != media_type and not {other, media_type} <= {"text/csv", "text/plain"}
    }

    assert taken.status_code == 201, taken.text
    assert set(refused.values()) == {415}


@pytest.mark.parametrize(
    ("media_type", "content", "status", "code"),
    [
        ("application/pdf", b"MZ\x90\x00", 415, "file_not_as_declared"),
        ("text/plain", b"a\x00b", 415, "file_not_as_declared"),
        (DOCX, b"PK\x03\x04 and no container", 415, "file_not_as_declared"),
        (DOCX, an_office_file("anything.bin"), 415, "file_not_as_declared"),
        ("application/x-msdownload", b"MZ", 415, "file_type_refused"),
        ("text/html", b"<script>", 415, "file_type_refused"),
        ("image/svg+xml", b"<svg/>", 415, "file_type_refused"),
        ("", b"%PDF-1.4", 415, "file_type_refused"),
        ("application/pdf", b"", 422, "file_empty"),
        ("application/pdf", b"%PDF-" + b"x" * LARGEST, 413, "body_too_large"),
    ],
)
async def test_a_file_that_is_not_taken_leaves_nothing(
    client, writer, database, media_type, content, status, code
):
    async def kept():
        async with database.transaction() as session:
            return (await session.execute(sa.text("select count(*) from stored_file"))).scalar_one()

    before = await kept()
    answer = await store(client, writer, content, media_type)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await kept() == before


async def test_a_body_without_a_length_is_counted_while_it_comes(client, writer):
    async def endless():
        for _ in range(LARGEST // 2**20 + 1):
            yield b"%PDF-" + b"x" * 2**20

    answer = await store(client, writer, endless())

    assert (answer.status_code, answer.json()["limit_bytes"]) == (413, LARGEST)


@pytest.mark.parametrize(
    "name", ["", "a/b.pdf", "..\\x.pdf", "a\r\nSet-Cookie: x.pdf", "\u202efdp.exe", "a" * 201]
)
async def test_a_file_name_that_could_mislead_is_refused(client, writer, name):
    answer = await store(client, writer, PDF, name=name)

    assert (answer.status_code, answer.json()["code"]) == (422, "content_invalid")


async def test_only_stewards_store_files_and_readers_read_them(client, caller, reader):
    other = await store(client, caller("HT-SNGV", "registry:write"), PDF)
    unscoped = await store(client, reader, PDF)
    nowhere = await store(client, caller("BNG", "registry:write"), PDF, url="/v1/instruments/QD-0/files")
    unknown = await client.get(f"{FILES}/01a20187-4fa7-76ec-9bcd-4c3c81cb6347", headers=reader)

    assert [other.status_code, unscoped.status_code] == [403, 403]
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "instrument_unknown")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "file_unknown")


async def test_files_are_paged_in_the_order_in_which_they_came(client, reader, writer):
    url = "/v1/instruments/QD-1957-2020/files"
    made = [(await store(client, writer, PDF + bytes([n]), url=url)).json() for n in range(3)]

    first = (await client.get(f"{url}?limit=2", headers=reader)).json()
    rest = (await client.get(f"{url}?limit=2&cursor={first['next_cursor']}", headers=reader)).json()

    assert first["items"] + rest["items"] == made
    assert rest["next_cursor"] is None


async def test_a_slow_upload_holds_no_connection_of_the_database(client, app, writer):
    pool = app.state.runtime.database.engine.pool
    held = []

    async def slow():
        for piece in (b"%PDF-1.7", b"slow", b"ly"):
            yield piece
            held.append(pool.checkedout())

    answer = await store(client, writer, slow())

    assert answer.status_code == 201
    assert held == [0, 0, 0]
