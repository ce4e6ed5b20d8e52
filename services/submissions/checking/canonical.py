"""The content hash of a report: the same figures give the same hash, whatever the format and order they came in.

Anybody can recompute it. The canonical text has one line per statement, each a JSON array without spaces, texts in
NFC, characters outside ASCII as they are, object keys sorted (what `json.dumps(line, ensure_ascii=False,
separators=(",", ":"), sort_keys=True)` gives):

    ["gcm-content",1]
    ["narrative","general",null,"words"]                     key, status or null, text or null
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
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import orjson

from services.submissions.checking.check import CheckResult, Observations
from services.submissions.checking.check_figures import CellStatus
from services.submissions.form.definition import FormDefinition

FIRST_LINE = b'["gcm-content",1]'


def content_sha256(form: FormDefinition, result: CheckResult) -> str:
    """Return the hash of a checked report's content."""
    lines = _observation_lines(form, result.observations)
    lines += [_line(["nil", table]) for table in result.nil]
    lines += [
        _line(["narrative", key, parts["status"], parts["text"]]) for key, parts in result.narrative.items()
    ]
    lines.sort()
    return hashlib.sha256(b"\n".join([FIRST_LINE, *lines])).hexdigest()


def written(value: Decimal) -> str:
    """Return a number in the canonical notation."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _line(statement: list[Any]) -> bytes:
    return orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)


def _observation_lines(form: FormDefinition, cells: Observations) -> list[bytes]:
    """Each different text is encoded once; a line is then only joined."""
    names = _sorted_dimensions(form)
    dimensions = (cells.d1, cells.d2, cells.d3, cells.d4)
    texts = _encoded({*cells.reason, *(code for column in dimensions for code in set(column))})
    numbers = {value: f'"{written(value)}"' for value in set(cells.value) if value is not None}
    statuses = {status: f'"{status}"' for status in CellStatus} | {CellStatus.VALUE: "null"}
    rows = zip(cells.indicator, *dimensions, cells.value, cells.status, cells.reason, strict=True)
    lines = []
    for indicator, d1, d2, d3, d4, value, status, reason in rows:
        codes = (d1, d2, d3, d4)
        key = ",".join([name + texts[codes[place]] for place, name in names[indicator]])
        number = "null" if value is None else numbers[value]
        lines.append(
            f'["observation","{indicator}",{{{key}}},{number},{statuses[status]},{texts[reason]}]'.encode()
        )
    return lines


def _sorted_dimensions(form: FormDefinition) -> dict[str, list[tuple[int, str]]]:
    return {
        indicator.code: sorted(
            ((place, f'"{use.dimension}":') for place, use in enumerate(indicator.dimensions)),
            key=lambda pair: pair[1],
        )
        for table in form.tables
        for indicator in table.indicators
    }


def _encoded(texts: Iterable[str | None]) -> dict[str | None, str]:
    return {text: orjson.dumps(text).decode() for text in texts}
