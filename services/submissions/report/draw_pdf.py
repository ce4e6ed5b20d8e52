"""Draws a document as PDF/A. The typesetter sees two files: its template, and the document as data."""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from services.submissions.report.content import Document

TEMPLATE = Path(__file__).with_name("report.typ")
FONTS = "fontpkg_be_vietnam_pro"
STANDARD = "a-2a"
DRAWABLE = (
    "\n -\u007e\u00a0-\u024f\u0391-\u03a1\u03a3-\u03ce\u0400-\u045f\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u203f\u20ab\u20ac\u2190-\u22ff\u2500-\u25ff"
)
"""What the fonts have. A page for archives may not hold what no font of it can show."""
UNDRAWABLE, INSTEAD = re.compile(f"[^{DRAWABLE}]"), "\ufffd"
LONG_WORD = re.compile(r"\S{32}(?=\S)")
MAY_BREAK = "\u200b"


def draw(document: Document) -> bytes:
    """Return the document as PDF/A-2a: the same document always gives the same bytes."""
    return _compile(document, "pdf", pdf_standards=[STANDARD])[0]


def draw_pages(document: Document, ppi: float) -> list[bytes]:
    """Return the pages as PNG, to look at."""
    return _compile(document, "png", ppi=ppi)


def _compile(document: Document, format_: str, **options: Any) -> list[bytes]:
    import typst

    data = json.dumps(_drawable(document.model_dump(mode="json")), ensure_ascii=False)
    files = {"main.typ": TEMPLATE.read_bytes(), "document.json": data.encode()}
    with TemporaryDirectory() as nowhere:
        compile_files: Any = typst.compile  # its stubs do not know that files may be given as a mapping
        drawn = compile_files(
            files,
            root=nowhere,
            font_paths=[str(_fonts())],
            ignore_system_fonts=True,
            package_path=nowhere,
            package_cache_path=nowhere,
            format=format_,
            **options,
        )
    return drawn if isinstance(drawn, list) else [drawn]


def _fonts() -> Path:
    spec = find_spec(FONTS)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "files"


def _drawable(node: Any) -> Any:
    """Mark what no font can show, and let words without end break: a line of them would leave the page."""
    if isinstance(node, str):
        return LONG_WORD.sub(lambda word: word[0] + MAY_BREAK, UNDRAWABLE.sub(INSTEAD, node))
    if isinstance(node, list):
        return [_drawable(one) for one in node]
    if isinstance(node, dict):
        return {name: _drawable(value) for name, value in node.items()}
    return node
