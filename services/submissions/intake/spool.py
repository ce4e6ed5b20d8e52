"""Sorting more than fits into memory: sorted runs in files without a name, merged while they are read.

Such a file is gone when its process is, however that ends."""

import heapq
import pickle
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from services.submissions.checking.findings import Finding

LINES_IN_MEMORY = 60_000
WRITTEN_AT_ONCE = 5_000
READ_AT_ONCE = 64 * 1024
"""Bytes of each file."""
FINDINGS_IN_MEMORY = 20_000

FindingRow = tuple[tuple[int, int, int, str], str, int, str]
"""Its place, its rule, its number, and its JSON."""


def open_spool(folder: Path | None) -> BinaryIO:
    """Return a file that nobody else can open."""
    return cast("BinaryIO", tempfile.TemporaryFile(dir=folder, prefix="gcm-"))


class SortedLines:
    """Lines of text in the order of their UTF-8 bytes."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lines: list[str] = []
        self._runs: list[IO[bytes]] = []

    def add(self, lines: Iterable[str]) -> None:
        """Take lines in; none holds a line feed."""
        self._lines += lines
        if len(self._lines) >= LINES_IN_MEMORY:
            self._spill()

    def merged(self) -> Iterator[list[bytes]]:
        """Give all lines in order, each with its line feed, many at a time."""
        self._spill()
        for file in self._runs:
            file.seek(0)
        read = [(file, file.readlines(READ_AT_ONCE)) for file in self._runs]
        while read:
            last = min(lines[-1] for _, lines in read)  # what is not yet read stands behind it
            block: list[bytes] = []
            rest = []
            for file, lines in read:
                at = bisect_right(lines, last)
                block += lines[:at]
                if left := lines[at:] or file.readlines(READ_AT_ONCE):
                    rest.append((file, left))
            block.sort()
            yield block
            read = rest

    def close(self) -> None:
        """Let go of the files."""
        for run in self._runs:
            run.close()

    def _spill(self) -> None:
        if not self._lines:
            return
        self._lines.sort()  # by code points, which is the order of the UTF-8 bytes
        run = open_spool(self._folder)
        for start in range(0, len(self._lines), WRITTEN_AT_ONCE):
            run.write("\n".join(self._lines[start : start + WRITTEN_AT_ONCE]).encode() + b"\n")
        self._runs.append(run)
        self._lines = []


class SortedFindings:
    """Findings in the order of their places, then of their rules; up to a limit, but all are counted."""

    def __init__(self, folder: Path | None, most: int) -> None:
        self._folder, self._most = folder, most
        self._rows: list[FindingRow] = []
        self._runs: list[IO[bytes]] = []
        self._number = 0
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> Counter[str]:
        """How many there are of each severity."""
        return self._counts

    @property
    def kept(self) -> int:
        """How many are kept."""
        return min(self._number, self._most)

    @property
    def is_complete(self) -> bool:
        """Whether all are kept."""
        return self._number <= self._most

    def add(self, findings: Iterable[Finding], write: Any) -> None:
        """Take findings in; `write` turns one into JSON."""
        for one in findings:
            self._counts[one.severity] += 1
            self._number += 1
            if self._number <= self._most:
                self._rows.append((one.place.order, one.rule, self._number, write(one)))
                if len(self._rows) >= FINDINGS_IN_MEMORY:
                    self._spill()

    def merged(self) -> Iterator[str]:
        """Give the JSON of each in order."""
        self._rows.sort()
        for run in self._runs:
            run.seek(0)
        parts = [_unpickled(run) for run in self._runs]
        return (row[3] for row in heapq.merge(*parts, self._rows))

    def close(self) -> None:
        """Let go of the files."""
        for run in self._runs:
            run.close()

    def _spill(self) -> None:
        self._rows.sort()
        run = open_spool(self._folder)
        for row in self._rows:
            pickle.dump(row, run, pickle.HIGHEST_PROTOCOL)
        self._runs.append(run)
        self._rows = []


def _unpickled(run: IO[bytes]) -> Iterator[FindingRow]:
    while True:
        try:
            yield pickle.load(run)
        except EOFError:
            return
