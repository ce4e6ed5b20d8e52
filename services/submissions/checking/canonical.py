"""The content hash of a report: the same figures give the same hash, whatever the format and order they came in.

Anybody can recompute it. The canonical text has one line per statement, each a JSON array without spaces, texts in
NFC, characters outside ASCII as they are, object keys sorted (what `json.dumps(line, ensure_ascii=False,
separators=(",", ":"), sort_keys=True)` gives):

    ["gcm-content",1]
    ["narrative","general",null,"words"]                     key, status or null, text or null
    ["narrative_part","task:…","evidence","words"]           key, part, text; `funding` as a number in decimals
    ["nil","TRAFFICKING"]                                    `*` for the whole report
    ["observation","LABOUR.OUT.FLOW",{"age_group":"unknown","partner_country":"JP",…},"12",null,null]

An observation holds the indicator, every dimension of the indicator with its code (`unknown` where the report
left the dimension out), the value as a text or null, the status (`not_available`, `not_applicable`) or null, the
reason or null. A value is written in decimals: no exponent, no plus sign, no leading zeros, no zeros after the
last digit behind the point, `0` for zero. Texts are trimmed and their line ends are a single line feed; an empty
text is null.

The first line stands first; all others are sorted by their UTF-8 bytes; lines are joined by one line feed, without
one at the end. The hash is SHA-256 over the UTF-8 bytes, in lower-case hexadecimal."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby, repeat
from typing import Any

import orjson

from services.submissions.checking.check import CheckResult, Observations
from services.submissions.checking.check_figures import CellStatus
from services.submissions.checking.check_narrative import PER_TASK, Kept
from services.submissions.checking.numbers import written
from services.submissions.form.definition import DimensionUse, FormDefinition

FIRST_LINE = '["gcm-content",1]'


def content_sha256(form: FormDefinition, result: CheckResult) -> str:
    """Return the hash of a checked report's content."""
    lines = [line for run in _runs(form, result.observations) for line in run]
    lines += list_other_lines(result.nil, result.narrative)
    lines.sort()  # by code points, which is the order of the UTF-8 bytes
    return hashlib.sha256("\n".join([FIRST_LINE, *lines]).encode()).hexdigest()


def list_other_lines(nil: Sequence[str], narrative: Kept) -> list[str]:
    """Return the lines of what is not a figure."""
    lines = [_line(["nil", table]) for table in nil]
    lines += [_line(["narrative", key, parts["status"], parts["text"]]) for key, parts in narrative.items()]
    return lines + [
        _line(["narrative_part", key, part, parts[part]])
        for key, parts in narrative.items()
        for part in PER_TASK
        if parts.get(part)
    ]


def begin_lines(form: FormDefinition, cells: Observations) -> Iterator[str]:
    """Give the beginning of each figure's line, as far as its value: what no other figure of a report has."""
    dimensions = {ind.code: ind.dimensions for table in form.tables for ind in table.indicators}
    start = 0
    for indicator, run in groupby(cells.indicator):
        stop = start + sum(1 for _ in run)
        keys = _key_columns(dimensions[indicator], cells, slice(start, stop))
        yield from map(
            "".join, zip(repeat(_opened(indicator, dimensions[indicator]), stop - start), *keys, strict=True)
        )
        start = stop


def end_lines(cells: Observations) -> Iterator[str]:
    """Give the rest of each figure's line."""
    numbers, statuses, end = _endings(cells)
    return map(
        "".join,
        zip(
            map(numbers.__getitem__, cells.value),
            map(statuses.__getitem__, cells.status),
            map(end.__getitem__, cells.reason),
            strict=True,
        ),
    )


def _opened(indicator: str, uses: tuple[DimensionUse, ...]) -> str:
    return f'["observation","{indicator}",{{' + ("" if uses else "},")


def _endings(cells: Observations) -> tuple[dict[Decimal | None, str], dict[str, str], dict[str | None, str]]:
    numbers = {value: "null" if value is None else f'"{written(value)}"' for value in set(cells.value)}
    statuses = {status.value: f',"{status}",' for status in CellStatus} | {CellStatus.VALUE.value: ",null,"}
    return numbers, statuses, {reason: text + "]" for reason, text in _encoded(set(cells.reason)).items()}


def _line(statement: list[Any]) -> str:
    return orjson.dumps(statement).decode()


def _runs(form: FormDefinition, cells: Observations) -> Iterator[Iterator[str]]:
    """Give the lines of each run of one indicator. Each different text is encoded once; a line is only joined."""
    dimensions = {ind.code: ind.dimensions for table in form.tables for ind in table.indicators}
    numbers, statuses, end = _endings(cells)
    start = 0
    for indicator, run in groupby(cells.indicator):
        stop = start + sum(1 for _ in run)
        yield map(
            "".join,
            zip(
                repeat(_opened(indicator, dimensions[indicator])),
                *_key_columns(dimensions[indicator], cells, slice(start, stop)),
                map(numbers.__getitem__, cells.value[start:stop]),
                map(statuses.__getitem__, cells.status[start:stop]),
                map(end.__getitem__, cells.reason[start:stop]),
                strict=False,
            ),
        )
        start = stop


def _key_columns(uses: tuple[DimensionUse, ...], cells: Observations, run: slice) -> list[Iterator[str]]:
    """Return, for each dimension by name, its column written as `"dimension":"code",`; the last closes the key."""
    columns = (cells.d1[run], cells.d2[run], cells.d3[run], cells.d4[run])
    named = sorted(zip((use.dimension for use in uses), columns, strict=False), key=lambda pair: pair[0])
    written_columns: list[Iterator[str]] = []
    for place, (name, column) in enumerate(named, start=1):
        after = "}," if place == len(named) else ","
        texts = {code: f'"{name}":{text}{after}' for code, text in _encoded(set(column)).items()}
        written_columns.append(map(texts.__getitem__, column))
    return written_columns


def _encoded(texts: Iterable[str | None]) -> dict[str | None, str]:
    return {text: orjson.dumps(text).decode() for text in texts}
