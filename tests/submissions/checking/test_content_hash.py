"""One content, one hash: whatever the format, the order or the spelling, and as an outsider recomputes it."""

import csv
import hashlib
import io
import json
import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submissions.checking.canonical import content_sha256, written
from services.submissions.checking.check import CheckResult
from tests.submissions.checking.builders import (
    a_form,
    an_observation,
    as_csv,
    check_csv,
    check_json,
    check_raw,
    mistakes,
)

INDICATORS = {indicator.code: indicator for table in a_form().tables for indicator in table.indicators}
LISTS = {dimension.code: dimension for dimension in a_form().dimensions}
DAY = date(2026, 6, 30)


def hash_of(result: CheckResult) -> str:
    assert mistakes(result) == []
    return content_sha256(a_form(), result)


REASONS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)
FIGURES = st.one_of(
    st.integers(0, 1_000_000_000).map(lambda number: {"value": number}),
    REASONS.map(lambda reason: {"status": "not_available", "reason": reason}),
    st.just({"status": "not_applicable"}),
)


@st.composite
def observations(draw: st.DrawFn) -> dict:
    indicator = INDICATORS[draw(st.sampled_from(sorted(INDICATORS)))]
    dimensions = {}
    for use in indicator.dimensions:
        codes = use.only or [item.code for item in LISTS[use.dimension].codes if item.is_valid_on(DAY)]
        dimensions[use.dimension] = draw(st.sampled_from(list(codes)))
    return {"indicator": indicator.code, "dimensions": dimensions, **draw(FIGURES)}


def key_of(observation: dict) -> str:
    return json.dumps([observation["indicator"], observation["dimensions"]], sort_keys=True)


REPORTS = st.lists(observations(), min_size=1, max_size=12, unique_by=key_of)


@settings(max_examples=150, deadline=None)
@given(report=REPORTS, separator=st.sampled_from([",", ";", "\t"]), seed=st.integers(0, 99))
def test_json_and_csv_in_any_order_give_the_same_figures_and_hash(report, separator, seed):
    from_json = check_json(*report, nil=[])
    from_csv = check_csv(as_csv(report, separator), nil=[])
    shuffled = random.Random(seed).sample(report, len(report))

    assert _figures(from_json) == _figures(from_csv)
    assert hash_of(from_json) == hash_of(from_csv) == hash_of(check_json(*shuffled, nil=[]))


def _figures(result: CheckResult) -> list[tuple]:
    cells = result.observations
    return list(
        zip(
            cells.table, cells.indicator, cells.d1, cells.d2, cells.d3, cells.d4, cells.value, cells.status,
            cells.reason, strict=True,
        )
    )  # fmt: skip


def test_an_outsider_recomputes_the_hash_from_the_description():
    result = check_json(
        an_observation(value="12.0"),
        an_observation(
            value=None, status="not_available", reason='Chưa "có"\tsố liệu 😀\\', dimensions={"sex": "male"}
        ),
        {"indicator": "PROSECUTION.DOMESTIC.FLOW", "dimensions": {"stage": "trial"}, "value": 0},
        nil=["TRAFFICKING", "ADOPTION"],
        narrative={"general": {"text": "Dòng 1\r\nDòng 2"}},
    )
    work = {"age_group": "adult", "partner_country": "JP", "skill_level": "skilled"}
    lines = [
        ["observation", "LABOUR.OUT.FLOW", {**work, "sex": "female"}, "12", None, None],
        [
            "observation",
            "LABOUR.OUT.FLOW",
            {**work, "sex": "male"},
            None,
            "not_available",
            'Chưa "có"\tsố liệu 😀\\',
        ],
        ["observation", "PROSECUTION.DOMESTIC.FLOW", {"stage": "trial", "province": "unknown"}, "0", None, None],
        ["nil", "TRAFFICKING"],
        ["nil", "ADOPTION"],
        ["narrative", "general", None, "Dòng 1\nDòng 2"],
    ]
    texts = [json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True) for line in lines]
    canonical = "\n".join(['["gcm-content",1]', *sorted(texts, key=str.encode)])

    assert hash_of(result) == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0.0", "0"),
        ("12", "12"),
        ("1E+3", "1000"),
        ("1.50", "1.5"),
        ("1E-3", "0.001"),
        ("100", "100"),
    ],
)
def test_a_value_is_written_in_one_way(value, text):
    assert written(Decimal(value)) == text


@pytest.mark.parametrize(
    "change",
    [
        {"value": 13},
        {"dimensions": {"sex": "male"}},
        {"value": None, "status": "not_applicable"},
        {"value": 12, "reason": "ước tính"},
    ],
)
def test_another_content_has_another_hash(change):
    assert hash_of(check_json(an_observation())) != hash_of(check_json(an_observation(**change)))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
ODD_OBSERVATIONS = st.fixed_dictionaries(
    {},
    optional={
        "indicator": st.sampled_from(sorted(INDICATORS)) | JSON_VALUES,
        "dimensions": st.dictionaries(
            st.sampled_from(sorted(LISTS)) | st.text(max_size=4), JSON_VALUES, max_size=4
        )
        | JSON_VALUES,
        "value": JSON_VALUES,
        "status": st.sampled_from(["not_available", "x"]) | JSON_VALUES,
        "reason": JSON_VALUES,
    },
)
BODIES = JSON_VALUES | st.fixed_dictionaries(
    {},
    optional={
        "observations": st.lists(ODD_OBSERVATIONS | JSON_VALUES, max_size=4) | JSON_VALUES,
        "nil": JSON_VALUES | st.lists(JSON_VALUES, max_size=3),
        "narrative": st.dictionaries(st.sampled_from(["general", "x"]), JSON_VALUES, max_size=2) | JSON_VALUES,
        "occurrence": JSON_VALUES,
        "form_version": JSON_VALUES,
    },
)


@settings(max_examples=300, deadline=None)
@given(body=BODIES)
def test_whatever_json_comes_the_findings_are_the_same_each_time_and_can_be_sent(body):
    raw = json.dumps(body).encode("utf-8", "surrogatepass")
    first, second = check_raw(raw), check_raw(raw)

    sent = [finding.as_wire("vi") for finding in first.findings]
    assert sent == [finding.as_wire("vi") for finding in second.findings]
    assert json.loads(json.dumps(sent, allow_nan=False)) == sent
    assert "\x00" not in json.dumps([one["value"] for one in sent]).replace("\\u0000", "\x00")
    assert len({(one["id"]) for one in sent}) == len(sent)


CELLS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=8)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.lists(CELLS, max_size=6), max_size=5), separator=st.sampled_from([",", ";", "\t"]))
def test_whatever_file_comes_the_findings_are_the_same_each_time(rows, separator):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([["indicator", "sex", "value", "status", "reason"], *rows])
    raw = text.getvalue().replace("\x00", "").encode()

    first = [finding.as_wire("en") for finding in check_csv(raw).findings]
    assert first == [finding.as_wire("en") for finding in check_csv(raw).findings]
    assert len({one["id"] for one in first}) == len(first)


def test_evidence_and_funding_have_lines_of_their_own():
    key = "task:QD-402-2020/2.1"
    section = {"status": "met", "text": "Xong.", "evidence": "QĐ 12", "funding": "1250.50"}
    result = check_json(form="plan-report-2", narrative={key: section})
    lines = [
        '["gcm-content",1]',
        f'["narrative","{key}","met","Xong."]',
        f'["narrative_part","{key}","evidence","QĐ 12"]',
        f'["narrative_part","{key}","funding","1250.5"]',
    ]

    assert content_sha256(a_form("plan-report-2"), result) == hashlib.sha256("\n".join(lines).encode()).hexdigest()
