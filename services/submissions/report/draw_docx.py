"""Draws a document for a word processor, in which its owner goes on writing. The same document, the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from services.submissions.report.content import (
    Align,
    Annex,
    Bars,
    Block,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Row,
    Signature,
    Style,
    Table,
)

FONT = "Times New Roman"
PAGE, MARGINS = (Mm(210), Mm(297)), (Mm(22), Mm(17), Mm(20), Mm(30))
WIDTH = 163
"""Millimetres between the margins."""
SIDES = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTER: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
CENTER = WD_ALIGN_PARAGRAPH.CENTER
LONGEST_BAR = 28
HEAD_FILL, STRONG_FILL, INK = "E4E4E4", "F2F2F2", RGBColor(0x1F, 0x3A, 0x5F)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def draw(document: Document) -> bytes:
    """Return the document as DOCX."""
    return _repeatable(_Drawing(document).draw())


class _Drawing:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._docx = docx.Document()

    def draw(self) -> bytes:
        self._set_up()
        self._letterhead(self._document.letterhead, self._document.draft)
        self._titles()
        for block in self._document.blocks:
            self._block(block)
        self._docx.paragraphs[-1].paragraph_format.keep_with_next = True
        self._paragraph(Paragraph(text=self._document.closing))
        self._docx.paragraphs[-1].paragraph_format.keep_with_next = True
        self._signature(self._document.signature)
        for block in self._document.annexes:
            self._block(block)
        out = io.BytesIO()
        self._docx.save(out)
        return out.getvalue()

    def _set_up(self) -> None:
        facts = self._docx.core_properties
        facts.title, facts.author, facts.language = (
            self._document.title.replace("\n", " ")[:255],
            self._document.letterhead.issuer.replace("\n", " ")[:255],
            self._document.language,
        )
        facts.created = facts.modified = datetime.combine(self._document.dated, time())
        facts.comments, facts.last_modified_by, facts.revision = "", "", 1
        section = self._docx.sections[0]
        section.page_width, section.page_height = PAGE
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = MARGINS
        section.different_first_page_header_footer = True
        page = section.header.paragraphs[0]
        page.alignment = CENTER
        _field(page, "PAGE")
        names = ("Normal", "Header", "Heading 1", "Heading 2", "Heading 3")
        for name in names:
            style = self._docx.styles[name]
            style.font.name, style.font.size = FONT, Pt(13)
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
            if name.startswith("Heading"):
                _plain_heading(style, is_italic=name.endswith("3"))
        normal = self._docx.styles["Normal"].paragraph_format
        normal.space_after, normal.space_before = Pt(6), Pt(0)

    def _letterhead(self, head: Letterhead, draft: str) -> None:
        table = self._docx.add_table(rows=1, cols=2)
        left, right = table.rows[0].cells
        _set_widths(table, (65, 98))
        lines = [(head.superior, False, False)] if head.superior else []
        lines += [(head.issuer, True, False), ("––––––––", False, False), (head.symbol, False, False)]
        lines += [(draft, True, False)] if draft else []
        _lines(left, lines, size=12)
        _lines(
            right,
            [
                (head.state, True, False),
                (head.motto, True, False),
                ("––––––––––––––––––––", False, False),
                (head.place_and_day, False, True),
            ],
            size=12.5,
        )

    def _titles(self) -> None:
        document = self._document
        for text, size in ((document.type_name, 14), (document.title, 14)):
            self._centered(text, size=size, bold=True)
        self._centered("––––––––––", size=12)
        if document.addressee:
            self._centered(document.addressee, size=13.5)

    def _centered(self, text: str, *, size: float, bold: bool = False) -> Any:
        paragraph = self._docx.add_paragraph()
        paragraph.alignment = CENTER
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(size)
        return paragraph

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._docx.add_heading(block.text, level=block.level)
            case Paragraph():
                self._paragraph(block)
            case Table():
                self._table(block)
            case Bars():
                self._bars(block)
            case Annex():
                self._docx.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
                self._centered(block.title, size=14, bold=True)
                self._centered(block.subtitle, size=13, bold=True)

    def _paragraph(self, block: Paragraph) -> None:
        paragraph = self._docx.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        shape = paragraph.paragraph_format
        if block.style is Style.BODY:
            shape.first_line_indent = Mm(10)
        if block.style is Style.QUOTE:
            shape.left_indent = Mm(10)
        if block.lead:
            paragraph.add_run(f"{block.lead} ").bold = True
        run = paragraph.add_run(block.text)
        if block.style is Style.NOTE:
            run.italic = True
            run.font.size = Pt(11)

    def _caption(self, text: str) -> None:
        if text:
            caption = self._centered(text, size=11, bold=True)
            caption.paragraph_format.keep_with_next = True

    def _table(self, block: Table) -> None:
        self._caption(block.caption)
        table = self._docx.add_table(rows=1, cols=len(block.columns))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        whole = sum(column.width for column in block.columns)
        widths = [WIDTH * column.width / whole for column in block.columns]
        titles = tuple(column.title for column in block.columns)
        _fill(table.rows[0].cells, Row(cells=titles, strong=True), [CENTER] * len(titles), HEAD_FILL)
        _mark(table.rows[0], "w:tblHeader")
        sides = [SIDES[column.align] for column in block.columns]
        for row in block.rows:
            added = table.add_row()
            _fill(added.cells, row, sides, STRONG_FILL if row.strong else None)
            _mark(added, "w:cantSplit")
        _set_widths(table, widths)
        note = self._docx.add_paragraph()
        run = note.add_run(block.note)
        run.italic, run.font.size = True, Pt(10)

    def _bars(self, block: Bars) -> None:
        self._caption(block.caption)
        table = self._docx.add_table(rows=0, cols=3)
        for bar in block.bars:
            row = table.add_row()
            _mark(row, "w:cantSplit")
            for cell, text, side in zip(
                row.cells,
                (bar.label, "█" * max(round(bar.share * LONGEST_BAR), 1 if bar.share else 0), bar.text),
                (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.LEFT),
                strict=True,
            ):
                _write(cell, text, side)
            for run in row.cells[1].paragraphs[0].runs:
                run.font.color.rgb = INK
                run.font.size = Pt(8)
        _set_widths(table, (62, 66, 35))
        self._docx.add_paragraph()

    def _signature(self, signature: Signature) -> None:
        table = self._docx.add_table(rows=1, cols=2)
        left, right = table.rows[0].cells
        _mark(table.rows[0], "w:cantSplit")
        _set_widths(table, (75, 88))
        first = left.paragraphs[0].add_run(signature.recipients_title)
        first.bold = first.italic = True
        first.font.size = Pt(12)
        for one in signature.recipients:
            left.add_paragraph().add_run(f"- {one}").font.size = Pt(11)
        _lines(right, [(signature.authority, True, False), (signature.hint, False, True)], size=12)
        for _ in range(4):
            right.add_paragraph()


def _plain_heading(style: Any, *, is_italic: bool) -> None:
    style.font.bold, style.font.italic = True, is_italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(6)
    style.paragraph_format.keep_with_next = True


def _lines(cell: Any, lines: Sequence[tuple[str, bool, bool]], *, size: float) -> None:
    for number, (text, bold, italic) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = CENTER
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _fill(cells: Sequence[Any], row: Row, sides: Sequence[Any], fill: str | None) -> None:
    for cell, text, side in zip(cells, row.cells, sides, strict=True):
        _write(cell, text, side, bold=row.strong)
        if fill:
            shade = OxmlElement("w:shd")
            for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)):
                shade.set(qn(name), value)
            cell._tc.get_or_add_tcPr().append(shade)


def _write(cell: Any, text: str, side: Any, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = side
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(10)


def _set_widths(table: Any, widths: Sequence[float]) -> None:
    """Set the columns: word processors heed the grid, others the cells."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _repeatable(docx: bytes) -> bytes:
    """Return the same parts without the time of their packing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = zipfile.ZipInfo(name, ZIP_TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(part, before.read(name))
    return out.getvalue()
