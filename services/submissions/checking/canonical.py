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
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from typing import Any

import orjson

from services.submissions.checking.check import CheckResult, Observations
from services.submissions.checking.check_figures import CellStatus
from services.submissions.checking.check_narrative import PER_TASK, Kept
from services.submissions.checking.joining import Column, always, join_rows
from services.submissions.checking.numbers import written
from services.submissions.form.definition import FormDefinition

FIRST_LINE = '["gcm-content",1]'


def content_sha256(form: FormDefinition, result: CheckResult) -> str:
    """Return the hash of a checked report's content."""
    lines = list(_lines(form, result.observations))
    lines += list_other_lines(result.nil, result.narrative)
    lines.sort()  # by code points, which is the order of the UTF-8 bytes
    return hashlib.sha256("\n".join([FIRST_LINE, *lines]).encode()).hexdigest()


def list_other_lines(nil: Sequence[str], narrative: Kept) -> list[str]:
    """Return the lines of what is not a figure."""
    lines = [_json(["nil", table]) for table in nil]
    lines += [_json(["narrative", key, parts["status"], parts["text"]]) for key, parts in narrative.items()]
    return lines + [
        _json(["narrative_part", key, part, parts[part]])
        for key, parts in narrative.items()
        for part in PER_TASK
        if parts.get(part)
    ]


def begin_lines(form: FormDefinition, cells: Observations) -> Iterator[str]:
    """Give the beginning of each figure's line, as far as its value: what no other figure of a report has."""
    return chain.from_iterable(join_rows(run.stop - run.start, keys) for run, keys in _keys(form, cells))


def end_lines(cells: Observations) -> Iterator[str]:
    """Give the rest of each figure's line."""
    return join_rows(len(cells), _endings(cells))


def _lines(form: FormDefinition, cells: Observations) -> Iterator[str]:
    endings = _endings(cells)
    for run, keys in _keys(form, cells):
        ends = [(texts, column[run]) for texts, column in endings]
        yield from join_rows(run.stop - run.start, [*keys, *ends])


def _keys(form: FormDefinition, cells: Observations) -> Iterator[tuple[slice, list[Column]]]:
    """Give each run of one indicator: how its lines begin, and its dimensions by name as `"dimension":"code",`."""
    dimensions = {ind.code: ind.dimensions for table in form.tables for ind in table.indicators}
    start = 0
    for indicator, cells_of_it in groupby(cells.indicator):
        run = slice(start, start + sum(1 for _ in cells_of_it))
        start = run.stop
        uses = dimensions[indicator]
        columns = (cells.d1[run], cells.d2[run], cells.d3[run], cells.d4[run])
        named = sorted(zip((use.dimension for use in uses), columns, strict=False), key=lambda pair: pair[0])
        opened = always(f'["observation","{indicator}",{{')
        yield run, [opened, *(_key(name, column, at > 0) for at, (name, column) in enumerate(named)), always("},")]


def _key(name: str, codes: Sequence[str | None], is_later: bool) -> Column:
    begin = f',"{name}":' if is_later else f'"{name}":'
    return {code: begin + _json(code) for code in set(codes)}, codes


def _endings(cells: Observations) -> list[Column]:
    """Return value, status and reason as they are written."""
    numbers = {value: "null" if value is None else f'"{written(value)}"' for value in set(cells.value)}
    statuses = {one: "," + _json(None if one == CellStatus.VALUE else one) for one in set(cells.status)}
    reasons = {reason: f",{_json(reason)}]" for reason in set(cells.reason)}
    return [(numbers, cells.value), (statuses, cells.status), (reasons, cells.reason)]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
