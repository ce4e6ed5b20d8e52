"""Office files that may be opened, and everything that only looks like one."""

import io
import struct
import zipfile

import docx
import openpyxl
import pytest
from openpyxl.worksheet.hyperlink import Hyperlink

from kernel.office import FileNotOffice, FileUnreadable, FileUnsafe, OfficeKind, check_office_zip

ENOUGH = 20_000_000
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def a_workbook(rows=3):
    book = openpyxl.Workbook()
    for number in range(rows):
        book.active.append([f"Sở số {number}", number])
    return saved(book)


def a_document():
    document = docx.Document()
    document.add_paragraph("Kính gửi: Sở Nội vụ")
    return saved(document)


def saved(thing):
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


def with_part(name, data, *, base=None, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO(base or a_workbook())
    with zipfile.ZipFile(buffer, "a", method) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def rewritten(name, change, *, base=None):
    """Return a workbook in which one part is changed by a function."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or a_workbook())) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == name else data)
    return buffer.getvalue()


def an_archive(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def check(content, **more):
    return check_office_zip(content, **({"max_unpacked": ENOUGH} | more))


def an_ole_file(stream):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def test_a_workbook_and_a_document_may_be_opened():
    assert check(a_workbook()).kind is OfficeKind.XLSX
    assert check(a_document(), kind=OfficeKind.DOCX).kind is OfficeKind.DOCX
    assert "word/document.xml" in check(a_document()).parts


def test_many_like_rows_are_no_bomb():
    book = openpyxl.Workbook()
    for _ in range(20_000):
        book.active.append(["Sở Nội vụ"] * 6)

    assert check(saved(book)).unpacked > 5_000_000


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n%...", "pdf"),
        (b"\xef\xbb\xbf%PDF-1.7", "pdf"),
        (b"id,name_vi\nX,Y\n", "unknown"),
        (an_ole_file("EncryptedPackage"), "encrypted"),
        (an_ole_file("Workbook"), "office_97"),
        (an_archive(**{"hello.txt": b"hello"}), "zip"),
        (an_archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "opendocument"),
    ],
)
def test_what_is_no_office_file_of_today_is_named(content, found):
    with pytest.raises(FileNotOffice) as refusal:
        check(content)

    assert (refusal.value.status, refusal.value.facts["found"]) == (415, found)


def test_a_document_is_refused_where_a_workbook_is_expected():
    with pytest.raises(FileNotOffice) as refusal:
        check(a_document(), kind=OfficeKind.XLSX)

    assert refusal.value.facts["found"] == "docx"


def reason_of(content, **more):
    with pytest.raises(FileUnsafe) as refusal:
        check(content, **more)
    assert refusal.value.status == 422
    return refusal.value.facts["reason"]


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "XL/VBAPROJECT.BIN"])
def test_macros_are_refused_by_their_part(name):
    assert reason_of(with_part(name, b"x")) == "macros"


def test_macros_are_refused_by_their_content_type_whatever_the_part_is_called():
    def declare(data):
        return data.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")

    assert reason_of(rewritten("[Content_Types].xml", declare)) == "macros"


def test_active_content_is_refused():
    assert reason_of(with_part("xl/activeX/activeX1.bin", b"x")) == "active_content"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "xl\\..\\..\\x", "C:/x", "XL/WORKBOOK.XML"])
def test_a_name_that_leads_out_or_stands_twice_is_refused(name):
    assert reason_of(with_part(name, b"x")) == "path"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_twice_is_refused():
    assert reason_of(with_part("xl/workbook.xml", b"<x/>")) == "path"


def test_a_bomb_is_refused_while_it_is_unpacked():
    assert reason_of(with_part("xl/media/x.bin", bytes(3_000_000))) == "ratio"
    assert reason_of(a_workbook(5_000), max_unpacked=100_000) == "too_large_unpacked"


def test_a_bomb_of_many_small_parts_is_refused():
    parts = {f"xl/p{number}.txt": b"" for number in range(2_001)}

    assert reason_of(an_archive(**parts)) == "too_many_parts"


def test_an_archive_inside_is_refused_except_where_office_embeds():
    assert reason_of(with_part("xl/media/image1.png", a_workbook())) == "nested"
    assert check(with_part("word/embeddings/sheet.xlsx", a_workbook(), base=a_document())).embedded == (
        "word/embeddings/sheet.xlsx",
    )


@pytest.mark.parametrize(
    "xml",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><x/>'.encode("utf-16"),
        b"<!--" + b"." * 65_530 + b"--><!DOCTYPE x><x/>",
    ],
)
def test_a_document_type_is_refused_wherever_it_stands(xml):
    assert reason_of(with_part("xl/worksheets/sheet9.xml", xml)) == "document_type"


def test_an_encoding_that_hides_is_refused():
    assert reason_of(with_part("xl/x.xml", b'<?xml version="1.0" encoding="UTF-7"?><x/>')) == "encoding"


def test_hyperlinks_are_harmless_and_are_told():
    book = openpyxl.Workbook()
    book.active["A1"] = "trang"
    book.active["A1"].hyperlink = Hyperlink(ref="A1", target="https://example.org/")

    (link,) = check(saved(book)).external

    assert (link.is_hyperlink, link.target) == (True, "https://example.org/")


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "externalLinkPath", "image", "frame"])
def test_what_is_drawn_in_from_elsewhere_is_refused_or_told(kind):
    link = f'<Relationship Type="{REL}/{kind}" Target="file://x/y" TargetMode="External"/>'
    rels = f"<Relationships>{link}</Relationships>"
    content = with_part("word/_rels/settings.xml.rels", rels, base=a_document())

    assert reason_of(content) == "external"
    (link,) = check(content, refuse_external=False).external
    assert (link.kind, link.part) == (kind, "word/_rels/settings.xml.rels")


def test_a_live_exchange_link_is_told():
    content = with_part(
        "xl/externalLinks/externalLink1.xml", b"<externalLink><ddeLink ddeService='cmd'/></externalLink>"
    )

    assert reason_of(content) == "external"


# -- containers that lie ----------------------------------------------------------------------------------


def test_a_size_that_is_not_true_is_no_way_round_the_limit():
    """The directory says ten bytes; what is packed is three million."""
    content = bytearray(with_part("xl/media/x.bin", bytes(3_000_000)))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)

    assert reason_of(bytes(content)) == "ratio"


def test_two_directories_that_differ_are_refused():
    content = a_workbook().replace(b"xl/workbook.xml", b"xl/workbo0k.xml", 1)

    with pytest.raises(FileUnreadable):
        check(content)


def test_parts_that_lie_over_one_another_are_refused():
    content = bytearray(an_archive(**{"a.txt": b"x" * 100, "b.txt": b"y" * 100}))
    first = content.index(b"PK\x01\x02")
    struct.pack_into("<II", content, first + 20, 140, 140)

    with pytest.raises(FileUnreadable, match="over one another"):
        check(bytes(content))


@pytest.mark.parametrize("cut", [10, 200, 2_000])
def test_a_file_that_was_cut_off_is_damaged(cut):
    content = a_workbook()

    with pytest.raises(FileUnreadable):
        check(content[: len(content) - cut])


def test_a_file_with_wrong_bytes_is_refused_and_never_a_crash():
    """A flipped byte in a date of the directory harms nothing; one anywhere else must be seen."""
    refused = 0
    for seed in range(60):
        content = bytearray(a_workbook())
        for step in range(8):
            content[(seed * 7919 + step * 104_729) % len(content)] ^= 0x5A
        try:
            check(bytes(content))
        except (FileUnreadable, FileUnsafe, FileNotOffice):
            refused += 1

    assert refused >= 50


def test_an_encrypted_part_is_refused():
    content = bytearray(an_archive(**{"a.txt": b"x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature)
        struct.pack_into("<H", content, at + offset, 1)

    assert reason_of(bytes(content)) == "encrypted_part"
