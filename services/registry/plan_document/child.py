"""The process that reads one file, apart from the worker: what a file does to it ends with it.

A line of JSON (what the file is, every known name) and the bytes of the file come in; the items, or why it is not
read, go out as JSON. It has no database, no keys, and little memory.
"""

import resource
import sys
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from kernel.errors import Problem
from services.registry.document.files import read_file
from services.registry.document.names import KnownName, NameBook, Names
from services.registry.document.reader import read_source
from services.registry.document.sources import Source
from services.registry.plan_document.proposing import Lines, propose

MOST_MEMORY = 1 << 30
MOST_CPU_SECONDS = 90


@dataclass
class BookOfProvince(NameBook):
    """A dictionary for a file that does not say itself which province speaks, such as an annex alone."""

    spoken_in: str | None = None

    def on(self, day: date | None, province: str | None) -> Names:
        """Give the names as the file's own province uses them, else the one that came with the upload."""
        return super().on(day, province or self.spoken_in)


def main() -> None:
    """Read one file from stdin."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = orjson.loads(sys.stdin.buffer.readline())
    sys.stdout.buffer.write(orjson.dumps(read(sys.stdin.buffer.read(), order["content_type"], book_of(order))))


def book_of(order: dict[str, Any]) -> BookOfProvince:
    """Return the dictionary that comes with a file."""
    return BookOfProvince(tuple(_known(one) for one in order["known"]), spoken_in=order["province"])


def read(content: bytes, content_type: str, book: NameBook) -> dict[str, Any]:
    """Return what is read of a file, or the problem that it is."""
    try:
        source = read_file(content, content_type)
        proposal = read_source(source, book)
    except Problem as problem:
        return {
            "refused": {"code": problem.code, "title": problem.title, "detail": problem.detail, **problem.facts}
        }
    return vars(propose(proposal, Lines(_texts(source), source.place_of)))


def _texts(source: Source) -> dict[int, str]:
    """Return every line of a file as one text, the rows of its tables too."""
    texts = {line.number: line.text for line in source.lines}
    for grid in source.grids:
        for row in grid.rows:
            cells = (cell.text for cell in row.cells if not (cell.from_left or cell.from_above))
            texts[row.line] = " | ".join(cell for cell in cells if cell)
    return texts


def _known(one: dict[str, Any]) -> KnownName:
    days = {side: date.fromisoformat(one[side]) if one[side] else None for side in ("valid_from", "valid_to")}
    return KnownName(**{**one, **days, "names": tuple(one["names"])})


if __name__ == "__main__":
    main()
