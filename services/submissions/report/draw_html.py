"""Draws a document as one HTML page that loads nothing and runs nothing. Every text is escaped."""

from collections.abc import Iterable
from html import escape

from services.submissions.report.content import (
    Annex,
    Bars,
    Block,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Signature,
    Style,
    Table,
)

CSS = """
:root { color-scheme: light; }
body { font: 12.5pt/1.5 "Times New Roman", "Libertinus Serif", serif; color: #111; background: #fff;
  max-width: 19cm; margin: 2cm auto; padding: 0 1cm; overflow-wrap: anywhere; }
header { display: grid; grid-template-columns: 2fr 3fr; gap: 1rem; text-align: center; }
header p { margin: .1rem 0; } header .line { width: 40%; margin: .3rem auto; border-top: 1px solid #111; }
.draft { border: 1px solid #111; padding: .1rem .5rem; font-weight: bold; display: inline-block; }
h1, .kind { font-size: 14pt; text-align: center; margin: .3rem auto; max-width: 88%; font-weight: bold; }
.to { text-align: center; margin: 1rem 0; } h2 { font-size: 13pt; } h3 { font-size: 12.5pt; }
h4 { font-size: 12.5pt; font-style: italic; }
p.body { text-align: justify; text-indent: 1cm; margin: .4rem 0; }
p.note { font-style: italic; font-size: 11pt; } p.quote { margin: .3rem 0 .3rem 1cm; }
table { border-collapse: collapse; width: 100%; font: 9pt/1.35 "Be Vietnam Pro", Arial, sans-serif; }
caption, figcaption { font: bold 9.5pt "Be Vietnam Pro", Arial, sans-serif; padding: .6rem 0 .3rem;
  text-align: center; }
th, td { border: 1px solid #999; padding: .25rem .35rem; vertical-align: middle; } th { background: #e8e8e8; }
tr.strong td { font-weight: bold; background: #f2f2f2; }
.left { text-align: left; } .center { text-align: center; } .right { text-align: right; }
figure { margin: 1rem 0; } svg { width: 100%; height: auto; font: 9px "Be Vietnam Pro", Arial, sans-serif; }
footer { display: grid; grid-template-columns: 1fr 1.2fr; gap: 2rem; margin: 2.5rem 0 6rem; }
footer .sign { text-align: center; } footer p { margin: .2rem 0; }
section.annex { break-before: page; margin-top: 3rem; } section.annex h2 { text-align: center; }
h2, h3, h4, caption, figcaption { break-after: avoid; } tr, figure, footer { break-inside: avoid; }
footer { break-before: avoid; }
@media print { body { margin: 0; max-width: none; padding: 0; } thead { display: table-header-group; } }
"""
NEW_LINE = "\n"
INK = "#1f3a5f"
BAR, LABEL, LENGTH = 18, 230, 300
"""Height of a bar's line, where the bars begin, and how long the longest can be."""


def draw(document: Document) -> bytes:
    """Return the document as HTML."""
    parts = [
        "<!doctype html>",
        f'<html lang="{document.language}"><head><meta charset="utf-8">',
        f"<title>{escape(document.title.replace(NEW_LINE, ' '))}</title><style>{CSS}</style></head><body>",
        _letterhead(document.letterhead, document.draft),
        f'<p class="kind">{escape(document.type_name)}</p><h1>{_lines(document.title)}</h1>',
        f'<p class="to">{escape(document.addressee)}</p>' if document.addressee else "",
        *map(_block, document.blocks),
        f'<p class="body">{escape(document.closing)}</p>',
        _signature(document.signature),
        '<section class="annex">',
        *map(_block, document.annexes),
        "</section></body></html>",
    ]
    return ("\n".join(part for part in parts if part) + "\n").encode()


def _lines(text: str) -> str:
    return escape(text).replace(NEW_LINE, "<br>")


def _letterhead(head: Letterhead, draft: str) -> str:
    superior = f"<p>{escape(head.superior)}</p>" if head.superior else ""
    mark = f'<p><span class="draft">{escape(draft)}</span></p>' if draft else ""
    return (
        f'<header><div>{superior}<p><b>{_lines(head.issuer)}</b></p><div class="line"></div>'
        f"<p>{escape(head.symbol)}</p>{mark}</div>"
        f'<div><p><b>{escape(head.state)}</b></p><p><b>{escape(head.motto)}</b></p><div class="line"></div>'
        f"<p><i>{escape(head.place_and_day)}</i></p></div></header>"
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
        case Paragraph():
            return _paragraph(block)
        case Table():
            return _table(block)
        case Bars():
            return _bars(block)
        case Annex():
            return f"<h2>{escape(block.title)}<br>{escape(block.subtitle)}</h2>"


def _paragraph(block: Paragraph) -> str:
    lead = f"<b>{escape(block.lead)}</b> " if block.lead else ""
    return f'<p class="{Style(block.style).value}">{lead}{escape(block.text)}</p>'


def _table(block: Table) -> str:
    whole = sum(column.width for column in block.columns)
    widths = "".join(f'<col style="width:{column.width / whole:.1%}">' for column in block.columns)
    head = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in block.columns)
    rows = "\n".join(_row(row.cells, row.strong, block) for row in block.rows)
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    note = f'<p class="note">{escape(block.note)}</p>' if block.note else ""
    return (
        f"<table>{caption}<colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead>\n"
        f"<tbody>{rows}</tbody></table>{note}"
    )


def _row(cells: Iterable[str], strong: bool, block: Table) -> str:
    sides = (column.align.value for column in block.columns)
    written = "".join(f'<td class="{side}">{escape(cell)}</td>' for side, cell in zip(sides, cells, strict=True))
    return f'<tr class="strong">{written}</tr>' if strong else f"<tr>{written}</tr>"


def _bars(block: Bars) -> str:
    height = BAR * len(block.bars)
    drawn = "\n".join(
        f'<text x="{LABEL - 8}" y="{BAR * at + 12}" text-anchor="end">{escape(_cut(bar.label))}'
        f"<title>{escape(bar.label)}</title></text>"
        f'<rect x="{LABEL}" y="{BAR * at + 3}" width="{bar.share * LENGTH:.1f}" height="{BAR - 6}" fill="{INK}"/>'
        f'<text x="{LABEL + bar.share * LENGTH + 6:.1f}" y="{BAR * at + 12}">{escape(bar.text)}</text>'
        for at, bar in enumerate(block.bars)
    )
    return (
        f"<figure><figcaption>{escape(block.caption)}</figcaption>"
        f'<svg viewBox="0 0 640 {height}" role="img" aria-label="{escape(block.caption)}">{drawn}</svg></figure>'
    )


def _cut(label: str, longest: int = 44) -> str:
    return label if len(label) <= longest else label[: longest - 1] + "…"


def _signature(signature: Signature) -> str:
    recipients = "".join(f"<p>- {escape(one)}</p>" for one in signature.recipients)
    return (
        f"<footer><div><p><b><i>{escape(signature.recipients_title)}</i></b></p>{recipients}</div>"
        f'<div class="sign"><p><b>{_lines(signature.authority)}</b></p>'
        f"<p><i>{escape(signature.hint)}</i></p></div></footer>"
    )
