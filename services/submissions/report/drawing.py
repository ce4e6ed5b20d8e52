"""Having a document drawn: what a library draws, in a process apart, which is ended when it takes too long."""

import asyncio
import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import structlog

from services.submissions.report import draw_html
from services.submissions.report.content import Document
from services.submissions.report.errors import ReportNotDrawn
from services.submissions.report.kinds import Format

DRAW_SECONDS = 50.0
AT_ONCE = 2
"""Each drawing takes a core and some 200 MB while it lasts."""
HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DRAWN_WITH = {Format.PDF: "typst", Format.DOCX: "python-docx"}

log = structlog.get_logger()


@cache
def fingerprint(format_: Format) -> str:
    """Return what a document looks like beside its content: it changes when a renderer does."""
    names = ("content.py", "report.typ", f"draw_{format_.value}.py")
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in names)).hexdigest()
    library = DRAWN_WITH.get(format_)
    return f"{format_.value} {digest} {version(library) if library else ''}"


class Drawer:
    """Has documents drawn, so many at once and no more."""

    def __init__(self, seconds: float = DRAW_SECONDS) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._seconds = seconds

    async def draw(self, document: Document, format_: Format) -> bytes:
        """Return a document, or refuse when it is not drawn in time."""
        if format_ is Format.HTML:
            return await asyncio.to_thread(draw_html.draw, document)
        content = document.model_dump_json().encode()
        try:
            async with asyncio.timeout(self._seconds), self._free:
                return await _draw_in_child(content, format_)
        except TimeoutError:
            raise ReportNotDrawn() from None


async def _draw_in_child(content: bytes, format_: Format) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.submissions.report.child",
        format_.value,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        drawn, said = await process.communicate(content)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        log.warning("report_child_failed", code=process.returncode, said=said.decode(errors="replace")[-2000:])
        raise ReportNotDrawn()
    return drawn
