"""A workbook as its filled cells: what programs write, and what is written to harm."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from kernel.office import FileUnreadable
from kernel.workbook_cells import UNCOMPUTED, CellError, place_of, reference
from kernel.workbook_parts import WorkbookTooLarge
from kernel.workbooks import read_workbook

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
SHEETS = '<x:sheets><x:sheet name="A" sheetId="1" r:id="rId1"/></x:sheets>'
BOOK = f'<x:workbook xmlns:x="m" xmlns:r="r">{SHEETS}</x:workbook>'
LINKS = '<Relationships><Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/></Relationships>'


def packed(sheet: str, **parts: str) -> bytes:
    """Return a workbook of one sheet, written by hand."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", LINKS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, text in parts.items():
            archive.writestr(f"xl/{name}.xml", text)
    return file.getvalue()


def rows_of(sheet: str, **parts: str):
    (found,) = read_workbook(packed(sheet, **parts), max_unpacked=1 << 20, most_cells=1000)
    return found.rows


def of_cell(cell: str, **parts: str):
    rows = rows_of(f'<worksheet><sheetData><row r="1">{cell}</row></sheetData></worksheet>', **parts)
    return rows.get(1, {}).get(0)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v>12</v></c>", 12),
        ("<c><v>12.5</v></c>", 12.5),
        ("<c><v>1E+30</v></c>", 1e30),
        ("<c><v>abc</v></c>", "abc"),
        ('<c t="str"><v>a_x000D_b</v></c>', "a\rb"),
        ('<c t="str"><v>_xD800_</v></c>', "_xD800_"),
        ('<c t="inlineStr"><is><t>Hà </t><r><t>Tĩnh</t></r><rPh><t>x</t></rPh></is></c>', "Hà Tĩnh"),
        ('<c t="s"><v>1</v></c>', "hai"),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="e"><v>#REF!</v></c>', CellError("#REF!")),
        ('<c t="d"><v>2026-07-01</v></c>', date(2026, 7, 1)),
        ("<c><f>SUM(B1)</f><v>7</v></c>", 7),
        ("<c><f>SUM(B1)</f><v></v></c>", UNCOMPUTED),
        ("<c><f>SUM(B1)</f></c>", UNCOMPUTED),
        ('<c t="str"><f>A2</f><v></v></c>', None),
        ("<c/>", None),
    ],
)
def test_a_cell_is_what_was_saved_in_it(cell, value):
    strings = "<sst><si><t>một</t></si><si><r><t>h</t></r><r><t>ai</t></r></si></sst>"

    assert of_cell(cell, sharedStrings=strings) == value


@pytest.mark.parametrize(
    "cell",
    ['<c t="s"><v>1</v></c>', f'<c t="s"><v>{"9" * 5000}</v></c>', '<c r="A1"><v>5</v></c><c r="A1"><v>6</v></c>'],
)
def test_a_cell_that_two_programs_would_read_differently_is_refused_by_its_name(cell):
    with pytest.raises(FileUnreadable, match="The cell A1 of "):
        of_cell(cell, sharedStrings="<sst><si><t>một</t></si></sst>")


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ("dd/mm/yyyy", "46204", date(2026, 7, 1)),
        ("dd/mm/yyyy hh:mm", "46204.5", datetime(2026, 7, 1, 12)),  # noqa: DTZ001
        ('#,##0 "người/day"', "46204", 46204),
        ("[Red]0.00", "12.5", 12.5),
        ("yyyy", "99999999999", 99999999999.0),
        ("yyyy", "1e400", float("inf")),
    ],
)
def test_a_format_says_whether_a_number_is_a_day(form, value, shown):
    styles = (
        f'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="{form.replace(chr(34), "&quot;")}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )

    assert of_cell(f'<c s="1"><v>{value}</v></c>', styles=styles) == shown


def test_cells_far_apart_cost_nothing():
    far = '<c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c>'

    found = rows_of(f"<worksheet><sheetData><row>{far}</row></sheetData></worksheet>")

    assert found == {1: {0: 1}, 1048576: {16383: 2}}


@pytest.mark.parametrize(
    "sheet",
    [
        '<worksheet><row><c r="XFE1"><v>1</v></c></row></worksheet>',
        '<worksheet><row><c r="A1048577"><v>1</v></c></row></worksheet>',
        '<worksheet><row><c r="1A"><v>1</v></c></row></worksheet>',
        "<worksheet><row><c></row></worksheet>",
        "<worksheet>" + "<a>" * 100,
        "",
    ],
)
def test_what_no_program_writes_is_refused(sheet):
    with pytest.raises(FileUnreadable):
        rows_of(sheet)


def test_more_cells_than_are_read_are_refused():
    row = "<row>" + "<c><v>1</v></c>" * 600 + "</row>"

    with pytest.raises(WorkbookTooLarge):
        rows_of(f"<worksheet><sheetData>{row * 2}</sheetData></worksheet>")


def test_hidden_and_joined_cells_are_known():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"], sheet["B5"] = "x", 3
    sheet.merge_cells("B2:B4")
    sheet.row_dimensions[5].hidden = True
    book.create_sheet("Ẩn").sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    first, second = read_workbook(file.getvalue(), max_unpacked=1 << 20, most_cells=1000)

    assert (first.joins, first.hidden_rows) == ([(2, 1, 4, 1)], {5})
    assert (second.name, second.is_hidden, second.rows) == ("Ẩn", True, {})


def test_joins_that_lie_over_one_another_count_once():
    refs = ("A1:A1048576", *(f"A{n}:C1048576" for n in range(2, 500)), "B3:B1", "B1:B2")
    joined = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    content = packed(f"<worksheet><sheetData/><mergeCells>{joined}</mergeCells></worksheet>")
    (sheet,) = read_workbook(content, max_unpacked=1 << 20, most_cells=10)

    assert sheet.joins == [(1, 0, 1048576, 0), (1, 1, 2, 1)]


@pytest.mark.parametrize("name", ["A1", "Z9", "AA10", "XFD1048576"])
def test_a_cell_is_called_as_a_sheet_calls_it(name):
    row, column = place_of(name)

    assert reference(row, column) == name
