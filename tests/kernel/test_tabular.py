"""Text files from Vietnamese desktops: which encodings are read, and which are named and refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.tabular import CsvMalformed, EncodingUnknown, decode_old_csv, read_grid, read_sheet

TEXT = "mã;tên\nHT-SNV;Sở Nội vụ tỉnh Hà Tĩnh\nHT-STP;Sở Tư pháp – Đối ngoại\n"


def in_windows_1258(text):
    """Windows-1258 writes most letters with their tone mark after them."""
    written = b""
    for letter in text:
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            decomposed = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize(
                "NFC", decomposed[:1] + "".join(m for m in decomposed[1:] if m in "\u0302\u0306\u031b")
            )
            marks = "".join(mark for mark in decomposed[1:] if mark not in "\u0302\u0306\u031b")
            written += (base + marks).encode("cp1258")
    return written


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (in_windows_1258(TEXT), "windows-1258"),
    ],
)
def test_what_vietnamese_desktops_write_is_read(raw, encoding):
    text, found = decode_old_csv(raw)

    assert (unicodedata.normalize("NFC", text), found) == (TEXT, encoding)


def test_the_letters_of_an_old_font_are_named_and_refused():
    """`Sở Nội vụ` typed in a TCVN3 font is `Së Néi vô` for everyone without it."""
    with pytest.raises(EncodingUnknown) as refusal:
        decode_old_csv("mã;tªn\nHT-SNV;Së Néi vô tØnh Hµ TÜnh\n".encode("cp1252"))

    assert refusal.value.facts["looks_like"] == "TCVN3 (ABC)"
    assert refusal.value.facts["row"] == 1


@pytest.mark.parametrize("raw", [b"a;b\n\x00\x01\xff", b"\xff\xfea", bytes(range(128, 256))])
def test_what_is_no_text_is_refused(raw):
    with pytest.raises(EncodingUnknown):
        decode_old_csv(raw)


@pytest.mark.parametrize("read", [read_sheet, read_grid])
@pytest.mark.parametrize("separator", ",;\t")
def test_more_columns_than_a_spreadsheet_has_are_refused_before_they_are_looked_at(read, separator):
    def count(header):
        assert len(header) == 1
        return 0

    for before in ("", f"sep={separator}\n"):
        with pytest.raises(CsvMalformed):
            read(before + separator.join(["x"] * 20_000) + "\n1", count)


@given(st.text('ab,;\t"\n\r ', max_size=60), st.sampled_from(["", "sep=;\n"]))
def test_columns_hold_what_the_rows_hold(text, named):
    def known(header):
        return sum(name in ("a", "b") for name in header)

    try:
        sheet = read_sheet(named + text, known)
    except CsvMalformed:
        with pytest.raises(CsvMalformed):
            read_grid(named + text, known)
        return
    grid, width = read_grid(named + text, known), len(sheet.rows[0]) if sheet.rows else 0
    below = grid.below

    assert [grid.separator, grid.header] == [sheet.separator, sheet.rows[0] if sheet.rows else []]
    assert [grid.number, *below.numbers] == (sheet.numbers or [1])
    assert [list(row) for row in zip(*below.cells, strict=True)] == [
        (row + [""] * width)[:width] for row in sheet.rows[1:]
    ]
    assert below.longer == [
        (number, row[width])
        for number, row in zip(sheet.numbers[1:], sheet.rows[1:], strict=True)
        if "".join(row[width:]).strip()
    ]
