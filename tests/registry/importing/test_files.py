"""Files as people send them: encodings, separators, headers, days, workbooks, and what is refused as a whole."""

import io
import unicodedata
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from tests.registry.importing.builders import (
    CSV,
    XLSX,
    a_csv,
    a_row,
    a_workbook,
    preview,
    rows_of,
    rules,
    saved,
    send,
)

VIETNAMESE = (
    "STT;Mã cơ quan;Tên cơ quan;Tên tiếng Anh;Loại;Cấp trên;Tỉnh;Từ ngày\n"
    "1;HT-F1;Sở Xây dựng tỉnh Hà Tĩnh;Construction;Sở;UBND-P42;Hà Tĩnh;01/03/2026\n"
)


@pytest.mark.parametrize(
    "content",
    [
        VIETNAMESE.encode(),
        VIETNAMESE.encode("utf-8-sig"),
        VIETNAMESE.encode("utf-16"),
        unicodedata.normalize("NFD", VIETNAMESE).encode(),
        VIETNAMESE.replace(";", ",").encode(),
        VIETNAMESE.replace(";", "\t").encode(),
        VIETNAMESE.replace("\n", "\r\n").encode(),
        ("sep=;\n" + VIETNAMESE).encode(),
        ("DANH SÁCH CƠ QUAN;;;;;;;\n;;;;;;;\n" + VIETNAMESE).encode(),
        VIETNAMESE.replace("Sở Xây dựng tỉnh Hà Tĩnh", " Sở Xây dựng tỉnh Hà Tĩnh\u00a0 ").encode(),
        VIETNAMESE.replace("01/03/2026", "1-3-2026").encode(),
        VIETNAMESE.replace("01/03/2026", "2026-03-01").encode(),
        VIETNAMESE.replace("01/03/2026", "46082").encode(),
    ],
    ids=[
        "utf8",
        "bom",
        "utf16",
        "nfd",
        "comma",
        "tab",
        "crlf",
        "sep",
        "titles",
        "spaces",
        "d-m-Y",
        "iso",
        "serial",
    ],
)
async def test_the_same_table_is_read_however_it_is_written(client, writer, content):
    made = await preview(client, writer, content)

    (row,) = await rows_of(client, writer, made)
    assert (row["outcome"], row["findings"]) == ("create", [])
    after = row["change"]["after"]
    assert (after["name_vi"], after["province"]) == ("Sở Xây dựng tỉnh Hà Tĩnh", "P42")
    assert row["change"]["holds_from"] == "2026-03-01"


async def test_windows_1258_is_read_and_named(client, writer):
    content = "id;name_vi\nHT-F2;S\u01a1\u0309 th\u01b0\u0309\n".encode("cp1258")

    made = await preview(client, writer, content)

    assert made.json()["encoding"] == "windows-1258"
    (row,) = await rows_of(client, writer, made)
    assert row["cells"]["name_vi"] == "Sở thử"


async def test_a_quoted_cell_may_have_lines_and_separators(client, writer):
    made = await preview(client, writer, a_csv(a_row("HT-F3", name_en='One, "two"\nthree'), a_row("HT-F4")))

    rows = await rows_of(client, writer, made)
    assert rows[0]["cells"]["name_en"] == 'One, "two"\nthree'
    assert [row["outcome"] for row in rows] == ["create", "create"]


async def test_columns_that_nobody_knows_are_told_and_left_out(client, writer):
    made = await preview(client, writer, a_csv(a_row("HT-F5", colour="red")))

    assert [(f["rule"], f["value"]) for f in made.json()["findings"]] == [("column_unknown", "colour")]
    assert made.json()["counts"]["create"] == 1


async def test_a_row_with_more_cells_than_the_header_is_rejected(client, writer):
    made = await preview(client, writer, b"id,name_vi\nHT-STP,x,y\n")

    assert rules((await rows_of(client, writer, made))[0]) == ["row_too_long"]


# -- workbooks --------------------------------------------------------------------------------------------

HEADER = ["Mã cơ quan", "Tên cơ quan", "Tên tiếng Anh", "Loại", "Cấp trên", "Tỉnh", "Từ ngày"]
LINE = ["HT-G1", "Sở Một", "One", "Sở", "UBND-P42", "Hà Tĩnh", date(2026, 3, 1)]


async def test_a_workbook_is_read_with_its_days_and_numbers(client, writer):
    content = a_workbook(
        ("Hướng dẫn", [["Đọc kỹ trước khi nhập"]]),
        (
            "Danh mục",
            [
                ["DANH MỤC"],
                [],
                HEADER,
                LINE,
                ["HT-G2", 2026, "Two", "Sở", "UBND-P42", "P42", datetime(2026, 3, 2)],  # noqa: DTZ001 (a workbook knows no zone)
            ],
        ),
    )

    rows = await rows_of(client, writer, await preview(client, writer, content, media=XLSX))

    assert [(r["sheet"], r["row"], r["outcome"]) for r in rows] == [
        ("Danh mục", 4, "create"),
        ("Danh mục", 5, "create"),
    ]
    assert [r["change"]["holds_from"] for r in rows] == ["2026-03-01", "2026-03-02"]
    assert rows[1]["change"]["after"]["name_vi"] == "2026"


async def test_hidden_sheets_are_left_out_and_merged_cells_count_for_all_their_rows(client, writer):
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (HEADER, LINE, ["HT-G3", "Sở Hai", "Two", "Sở", None, "Hà Tĩnh", date(2026, 3, 1)]):
        sheet.append(line)
    sheet.merge_cells("E2:E3")
    hidden = book.create_sheet("Ẩn")
    hidden.append(HEADER)
    hidden.append(["HT-G9", *LINE[1:]])
    hidden.sheet_state = "hidden"

    rows = await rows_of(client, writer, await preview(client, writer, saved(book), media=XLSX))

    assert [row["subject"] for row in rows] == ["HT-G1", "HT-G3"]
    assert rows[1]["change"]["after"]["parent"] == "UBND-P42"
    assert [(f["rule"], f["severity"], f["value"]) for f in rows[1]["findings"]] == [
        ("cell_merged", "warning", "E2")
    ]


def with_part(name, data):
    buffer = io.BytesIO(a_workbook(("S", [HEADER, LINE])))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def far_out(written='"XFD1048576"'):
    """A cell in the last corner, its place written as XML allows: readers that fill the square die of it."""
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active["XFD1048576"] = "x"
    return with_sheet(saved(book), lambda sheet: sheet.replace(b'"XFD1048576"', written.encode()))


def with_sheet(content, change):
    """Return a workbook whose sheets were changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in was.namelist():
            data = was.read(name)
            new.writestr(name, change(data) if "worksheets/" in name else data)
    return buffer.getvalue()


def one_text_everywhere():
    """A text that is kept once and named by many cells."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([HEADER, *[["x" * 4_000] * 6] * 900]):
            sheet.write_row(row, 0, cells)
    return buffer.getvalue()


def wide_and_long(sheets=3):
    """Few filled cells, and between them room for very many."""
    row = [None] * 255 + ["x"]
    return a_workbook(*((f"S{n}", [row, *[["x"]] * 9_000]) for n in range(sheets)))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED = [
    ("empty csv", CSV, b"", 422, "import_empty"),
    ("header only", CSV, b"id,name_vi\n", 422, "import_empty"),
    ("no header", CSV, b"a,b\n1,2\n", 422, "import_columns_missing"),
    ("open quote", CSV, b'id,name_vi\n"HT-X,y\n', 400, "csv_malformed"),
    ("old font", CSV, "id;tªn\nHT;Së Néi vô\n".encode("cp1252"), 400, "encoding_unknown"),
    ("binary", CSV, bytes(range(256)), 400, "encoding_unknown"),
    ("empty xlsx", XLSX, b"", 415, "file_not_office"),
    ("empty sheet", XLSX, a_workbook(("S", [])), 422, "import_empty"),
    ("pdf", XLSX, b"%PDF-1.7\n", 415, "file_not_office"),
    ("csv as xlsx", XLSX, b"id,name_vi\n", 415, "file_not_office"),
    ("encrypted", XLSX, OLE + "EncryptedPackage".encode("utf-16-le"), 415, "file_not_office"),
    ("macros", XLSX, with_part("xl/vbaProject.bin", b"x"), 422, "file_unsafe"),
    ("bomb", XLSX, with_part("xl/media/x.bin", bytes(4_000_000)), 422, "file_unsafe"),
    ("entities", XLSX, with_part("xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'), 422, "file_unsafe"),
    ("cut off", XLSX, a_workbook(("S", [HEADER, LINE]))[:-100], 422, "file_unreadable"),
    ("far out", XLSX, far_out(), 422, "import_too_large"),
    ("far out, single quotes", XLSX, far_out("'XFD1048576'"), 422, "import_too_large"),
    ("far out, small letters", XLSX, far_out('"xfd1048576"'), 422, "import_too_large"),
    ("far out, by number", XLSX, far_out('"&#88;FD1048576"'), 422, "import_too_large"),
    ("far out, no such place", XLSX, far_out('"XFE1048577"'), 422, "file_unreadable"),
    ("one text everywhere", XLSX, one_text_everywhere(), 422, "import_too_large"),
    ("wide and long", XLSX, wide_and_long(), 422, "import_too_large"),
    ("json", "application/json", b"[]", 415, "media_type_unsupported"),
    ("too long", CSV, b"id\n" + b"X\n" * 20_001, 422, "import_too_large"),
    ("millions of lines", CSV, b"a;b\n" * 1_000_000, 422, "import_too_large"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("media", "content", "status", "code"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED]
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(client, writer, media, content, status, code):
    answer = await send(client, writer, content, media=media)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_kind_and_reason_are_needed(client, writer):
    for params in ({"kind": "agencies"}, {"reason": "x"}, {"kind": "plans", "reason": "x"}):
        answer = await client.post(
            "/v1/imports", params=params, content=b"id\n", headers=writer | {"Content-Type": CSV}
        )
        assert answer.status_code == 422


async def test_the_same_key_keeps_one_import(client, writer):
    answers = [
        await send(client, writer, a_csv(a_row("HT-H1")), **{"Idempotency-Key": "import-1"}) for _ in range(2)
    ]

    assert len({answer.json()["id"] for answer in answers}) == 1
