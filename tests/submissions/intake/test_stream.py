"""A file that is checked in parts: whatever is in it, findings, hash and figures are those of the whole check."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.errors import Problem
from services.submissions.checking.beside import Beside, Past
from services.submissions.checking.canonical import content_sha256
from services.submissions.checking.check import Observations, ReportContext, check, count_figures
from services.submissions.checking.read_csv import read_csv
from services.submissions.cycle.periods import read_period
from services.submissions.form.definition import FormDefinition
from services.submissions.form.rule_definition import FormRule
from services.submissions.intake import csv_parts, spool, stream
from services.submissions.intake.errors import RowsTooLong
from services.submissions.intake.progress import JobLost, Progress
from services.submissions.intake.stream import StreamCheck
from services.submissions.submission.judging import Basis
from tests.submissions.checking.builders import a_form

HEADER = ("indicator", "sex", "age_group", "partner_country", "skill_level", "value", "status", "reason")
ROW = ("LABOUR.OUT.FLOW", "female", "adult", "JP", "skilled", "12", "", "")
RULES = (
    ("by-country", "[LABOUR.OUT.FLOW] >= [LABOUR.OUT.STOCK] each partner_country"),
    ("women", "[LABOUR.OUT.FLOW; sex=female] <= 40"),
    ("either", "available([LABOUR.OUT.FLOW; sex=male]) or [LABOUR.OUT.STOCK] > 5"),
)


@pytest.fixture(autouse=True)
def tiny_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every few rows be a part, and every few lines a file."""
    monkeypatch.setattr(csv_parts, "STEP", 2)
    monkeypatch.setattr(csv_parts, "PART_CHARACTERS", 120)
    monkeypatch.setattr(csv_parts, "BLOCK", 7)
    monkeypatch.setattr(spool, "LINES_IN_MEMORY", 3)
    monkeypatch.setattr(spool, "FINDINGS_IN_MEMORY", 2)
    monkeypatch.setattr(spool, "READ_AT_ONCE", 200)


def with_rules() -> FormDefinition:
    form = a_form()
    rules = tuple(
        FormRule.model_validate(
            {
                "id": name,
                "severity": "warning",
                "kind": "cross_cell",
                "expression": expression,
                "message_vi": "Không khớp.",
                "message_en": "Does not fit.",
                "on": ["LABOUR"],
            },
            strict=False,
        )
        for name, expression in RULES
    )
    return form.model_copy(update={"rules": rules})


HISTORY = {
    "LABOUR.OUT.FLOW": tuple(Past(f"202{n}-S1", Decimal(100 + n)) for n in range(6)),
    "LABOUR.OUT.STOCK": (Past("2025-S2", Decimal(9_000)),),
}
CONTEXT = replace(ReportContext(plan="KH-167-HATINH"), beside=Beside(history=HISTORY))


def whole(raw: bytes, form: FormDefinition, nil: list[str]) -> Any:
    """Return what the whole check says."""
    try:
        content = read_csv(raw, form, nil)
    except Problem as problem:
        return problem.body("", "")
    result = check(form, read_period("2026-S1"), content, CONTEXT)
    found = [json.loads(orjson.dumps(one.as_wire())) for one in result.findings]
    if not result.is_acceptable:
        return found, result.counts, None, None
    hashed, explained = content_sha256(form, result), sorted(result.explanations)
    cells = result.observations
    return found, result.counts, hashed, rows_of(cells), explained, cells.count_cells()


def rows_of(cells: Observations) -> list[tuple[str | None, ...]]:
    values = ["" if value is None else str(value.normalize()) for value in cells.value]
    columns = (cells.indicator, cells.d1, cells.d2, cells.d3, cells.d4, values, cells.status, cells.reason)
    return [(str(line), *row) for line, row in enumerate(zip(*columns, strict=True), 1)]


def in_parts(raw: bytes, form: FormDefinition, nil: list[str]) -> Any:
    """Return what the check in parts says."""
    cycle = SimpleNamespace(period_end=date(2026, 6, 30))
    basis = Basis(cast("Any", (None, cycle, None)), form, cast("Any", read_period("2026-S1")), CONTEXT)
    try:
        streamed = StreamCheck(io.BytesIO(raw), basis, nil, None, Progress()).run()
    except Problem as problem:
        return problem.body("", "")
    found = [json.loads(one) for one in streamed.found.merged()]
    rows = sorted(written_rows(streamed), key=lambda row: int(row[0]))
    streamed.close()
    if not streamed.is_acceptable:
        assert streamed.sha256 == ""
        return found, streamed.counts, None, None
    assert count_figures(streamed.cells) == len(rows)
    return found, streamed.counts, streamed.sha256, rows, sorted(streamed.explanations), streamed.cells


def written_rows(streamed: Any) -> Iterator[tuple[str | None, ...]]:
    """Read what was written for COPY."""
    streamed.figures.seek(0)
    for line in streamed.figures.read().decode().splitlines():
        year, submission, *cells = line.split("\t")
        assert (year, submission) == ("2026", str(streamed.id))
        read = [None if cell == "\\N" else unescaped(cell) for cell in cells]
        read[6] = "" if read[6] is None else str(Decimal(read[6]).normalize())
        yield tuple(read)


def unescaped(cell: str) -> str:
    marked = cell.replace("\\\\", "\x00").replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r")
    return marked.replace("\x00", "\\")


def written(rows: list[tuple[str, ...]], separator: str = ",", header: tuple[str, ...] = HEADER) -> bytes:
    def quoted(cell: str) -> str:
        return f'"{cell.replace(chr(34), chr(34) * 2)}"' if any(c in cell for c in f'{separator}"\n\r') else cell

    return "\n".join(separator.join(map(quoted, row)) for row in (header, *rows)).encode()


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True))


MANY = [changed(partner_country=code, value=str(n)) for n, code in enumerate(("JP", "KR", "TW", "DE", "SA", "QA"))]
STOCK = [changed(indicator="LABOUR.OUT.STOCK", partner_country=one[3]) for one in MANY]
SAID = (*HEADER, "Giải trình")
NOT_THERE = changed(value="", status="not_available", reason="Chưa\tđối \\chiếu\nvới sổ")
FILES = {
    "right": written(MANY),
    "two indicators, mixed": written([row for pair in zip(MANY, STOCK, strict=True) for row in pair]),
    "a reason with everything": written([*MANY, changed(sex="male"), NOT_THERE]),
    "twice, thrice": written([*MANY, MANY[2], *STOCK, MANY[2], changed(value="99")]),
    "twice with an unknown code": written([changed(sex="xyz"), *MANY, changed(sex="xyz")]),
    "a required code is missing": written([*MANY, changed(partner_country=""), changed(partner_country="")]),
    "a dimension is left out": written([changed(age_group="", partner_country=c) for c in ("JP", "KR", "DE")]),
    "left out and then not": written([changed(age_group=""), changed(age_group="", sex="male"), *MANY]),
    "left out of one of two": written([*MANY, *((*row[:2], "", *row[3:]) for row in STOCK)]),
    "no column for it": written(
        [(r[0], r[1], r[3], r[5]) for r in MANY], header=(*HEADER[:2], HEADER[3], "value")
    ),
    "unknown indicator": written([*MANY, changed(indicator="LABOUR.OUT"), changed(indicator="")]),
    "only unknown indicators": written([changed(indicator="X"), changed(indicator="Y")]),
    "numbers": written([changed(value=v) for v in ("-1", "1e30", "NaN", "1.5", "12 người", "1.234,5", " 7 ", "")]),
    "semicolons": written([*MANY, changed(value="1.234,5"), changed(value="1.234")], ";"),
    "sep": b"sep=;\n" + written(MANY, ";"),
    "statuses": written([changed(status="x"), changed(value="", status="not_available"), NOT_THERE]),
    "unfilled rows": written([*MANY, ("LABOUR.OUT.STOCK", *[""] * 7), ("LABOUR.OUT.FLOW", *[""] * 7)]),
    "long rows": written([*MANY, (*ROW, "x"), (*ROW, ""), ROW[:3]]),
    "nameless column": written([(*row, "") for row in MANY], header=(*HEADER, "")),
    "nameless column with a cell": written([*((*row, "") for row in MANY), (*ROW, "x")], header=(*HEADER, "")),
    "unknown column": written([(*row, "") for row in MANY], header=(*HEADER, "nước")),
    "column twice": written([(*row, "1") for row in MANY], header=(*HEADER, "value")),
    "no value column": written([row[:5] for row in MANY], header=HEADER[:5]),
    "Vietnamese names": written(MANY, header=("Mã chỉ tiêu", *HEADER[1:5], "Giá trị", "Trạng thái", "Lý do")),
    "blank lines": b"\n\n" + written(MANY).replace(b"\n", b"\n\n,,,\n"),
    "explained": written([(*row, f"vì {row[3]}" if row[3] > "K" else "") for row in MANY], header=SAID),
    "explained where nothing is to explain": written(
        [(*row, "vì thế") for row in (*MANY, changed(sex="male", value="88"))], header=SAID
    ),
    "explained wrongly": written([(*row, "x" * n * 4_000 + "\x07") for n, row in enumerate(MANY)], header=SAID),
    "many columns": written([], header=(*HEADER, *("x",) * 20_000)),
    "many columns, sep": b"sep=;\n" + written([], ";", header=(*HEADER, *("x",) * 20_000)),
    "header only": written([]),
    "empty": b"",
    "blank": b" \n ,\n",
    "utf-16": written([*MANY, NOT_THERE]).decode().encode("utf-16"),
    "bom": "﻿".encode() + written([*MANY, NOT_THERE]),
    "carriage returns": written(MANY).replace(b"\n", b"\r"),
    "both": written(MANY).replace(b"\n", b"\r\n"),
    "broken letter": written(MANY) + b"\nTh\xf4ng,",
    "letter cut off": written(MANY) + "\nThô".encode()[:-1],
    "nul": written(MANY) + b"\nx\x00y",
    "open quote": written(MANY) + b'\n"LABOUR',
    "stray quote": written(MANY) + b'\n"LABOUR"x,',
    "stray quote in the header": b'"indicator"x,value\n',
    "windows": "indicator,value\nThống kê,1\n".encode("cp1258", "replace"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("nil", [[], ["TRAFFICKING", "LABOUR", "NO.SUCH"], ["*"], ["TRAFFICKING", "TRAFFICKING"]])
def test_a_file_is_judged_in_parts_as_it_is_as_a_whole(name: str, nil: list[str]):
    assert in_parts(FILES[name], with_rules(), nil) == whole(FILES[name], with_rules(), nil)


CELLS = {
    "indicator": ["LABOUR.OUT.FLOW"] * 6 + ["LABOUR.OUT.STOCK", "STUDENT.OUT.FLOW", "labour.out.flow", "X", ""],
    "sex": ["female", "male", "unknown", "female", "nữ", ""],
    "age_group": ["adult", "unknown", "", "child"],
    "partner_country": ["JP", "KR", "TW", "DE", "JP", "", "XX"],
    "skill_level": ["skilled", "unknown", ""],
    "value": ["1", "0", "12", "250", "007", "", "", "-3", "1,5", "a"],
    "status": ["", "", "", "", "not_available", "not_applicable", "?"],
    "reason": ["", "", "lý do", 'a "b"\nc'],
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(*(st.sampled_from(cells) for cells in CELLS.values())), max_size=14),
    separator=st.sampled_from(",;\t"),
    nil=st.lists(st.sampled_from(["TRAFFICKING", "LABOUR", "*", "X"]), max_size=2),
)
def test_whatever_rows_come_both_checks_say_the_same(rows: list[tuple[str, ...]], separator: str, nil: list[str]):
    raw = written(rows, separator)

    assert in_parts(raw, with_rules(), nil) == whole(raw, with_rules(), nil)


def test_a_row_that_never_ends_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_parts, "LONGEST_LINE", 1000)
    one_line = written(MANY) + b"\n" + b"," * 2000
    many_lines = written(MANY) + b"\n" + b'"\n",' * 2000

    for raw in (one_line, many_lines):
        assert in_parts(raw, a_form(), [])["code"] == RowsTooLong.code


def test_findings_beyond_the_limit_are_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stream, "MOST_FINDINGS", 5)
    found, counts, *_ = in_parts(written([changed(sex=f"x{n}") for n in range(40)]), a_form(), ["*"])

    assert len(found) == 5
    assert counts["error"] >= 40
    assert [one["row"] for one in found if one["row"]] == sorted(one["row"] for one in found if one["row"])


def test_a_check_that_lost_its_job_ends_at_the_next_part():
    progress = Progress()
    progress.stop()
    basis = Basis(
        cast("Any", (None, SimpleNamespace(period_end=date(2026, 6, 30)), None)),
        a_form(),
        cast("Any", read_period("2026-S1")),
        CONTEXT,
    )

    with pytest.raises(JobLost):
        StreamCheck(io.BytesIO(written(MANY)), basis, [], None, progress).run()
