"""JSON bodies: who answers what, shapes that are wrong, and bodies that are no JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.checking.errors import JsonKeyRepeated, JsonMalformed
from services.submissions.checking.json_keys import find_repeated_key
from services.submissions.checking.read_json import Envelope, read_json
from tests.submissions.checking.builders import an_observation, check_json, check_raw, mistakes, places


def test_the_body_says_which_occurrence_is_answered():
    body = read_json(
        b'\xef\xbb\xbf{"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-SNV", "form_version": 1}'
    )

    assert body.envelope == Envelope(None, "OHT-01", "2026-S1", "HT-SNV", 1)
    assert body.findings == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[1,]", b"\xff", b'{"nil": ["\\ud800"]}', b"[" * 500, b"1" * 5000, b'{"a":1} x'],
)
def test_what_is_no_json_is_refused(raw):
    with pytest.raises(JsonMalformed) as refusal:
        read_json(raw)

    assert refusal.value.status == 400


@pytest.mark.parametrize("raw", [b"[]", b"null", b"12", b'"text"'])
def test_a_body_that_is_no_object_is_found(raw):
    assert ("field_malformed", "") in places(check_raw(raw))


def test_everything_of_a_wrong_shape_is_found_and_the_rest_is_still_checked():
    result = check_raw(
        b"""{"occurrence": 5, "colour": "red", "nil": ["NONSENSE"],
             "observations": [3,
                 {"indicator": "LABOUR.OUT.FLOW", "dimensions": "JP", "value": 1},
                 {"indicator": "X", "values": 1, "value": "a", "dimensions": {}}],
             "narrative": {"general": "words", "more": {"texts": "x"}}}"""
    )

    assert places(result) == [
        ("field_unknown", "/colour"),
        ("field_malformed", "/narrative/general"),
        ("field_unknown", "/narrative/more/texts"),
        ("field_malformed", "/occurrence"),
        ("field_malformed", "/observations/0"),
        ("field_malformed", "/observations/1/dimensions"),
        ("dimension_missing", "/observations/1/dimensions/partner_country"),
        ("dimension_missing", "/observations/1/dimensions/sex"),
        ("field_unknown", "/observations/2/values"),
        ("indicator_unknown", "/observations/2/indicator"),
        ("nil_table_unknown", "/nil/0"),
        ("narrative_key_unknown", "/narrative/more"),
    ]


def test_a_row_that_is_no_object_moves_no_other():
    result = check_json("nothing", an_observation(value="x"))

    assert places(result) == [("field_malformed", "/observations/0"), ("not_a_number", "/observations/1/value")]


def test_a_shape_finding_says_what_was_expected():
    finding = mistakes(check_json(an_observation(), form_version="one"))[0]

    assert finding.message("vi") == "Giá trị “one” không đúng kiểu, cần: số nguyên."
    assert finding.message("en") == "“one” is not of the right kind; expected: a whole number."


def test_a_very_long_name_gives_a_short_place():
    result = check_json(an_observation(dimensions={"x" * 10_000: "y"}))

    assert len(mistakes(result)[0].place.pointer) < 200
    assert len(str(mistakes(result)[0].as_wire())) < 2_000


@pytest.mark.parametrize(
    ("raw", "key", "pointer"),
    [
        (b'{"observations": [{"indicator": "A", "value": 1, "value": 2}]}', "value", "/observations/0/value"),
        (
            b'{"observations": [{}, {"dimensions": {"s\\u0065x": "f", "sex":"m"}}]}',
            "sex",
            "/observations/1/dimensions/sex",
        ),
        (b'{"observations": [{"value": 1}], "observations": [{"value": 2}]}', "observations", "/observations"),
        (b'{"narrative": {"a:b": {"text": ":"}, "a:b": {"text": ":"}}}', "a:b", "/narrative/a:b"),
        (b'{"explanations": [{"finding": "1", "text": "x" , "text" : "y"}]}', "text", "/explanations/0/text"),
        (b'{"nil": 5, "period" :"a", "period":\t"a"}', "period", "/period"),
        (b'{"observations": [{"value": {"a": 1, "a": 1}}]}', "a", "/observations/0/value/a"),
    ],
)
def test_a_key_given_twice_is_refused_with_its_place(raw, key, pointer):
    with pytest.raises(JsonKeyRepeated) as refusal:
        read_json(raw)

    assert (refusal.value.status, refusal.value.facts) == (400, {"key": key, "pointer": pointer})


def test_the_same_key_in_different_objects_and_in_texts_is_none_given_twice():
    body = read_json(
        b'{"agency": "\\"agency\\":", "observations": [{"value": 1}, {"value": {"value": "value:"}}],'
        b' "narrative": {"value": {"text": "\\"text\\": 1, \\\\"}}}'
    )

    assert [cell["value"] for cell in body.observations] == [1, {"value": "value:"}]


JSON_TREES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(JSON_TREES)
def test_what_a_program_writes_gives_no_key_twice(tree):
    assert find_repeated_key(json.dumps(tree).encode()) is None
