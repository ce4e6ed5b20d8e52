"""LibreOffice as tests use it: one that runs, or a word that it is missing and how to install it."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

TYPIST = Path(__file__).with_name("typist.py")
INSTALL = "sudo apt-get install -y --no-install-recommends libreoffice-calc-nogui python3-uno"
PATIENCE = 60.0


class Clerk:
    """Somebody who works in LibreOffice."""

    def __init__(self, program: asyncio.subprocess.Process) -> None:
        self._program = program

    async def open(self, path: Path) -> None:
        await self._order("open", path=str(path))

    async def type(self, cells: dict[str, str], sheet: str = "LABOUR") -> None:
        """Type into cells of one sheet."""
        await self._order("type", cells=[(f"{sheet}!{cell}", text) for cell, text in cells.items()])

    async def merge(self, place: str) -> None:
        await self._order("merge", place=place)

    async def read(self, *places: str) -> list[str]:
        """Return what cells show."""
        shown: list[str] = await self._order("read", places=places)
        return shown

    async def save(self, path: Path) -> Path:
        """Save as what the name says: .xlsx, .ods or .csv."""
        await self._order("save", path=str(path))
        return path

    async def close(self) -> None:
        await self._order("close")

    async def _order(self, act: str, **how: Any) -> Any:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps({"act": act, **how}).encode() + b"\n")
        line = await asyncio.wait_for(self._program.stdout.readline(), PATIENCE)
        assert line, f"LibreOffice ended while it was to {act}"
        return json.loads(line)


@asynccontextmanager
async def a_clerk(folder: Path) -> AsyncIterator[Clerk]:
    """Start LibreOffice with settings of its own; skip where there is none."""
    python = await asyncio.to_thread(_python_with_uno)
    if python is None or shutil.which("soffice") is None:
        pytest.skip(f"LibreOffice is not installed: {INSTALL}")
    with (folder / "libreoffice.log").open("w") as log:
        program = await asyncio.create_subprocess_exec(
            python,
            str(TYPIST),
            str(folder / "profile"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        try:
            yield Clerk(program)
        finally:
            assert program.stdin is not None
            program.stdin.close()
            await asyncio.wait_for(program.wait(), PATIENCE)


def _python_with_uno() -> str | None:
    """Return the Python that speaks to LibreOffice: the one of the system, not ours."""
    for python in ("/usr/bin/python3", "/usr/lib/libreoffice/program/python", sys.executable):
        asked = [python, "-c", "import uno"]
        if Path(python).exists() and subprocess.run(asked, stderr=subprocess.DEVNULL).returncode == 0:
            return python
    return None
