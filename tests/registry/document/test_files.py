"""Files as people and others send them: read as they look, or refused before they do harm."""

import io
import time
import zipfile

import docx
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kernel.errors import Problem
from services.registry.document.files import CSV, DOCX, MOST_CHARACTERS, TEXT, XLSX, read_file
from services.registry.document.reader import read_bytes
from tests.registry.document.builders import the_book
from tests.registry.document.office import as_docx, as_xlsx
from tests.registry.document.test_documents import HEAD, TABS

W = nsdecls("w")


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a_docx(*paragraphs: str):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return document


def with_part(content: bytes, name: str, change) -> bytes:
    """The same container with one part changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            if item != name:
                new.writestr(item, old.read(item))
        before = old.read(name) if name in old.namelist() else b""
        new.writestr(name, change(before))
    return out.getvalue()


def lines_of(content: bytes, media_type: str = DOCX) -> list[str]:
    return [line.text for line in read_file(content, media_type).lines if line.text]


def refusal_of(content: bytes, media_type: str) -> str:
    with pytest.raises(Problem) as refused:
        read_file(content, media_type)
    assert refused.value.status in (413, 415, 422)
    return refused.value.code


def part_of(content: bytes, media_type: str):
    (part,) = read_bytes(content, media_type, the_book()).parts
    return part


def test_deleted_text_is_gone_and_inserted_text_is_there():
    document = a_docx("Kế hoạch này ")
    document.paragraphs[0]._p.append(
        parse_xml(f'<w:del {W} w:id="1"><w:r><w:delText>bị bỏ</w:delText></w:r></w:del>')
    )
    document.paragraphs[0]._p.append(parse_xml(f'<w:ins {W} w:id="2"><w:r><w:t>được thêm</w:t></w:r></w:ins>'))

    assert lines_of(saved(document)) == ["Kế hoạch này được thêm"]


def test_numbers_that_word_prints_are_read_as_printed():
    document = docx.Document()
    for text, style in (
        ("Sở Tư pháp", "List Number"), ("Sở Ngoại vụ", "List Number"), ("Tuyên truyền", "List Bullet"),
    ):  # fmt: skip
        document.add_paragraph(text, style=style)

    assert lines_of(saved(document)) == ["1. Sở Tư pháp", "2. Sở Ngoại vụ", "- Tuyên truyền"]


def test_levels_of_a_list_count_on_their_own_and_begin_again_below_a_new_number():
    document = a_docx("Nhiệm vụ", "Một", "Hai", "Giải pháp", "Ba")
    numbering = document.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {W} w:abstractNumId="77">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2)"/></w:lvl>'
        "</w:abstractNum>"
    )
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for paragraph, depth in zip(document.paragraphs, (0, 1, 1, 0, 1), strict=True):
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')
        )

    assert lines_of(saved(document)) == ["I. Nhiệm vụ", "I.1) Một", "I.2) Hai", "II. Giải pháp", "II.1) Ba"]


def test_text_boxes_and_footnotes_are_not_lost():
    document = a_docx("Điều 1")
    run = document.paragraphs[0].add_run()._r
    run.append(
        parse_xml(
            f"<w:pict {W}><w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p></w:txbxContent></w:pict>"
        )
    )
    content = with_part(
        saved(document),
        "word/footnotes.xml",
        lambda _: (
            f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>Ghi chú</w:t></w:r></w:p>'
            "</w:footnote></w:footnotes>".encode()
        ),
    )

    assert lines_of(content) == ["Điều 1", "Trong khung", "[2] Ghi chú"]


def test_a_cell_joined_over_rows_holds_for_every_task_beside_it():
    document = a_docx(*HEAD.split("\n"))
    rows = [
        ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"),
        ("1", "Tập huấn", "Sở Tư pháp", "2021"),
        ("2", "Rà soát", "", "2022"),
        ("3", "Báo cáo", "Công an tỉnh", "2023"),
    ]
    table = document.add_table(4, 4)
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    table.cell(1, 2).merge(table.cell(2, 2))

    tasks = part_of(saved(document), DOCX).tasks

    assert [[n.read_as for n in t.leads] for t in tasks] == [["HT-STP"], ["HT-STP"], ["HT-CAT"]]
    assert tasks[1].confidence < tasks[0].confidence


def test_paragraphs_of_a_cell_are_names_of_their_own():
    text = HEAD + "STT\tNhiệm vụ\tCơ quan chủ trì\tThời gian\n1\tTập huấn\tX\t2021\n"
    document = docx.Document(io.BytesIO(as_docx(text)))
    document.tables[0].cell(1, 2).text = "- Sở Tư pháp\n- Sở Ngoại vụ"

    (task,) = part_of(saved(document), DOCX).tasks

    assert [n.read_as for n in task.leads] == ["HT-STP", "HT-SNGV"]


def test_a_table_that_goes_on_in_another_without_headings_is_one():
    text = HEAD + "STT\tNhiệm vụ\tCơ quan chủ trì\tThời gian\n1\tTập huấn\tSở Tư pháp\t2021\n"
    document = docx.Document(io.BytesIO(as_docx(text)))
    document.add_paragraph("")
    after = document.add_table(1, 4)
    for column, cell in enumerate(("2", "Rà soát", "Công an tỉnh", "2022")):
        after.cell(0, column).text = cell

    assert [t.code for t in part_of(saved(document), DOCX).tasks] == ["1", "2"]


def test_every_item_says_where_in_the_file_it_stands():
    (part,) = (proposal := read_bytes(as_docx(HEAD + TABS), DOCX, the_book())).parts
    task = next(t for t in part.tasks if t.code == "1")

    assert proposal.place_of(task.line).vi == "bảng 1, hàng 3"
    assert proposal.place_of(task.line).en == "table 1, row 3"
    workbook = read_bytes(as_xlsx(HEAD + TABS), XLSX, the_book())
    task = next(t for t in workbook.parts[0].tasks if t.code == "1")
    assert workbook.place_of(task.line).en.startswith("sheet Phụ lục, row ")


def test_days_and_numbers_of_a_workbook_are_read_as_it_shows_them():
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet, day = workbook.add_worksheet(), workbook.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(2, 1, ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"])
    sheet.write_row(3, 1, [1, "Tập huấn", "Bộ Tư pháp"])
    sheet.write_number(3, 4, 44561, day)
    workbook.close()

    (task,) = part_of(out.getvalue(), XLSX).tasks

    assert (task.code, task.timeframe.end_on.isoformat()) == ("1", "2021-12-31")


def test_a_cell_at_the_far_end_of_a_sheet_makes_no_rows_of_what_lies_between():
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = workbook.add_worksheet()
    sheet.write(0, 0, "Kế hoạch")
    sheet.write(1_048_575, 16_383, "xa")
    workbook.close()

    assert lines_of(out.getvalue(), XLSX) == ["Kế hoạch"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_text_is_read_in_the_encodings_that_offices_use(encoding):
    content = "Kế hoạch phòng, chống mua bán người trên địa bàn tỉnh".encode(encoding)

    assert lines_of(content, TEXT) == ["Kế hoạch phòng, chống mua bán người trên địa bàn tỉnh"]


def test_windows_1258_is_read():
    """The code page has vowels with their marks, and tones apart."""
    content = "Kê\u0301 hoa\u0323ch năm".encode("cp1258")

    assert lines_of(content, TEXT) == ["Kế hoạch năm"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "Céng hßa x· héi chñ nghÜa ViÖt Nam. §éc lËp - Tù do - H¹nh phóc. KÕ ho¹ch cña ñy ban nh©n d©n tØnh",
            "TCVN3",
        ),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam. Keá hoaïch cuûa UÛy ban nhaân daân tænh", "VNI"),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "latin-1"])
def test_text_of_an_old_font_is_refused_by_its_name(text, encoding, codec):
    with pytest.raises(Problem) as refused:
        read_file(text.encode(codec), TEXT)

    assert refused.value.code == "text_in_legacy_font"
    assert encoding in refused.value.detail


def test_a_text_in_another_language_is_no_old_font():
    assert lines_of(
        "Le préfet a décidé d'aménager la forêt près de la frontière, à côté du château.".encode(), TEXT
    )


PLAIN = as_docx("Kế hoạch")


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (b"%PDF-1.7 ...", DOCX, "file_not_office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, DOCX, "file_not_office"),
        (b"", DOCX, "file_not_office"),
        (b"PK\x03\x04 nothing more", DOCX, "file_unreadable"),
        (as_xlsx("a\tb"), DOCX, "file_not_office"),
        (PLAIN, XLSX, "file_not_office"),
        (PLAIN, TEXT, "document_type_unsupported"),
        (b"%PDF-1.7", CSV, "file_not_office"),
        (b"Ke hoach", "application/pdf", "document_type_unsupported"),
        (b"\x00\x01\x02\x03 binary", TEXT, "file_not_text"),
        (with_part(PLAIN, "word/vbaProject.bin", lambda _: b"x"), DOCX, "file_unsafe"),
        (
            with_part(PLAIN, "word/document.xml", lambda _: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
            DOCX,
            "file_unsafe",
        ),
        (with_part(PLAIN, "word/document.xml", lambda _: b"<a><b></a>"), DOCX, "file_unreadable"),
        (
            with_part(
                PLAIN, "word/document.xml", lambda _: b"<w>" * 100_000 + b"</w>" * 100_000
            ),
            DOCX,
            "document_too_long",
        ),
        (with_part(PLAIN, "word/bomb.xml", lambda _: b"<a>" + b" " * (80 << 20) + b"</a>"), DOCX, "file_unsafe"),
        (
            with_part(
                PLAIN,
                "word/_rels/settings.xml.rels",
                lambda _: b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                b'<Relationship Id="r1" Type="x/attachedTemplate" Target="http://a.example/t.dotm" '
                b'TargetMode="External"/></Relationships>',
            ),
            DOCX,
            "file_unsafe",
        ),
        (("a" * 200 + "\n").encode() * (MOST_CHARACTERS // 200 + 1), TEXT, "document_too_long"),
    ],
    ids=[
        "a PDF", "an old Word file", "nothing", "half a zip", "a workbook", "a document", "a document as text",
        "a PDF as CSV", "a type that is not read", "no text", "macros", "entities", "broken XML", "deep nesting",
        "a zip bomb", "a template from elsewhere", "too long",
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_with_a_problem(content, media_type, code):
    assert refusal_of(content, media_type) == code


def test_a_file_of_five_hundred_pages_is_read_in_seconds():
    prose = "tình hình di cư của công dân trên địa bàn và việc phối hợp của các ngành, số liệu cho thấy\n"
    pages = (
        f"{n % 90 + 1}. Sở Tư pháp chủ trì, phối hợp với Sở Ngoại vụ rà soát văn bản số {n}, nhằm đánh giá\n"
        + prose * 12 + "kết quả còn hạn chế.\n"
        for n in range(1, 501)
    )  # fmt: skip
    content = (HEAD + "II. NHIỆM VỤ\n" + "".join(pages)).encode()
    assert len(content) > 700_000

    started = time.process_time()
    part = part_of(content, TEXT)

    assert sum(task.kind == "task" for task in part.tasks) == 500
    assert time.process_time() - started < 10
