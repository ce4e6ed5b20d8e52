"""Checking a CSV file of any length in the memory of a part of it: two runs over the file and one over its sorted
lines. What is found, in which order, and the content hash are what `checking.check` and `canonical` give for the
same file as a whole; tests compare the two."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import compress, repeat
from pathlib import Path
from typing import IO, Any

import orjson

from services.submissions.checking.canonical import FIRST_LINE, begin_lines, end_lines, list_other_lines
from services.submissions.checking.catalogue import Severity
from services.submissions.checking.check import Observations, assemble, check_as_a_whole
from services.submissions.checking.check_figures import check_figures, check_reasons
from services.submissions.checking.check_keys import Group, found_left_out, found_repeated, group_rows
from services.submissions.checking.check_rules import figures_of, indicators_judged
from services.submissions.checking.codebook import Codebook
from services.submissions.checking.content import ParsedContent
from services.submissions.checking.explaining import Explanations
from services.submissions.checking.findings import Finding
from services.submissions.intake.adding import sums_of
from services.submissions.intake.csv_parts import CsvParts
from services.submissions.intake.overview import Overview
from services.submissions.intake.progress import Progress
from services.submissions.intake.spool import SortedFindings, SortedLines, open_spool
from services.submissions.intake.streamed import Streamed
from services.submissions.submission.judging import Basis
from services.submissions.submission.writing import FigureWriter

MOST_FINDINGS = 500_000
"""Findings of one report that are listed; beyond them they are only counted."""
MARK = "\x00"
"""Divides a sorted line into key, row and rest of the canonical line. JSON never writes it as it is."""
ROW = re.compile(rb"\x00\d*\x00")


class StreamCheck:
    """One check of one file."""

    def __init__(
        self, file: IO[bytes], basis: Basis, nil: Iterable[str], folder: Path | None, progress: Progress
    ) -> None:
        self._file, self._basis, self._form = file, basis, basis.form
        self._nil, self._folder, self._progress = list(nil), folder, progress
        self._length = max(file.seek(0, 2), 1)
        self._codebook = Codebook(basis.form, basis.period.end)
        self._overview = Overview(self._codebook)
        self._wanted = indicators_judged(basis.form) | basis.context.beside.history.keys()
        self._sums = sums_of(basis.form, self._wanted)
        self._streamed = Streamed(
            basis.owed, basis.form, open_spool(folder), SortedFindings(folder, MOST_FINDINGS)
        )
        self._explanations = Explanations()
        self._places: Any = None

    def run(self) -> Streamed:
        """Check the file; whoever asked closes what comes of it."""
        with ExitStack() as files:
            files.callback(self._streamed.close)
            lines = SortedLines(self._folder)
            with closing(lines):
                self._check(lines)
            files.pop_all()
        return self._streamed

    def _check(self, lines: SortedLines) -> None:
        streamed, parts = self._streamed, CsvParts(self._file, self._form)
        for content in parts.parts():
            self._progress.reach(30 * parts.bytes_read / self._length)
            self._overview.see(content)
            self._explanations.see(content)
            self._note(content.findings)
        self._places = parts.places()
        self._note(parts.find_in_header())
        if streamed.found.counts[Severity.BLOCKER]:
            return
        self._check_parts(parts, lines)
        self._check_whole(self._check_lines(lines))
        if not streamed.is_acceptable:
            streamed.sha256 = ""

    def _note(self, findings: Sequence[Finding]) -> None:
        self._streamed.explanations += self._explanations.match(findings)
        self._streamed.found.add(findings, _as_json)

    # -- the second run: row by row --------------------------------------------------------------------

    def _check_parts(self, parts: CsvParts, lines: SortedLines) -> None:
        cycle = self._basis.owed[1]
        left_out = set(self._overview.left_out)
        writer = FigureWriter(
            self._streamed.figures, cycle.period_end.year, self._streamed.id, self._overview.first_lines()
        )
        for content in parts.parts():
            self._progress.reach(30 + 50 * parts.bytes_read / self._length)
            out: list[Finding] = []
            groups = group_rows(content, self._codebook, out, left_out)
            values = [check_figures(group, content, out) for group in groups]
            check_reasons(content, out)
            self._note(out)
            for indicator, figures in figures_of(groups, values, content, self._wanted).items():
                self._sums[indicator].add(figures)
            cells = assemble(content, groups, values)
            lines.add(self._lines_of(groups, cells))
            if self._streamed.is_acceptable:
                writer.write(cells)
                self._streamed.cells.update(cells.count_cells())

    def _lines_of(self, groups: list[Group], cells: Observations) -> Iterator[str]:
        """Give the sorted lines of figures whose codes are all there; their rests while the hash may be needed."""
        ends = end_lines(cells) if self._streamed.is_acceptable else repeat("", len(cells))
        records = zip(begin_lines(self._form, cells), map("{:012d}".format, cells.row), ends, strict=True)
        lines = map(MARK.join, records)
        if not any(None in codes for group in groups for codes in group.codes):
            return lines
        is_whole = (None not in codes for group in groups for codes in _rows_of(group))
        return compress(lines, is_whole)

    # -- the run over the sorted lines: what is given twice, and the hash ------------------------------

    def _check_lines(self, lines: SortedLines) -> set[str]:
        """Find figures that are given more than once, and hash the content. Return their indicators."""
        lines.add(line + MARK + MARK for line in list_other_lines(sorted(set(self._nil)), {}))
        digest, repeats, number = hashlib.sha256(FIRST_LINE.encode()), Repeats(), 0
        for block in lines.merged():
            self._note([found_repeated(*one, self._places) for one in repeats.find(block)])
            digest.update(b"\n" + ROW.sub(b"", b"".join(block))[:-1])
            number += len(block)
            self._progress.reach(80 + 15 * number / max(self._overview.row_count, number))
        self._streamed.sha256 = digest.hexdigest()
        return repeats.indicators

    def _check_whole(self, repeated: set[str]) -> None:
        """Check what is not said in one row. Of each indicator one row stands for all."""
        overview, streamed, out = self._overview, self._streamed, list[Finding]()
        out += [found_left_out(one, overview.first_rows[one[0]], self._places) for one in overview.left_out]
        content = ParsedContent(
            self._places, list(overview.first_rows.values()), [], {}, [], [], [], nil=self._nil
        )
        content.indicator = [True] * overview.row_count if not overview.counts else list(overview.counts)
        groups = [Group(book, [at], []) for at, book in enumerate(overview.books)]
        own = {
            indicator: sums.figures(is_repeated=indicator in repeated)
            for indicator, sums in self._sums.items()
            if indicator in overview.counts
        }
        context = self._basis.context
        streamed.nil, streamed.narrative = check_as_a_whole(self._form, content, context, groups, own, out)
        self._note(out)
        self._note([*self._explanations.findings, *self._explanations.find_unneeded()])


class Repeats:
    """Figures that are given more than once, found among sorted lines."""

    def __init__(self) -> None:
        self.indicators: set[str] = set()
        self._known, self._first = b"", 0

    def find(self, block: list[bytes]) -> Iterator[tuple[str, int, int]]:
        """Give the indicator, the first row and the row of each figure that an earlier line gave."""
        keys = [line.partition(MARK.encode())[0] for line in block]
        is_plain = keys[0] != self._known and len(set(keys)) == len(keys)
        for line in block[-1:] if is_plain else block:
            key, row, _ = line.split(MARK.encode())
            if key == self._known:
                indicator = orjson.loads(key[:-1] + b"]")[1]
                self.indicators.add(indicator)
                yield indicator, self._first, int(row)
            elif row:
                self._known, self._first = key, int(row)


def _rows_of(group: Group) -> Iterable[tuple[Any, ...]]:
    return zip(*group.codes, strict=True) if group.codes else repeat((), len(group.positions))


def _as_json(finding: Finding) -> str:
    return orjson.dumps(finding.as_wire()).decode()
