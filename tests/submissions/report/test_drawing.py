"""What the renderers make of any text: it stands as it was written, and never does anything."""

import io
import re
import unicodedata
import zipfile
from datetime import date
from html.parser import HTMLParser

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.submissions.report import draw_docx, draw_html, draw_pdf
from services.submissions.report.content import (
    Annex,
    Bar,
    Bars,
    Column,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Row,
    Signature,
    Style,
    Table,
    printable,
)
from services.submissions.report.drawing import Drawer, fingerprint
from services.submissions.report.errors import ReportNotDrawn
from services.submissions.report.kinds import Format
from tests.submissions.report.filled import ATTACKS

VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
LETTERS = "".join(
    sorted(
        {*VOWELS, *"dđDĐ"}
        | {unicodedata.normalize("NFC", v + t) for v in VOWELS for t in "\u0300\u0301\u0303\u0309\u0323"}
    )
)
ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "div",
        "p",
        "b",
        "i",
        "span",
        "h1",
        "h2",
        "h3",
        "h4",
    ),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "br", "footer", "section"),
    *("figure", "figcaption", "svg", "rect", "text"),
}


def a_document(text: str, **changes) -> Document:
    """Return a document in which a text stands wherever a text can stand."""
    facts = {
        "language": "vi",
        "dated": date(2026, 11, 14),
        "letterhead": Letterhead(
            superior=text, issuer=text, symbol=text, state=text, motto=text, place_and_day=text
        ),
        "type_name": text,
        "title": text,
        "addressee": text,
        "draft": text,
        "blocks": (
            *(Heading(level=level, text=text) for level in (1, 2, 3)),
            *(Paragraph(text=text, lead=text, style=style) for style in Style),
            Table(
                caption=text,
                columns=(Column(title=text, width=1), Column(title=text, width=2)),
                rows=(Row(cells=(text, text)), Row(cells=(text, text), strong=True)),
                note=text,
            ),
            Bars(caption=text, bars=(Bar(label=text, share=0.5, text=text),)),
        ),
        "closing": text,
        "signature": Signature(recipients_title=text, recipients=(text,), authority=text, hint=text),
        "annexes": (Annex(title=text, subtitle=text),),
    }
    return Document(**{**facts, **changes})


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\u200b", "")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_vietnamese_letter_is_printed_wherever_a_text_can_stand():
    printed = text_of(draw_pdf.draw(a_document(" ".join(f"{letter}{letter}" for letter in LETTERS))))
    places = printed.count("aa")
    counts = {letter: printed.count(letter * 2) for letter in LETTERS}

    assert len(LETTERS) == 24 + 4 + 24 * 5
    assert places >= 25
    assert {letter: count for letter, count in counts.items() if count < places} == {}, "lost in some style"


def test_what_the_pdf_takes_as_drawable_can_be_drawn_in_every_style_and_other_writing_is_marked():
    everything = [chr(code) for code in range(0xFFFF) if not draw_pdf.UNDRAWABLE.match(chr(code))]
    text = " ".join(everything)
    column = Column(title="x", width=1)
    draw_pdf.draw(
        a_document(
            "",
            blocks=(
                Heading(level=1, text=text),
                Heading(level=3, text=text),
                Paragraph(text=text, style=Style.NOTE),
                Table(caption="", columns=(column,), rows=(Row(cells=(text,)),)),
            ),
        )
    )
    printed = squeezed(text_of(draw_pdf.draw(a_document("Họ tên 李明 ສະບາຍດີ 😀 hết"))))

    assert len(everything) > 1_500
    assert "Họtên" in printed
    assert "\ufffd" in printed
    assert "李" not in printed


def test_what_looks_like_markup_is_printed():
    texts = (*ATTACKS, "\\", "#", "]", '"', "$", "//", "/*", "- a", "+ b", "= c", "~", "---")
    blocks = tuple(block for text in texts for block in a_document(text).blocks)
    printed = squeezed(text_of(draw_pdf.draw(a_document("", blocks=blocks))))

    for text in texts:
        assert squeezed(text) in printed, text


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


@given(st.text(max_size=60) | st.sampled_from(ATTACKS))
@settings(max_examples=30, deadline=None)
def test_no_text_becomes_an_element_or_an_attribute(text):
    seen = Elements()
    seen.feed(draw_html.draw(a_document(text)).decode())

    assert seen.names <= ALLOWED
    assert not any(name.startswith("on") or name in ("href", "src") for name in seen.attributes)


@given(st.text(max_size=40))
@settings(max_examples=12, deadline=None)
def test_any_text_can_be_drawn_by_all(text):
    document = a_document(text)

    assert printable(printable(text)) == printable(text)
    assert draw_pdf.draw(document).startswith(b"%PDF")
    assert docx.Document(io.BytesIO(draw_docx.draw(document))).core_properties.author == printable(text).replace(
        "\n", " "
    )


@pytest.mark.parametrize("drawer", [draw_pdf, draw_docx, draw_html])
def test_drawing_twice_gives_the_same_bytes(drawer):
    assert drawer.draw(a_document(ATTACKS[0])) == drawer.draw(a_document(ATTACKS[0]))


def test_the_pdf_is_made_for_archives_and_its_day_is_that_of_its_facts():
    pdf = PdfReader(io.BytesIO(draw_pdf.draw(a_document("Báo cáo"))))

    assert b"<pdfaid:part>2</pdfaid:part>" in pdf.xmp_metadata.stream.get_data()
    assert pdf.metadata.creation_date.date() == date(2026, 11, 14)
    assert pdf.trailer["/Root"]["/Lang"] == "vi"
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_docx_has_no_time_of_packing_and_no_macro():
    with zipfile.ZipFile(io.BytesIO(draw_docx.draw(a_document("Báo cáo")))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("vba" in part.filename for part in parts.infolist())


def test_a_table_of_many_pages_repeats_its_head_and_loses_no_row():
    rows = tuple(Row(cells=(f"dòng{number}", "Ủy ban nhân dân " * 20)) for number in range(120))
    table = Table(caption="", columns=(Column(title="ĐẦU", width=1), Column(title="x", width=3)), rows=rows)
    pages = PdfReader(io.BytesIO(draw_pdf.draw(a_document("", blocks=(table,))))).pages
    texts = [page.extract_text() for page in pages]

    assert len(pages) > 8
    assert all("ĐẦU" in text for text in texts[:-1])
    assert all(any(f"dòng{number}" in text for text in texts) for number in range(120))


def pages_of(*blocks, **changes):
    """Return the pages of a document of these blocks, as text."""
    pages = PdfReader(io.BytesIO(draw_pdf.draw(a_document("", blocks=blocks, annexes=(), **changes)))).pages
    return [page.extract_text() for page in pages]


@pytest.mark.parametrize("before", range(6))
def test_a_row_stands_whole_on_one_page_unless_it_is_longer_than_a_page(before):
    words = "Ủy ban nhân dân tỉnh " * 12
    rows = tuple(Row(cells=(f"đầu{number:02}", f"{words} cuối{number:02}")) for number in range(40))
    columns = (Column(title="x", width=1), Column(title="x", width=2))
    fill = [Paragraph(text="Dòng.")] * before
    pages = pages_of(*fill, Table(caption="", columns=columns, rows=rows))
    long = pages_of(Table(caption="", columns=columns, rows=(Row(cells=("", f"{words * 60} HẾT")),)))

    assert len(pages) > 2
    for number in range(40):
        (first,) = (at for at, page in enumerate(pages) if f"đầu{number:02}" in page)
        (last,) = (at for at, page in enumerate(pages) if f"cuối{number:02}" in page)
        assert first == last, number
    assert len(long) > 2
    assert sum("HẾT" in page for page in long) == 1


def test_the_signature_stands_on_the_page_of_the_paragraph_before():
    signature = Signature(recipients_title="Nơi nhận:", recipients=("Lưu.",), authority="CHỨC VỤ", hint="KÝ TÊN")
    for count in range(18, 34):
        blocks = [Paragraph(text=f"Đoạn {number}.") for number in range(count)]
        last = pages_of(*blocks, Paragraph(text="Đoạn cuối."), closing="Trên đây.", signature=signature)[-1]

        assert all(words in last for words in ("Đoạn cuối.", "Trên đây.", "KÝ TÊN")), count


def test_in_word_processors_too():
    document = docx.Document(io.BytesIO(draw_docx.draw(a_document("x", closing="Trên đây."))))
    (closing,) = (one for one in document.paragraphs if one.text == "Trên đây.")

    assert closing.paragraph_format.keep_with_next
    assert "w:cantSplit" in document.tables[-1].rows[0]._tr.xml


async def test_a_drawing_that_takes_too_long_is_ended():
    with pytest.raises(ReportNotDrawn) as refusal:
        await Drawer(seconds=0.01).draw(a_document("x"), Format.PDF)

    assert (refusal.value.status, refusal.value.headers["Retry-After"]) == (503, "10")


async def test_a_drawing_process_that_fails_is_told_and_nothing_of_it_is_given_out(monkeypatch):
    broken = a_document("x").model_copy(update={"language": "xx"})

    with pytest.raises(ReportNotDrawn):
        await Drawer().draw(broken, Format.PDF)


def test_each_format_has_a_fingerprint_of_its_renderer():
    assert len({fingerprint(one) for one in Format}) == 3
    assert "typst" not in fingerprint(Format.HTML)
