"""The figures and their keys: every finding that a cell can give, and where it is said to be."""

import unicodedata
from decimal import Decimal

import pytest

from tests.submissions.checking.builders import an_observation, check_json, check_raw, mistakes, places, rules


def test_a_right_figure_is_kept_as_it_was_sent():
    result = check_json(an_observation(value=12))

    assert mistakes(result) == []
    cells = result.observations
    assert (cells.table, cells.indicator, cells.value) == (["LABOUR"], ["LABOUR.OUT.FLOW"], [Decimal(12)])
    assert (cells.d1, cells.d2, cells.d3, cells.d4) == (["female"], ["adult"], ["JP"], ["skilled"])
    assert (cells.status, cells.reason, cells.row) == (["value"], [None], [0])


def test_the_four_states_of_a_cell_are_kept_apart():
    result = check_json(
        an_observation(value=12),
        an_observation(value=0, dimensions={"sex": "male"}),
        an_observation(value=None, status="not_available", reason="chưa thống kê", dimensions={"sex": "unknown"}),
        an_observation(value=None, status="not_applicable", dimensions={"partner_country": "KR"}),
    )

    assert mistakes(result) == []
    assert result.observations.value == [Decimal(12), Decimal(0), None, None]
    assert result.observations.status == ["value", "value", "not_available", "not_applicable"]
    assert result.observations.reason == [None, None, "chưa thống kê", None]


@pytest.mark.parametrize(
    ("cell", "rule", "shown"),
    [
        (None, "value_missing", None),
        ("", "value_missing", None),
        ("12 người", "not_a_number", "12 người"),
        ("mười hai", "not_a_number", "mười hai"),
        (True, "not_a_number", True),
        ([12], "not_a_number", "[12]"),
        ({"n": 12}, "not_a_number", "{'n': 12}"),
        ("１２", "not_a_number", "１２"),
        ("0x12", "not_a_number", "0x12"),
        ("1 234", "not_a_number", "1 234"),
        ("1,234", "number_ambiguous", "1,234"),
        ("NaN", "number_not_finite", "NaN"),
        ("-Infinity", "number_not_finite", "-Infinity"),
        (12.5, "not_an_integer", 12.5),
        ("12.5", "not_an_integer", "12.5"),
        (-1, "value_too_small", -1),
        ("-1", "value_too_small", "-1"),
        (1e30, "value_too_large", "1e+30"),
        ("1e30", "value_too_large", "1e30"),
        ("1e999", "value_too_large", "1e999"),
        (10**25, "value_too_large", str(10**25)),
        (1_000_000_001, "value_too_large", 1_000_000_001),
    ],
)
def test_a_cell_that_is_no_count_is_found_with_what_it_holds(cell, rule, shown):
    result = check_json(an_observation(value=cell))

    assert places(result) == [(rule, "/observations/0/value")]
    assert mistakes(result)[0].value == shown
    assert len(result.observations) == 0


@pytest.mark.parametrize("raw", [b"NaN", b"Infinity", b"-Infinity", b"1e400"])
def test_a_number_that_is_not_finite_is_found_in_json_too(raw):
    body = (
        b'{"observations":[{"indicator":"PROSECUTION.DOMESTIC.FLOW","dimensions":{"stage":"trial"},"value":%b}]}'
    )

    assert rules(check_raw(body % raw)) == ["number_not_finite"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [(12.0, 12), ("12", 12), ("+12", 12), ("12.00", 12), ("1e3", 1000), (-0.0, 0), ("00012", 12)],
)
def test_a_count_may_be_written_in_several_ways(cell, value):
    result = check_json(an_observation(value=cell))

    assert mistakes(result) == []
    assert result.observations.value == [Decimal(value)]
    assert not result.observations.value[0].is_signed()


def test_one_and_true_are_not_the_same_cell():
    result = check_json(an_observation(value=1), an_observation(value=True, dimensions={"sex": "male"}))

    assert places(result) == [("not_a_number", "/observations/1/value")]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ({"value": 3, "status": "not_available", "reason": "x"}, [("value_and_status", "/observations/0/status")]),
        ({"value": None, "status": "not_available"}, [("reason_missing", "/observations/0/reason")]),
        ({"value": 3, "status": "value"}, []),
        ({"value": None, "status": "value"}, [("value_missing", "/observations/0/value")]),
        ({"value": None, "status": "missing"}, [("status_unknown", "/observations/0/status")]),
        ({"value": None, "status": 7}, [("text_malformed", "/observations/0/status")]),
        (
            {"value": None, "status": "not_available", "reason": "x" * 2001},
            [("text_too_long", "/observations/0/reason")],
        ),
        (
            {"value": None, "status": "not_available", "reason": "a\x00b"},
            [("text_forbidden_character", "/observations/0/reason")],
        ),
    ],
)
def test_a_status_stands_in_place_of_a_value_and_not_available_says_why(cell, expected):
    assert places(check_json(an_observation(**cell))) == expected


def test_an_unknown_indicator_is_found_and_the_meant_one_is_named():
    result = check_json(an_observation(indicator="labour.out.flow"), an_observation(indicator="LABOUR.UP.FLOW"))

    assert places(result) == [
        ("indicator_unknown", "/observations/0/indicator"),
        ("indicator_unknown", "/observations/1/indicator"),
    ]
    assert mistakes(result)[0].message("vi").endswith("Có phải là “LABOUR.OUT.FLOW”?")
    assert mistakes(result)[1].message("en") == "The form has no indicator “LABOUR.UP.FLOW”."


@pytest.mark.parametrize(
    ("written", "meant"),
    [("JP – Nhật Bản", "JP"), ("Nhật Bản", "JP"), ("jp", "JP"), ("japan", "JP"), ("Nipponia", None)],
)
def test_a_code_as_people_write_it_is_unknown_and_the_meant_one_is_named(written, meant):
    (mistake,) = mistakes(check_json(an_observation(dimensions={"partner_country": written})))

    hint = f"Có phải là “{meant}”?" if meant else "phân tổ partner_country."
    assert (mistake.rule, mistake.message("vi").endswith(hint)) == ("code_unknown", True)


def test_a_code_that_lost_its_zeros_in_a_spreadsheet_is_named():
    given = {"sex": "female", "age_group": "adult", "ethnicity": "2", "province": "P42"}
    figure = {"indicator": "CIVIL_STATUS.IN.FLOW", "dimensions": given, "value": 3}

    assert mistakes(check_json(figure))[0].message("en").endswith("Is “02” meant?")


@pytest.mark.parametrize(
    ("indicator", "rule"), [(None, "indicator_missing"), (" ", "indicator_missing"), (5, "text_malformed")]
)
def test_an_indicator_is_a_text(indicator, rule):
    assert places(check_json(an_observation(indicator=indicator))) == [(rule, "/observations/0/indicator")]


def test_a_dimension_that_the_indicator_does_not_have_is_found():
    result = check_json(
        an_observation(),
        an_observation(dimensions={"sex": "male", "route": "sea", "colour/~": "red"}),
    )

    assert places(result) == [
        ("dimension_unknown", "/observations/1/dimensions/colour~1~0"),
        ("dimension_unknown", "/observations/1/dimensions/route"),
    ]


def test_a_required_dimension_must_be_given():
    result = check_json(an_observation(dimensions={"sex": ...}), an_observation(dimensions={"sex": ""}))

    assert places(result) == [
        ("dimension_missing", "/observations/0/dimensions/sex"),
        ("dimension_missing", "/observations/1/dimensions/sex"),
    ]


def test_a_whole_indicator_may_leave_out_a_dimension_that_is_not_required():
    """The body of the public example: two dimensions of four."""
    short = {"age_group": ..., "skill_level": ...}
    result = check_json(an_observation(dimensions=short), an_observation(dimensions={"sex": "male", **short}))

    assert mistakes(result) == []
    warned = [f.place.pointer for f in result.findings if f.rule == "dimension_left_out"]
    assert warned == ["/observations/0/dimensions/age_group", "/observations/0/dimensions/skill_level"]
    assert result.observations.d2 == ["unknown", "unknown"]


def test_a_dimension_is_given_for_all_figures_of_an_indicator_or_for_none():
    """Otherwise a total beside its parts would be counted twice."""
    result = check_json(an_observation(), an_observation(dimensions={"age_group": ...}))

    assert places(result) == [("dimension_missing", "/observations/1/dimensions/age_group")]


def test_an_unknown_code_is_found_and_the_meant_one_is_named():
    result = check_json(
        an_observation(dimensions={"sex": "Nữ"}),
        an_observation(dimensions={"partner_country": "jp"}),
        an_observation(dimensions={"partner_country": "XK"}),
        an_observation(dimensions={"sex": 1}),
    )

    assert places(result) == [
        ("code_unknown", "/observations/0/dimensions/sex"),
        ("code_unknown", "/observations/1/dimensions/partner_country"),
        ("code_unknown", "/observations/2/dimensions/partner_country"),
        ("text_malformed", "/observations/3/dimensions/sex"),
    ]
    meant = [f.message("en").partition(". ")[2] for f in mistakes(result)[:3]]
    assert meant == ["Is “female” meant?", "Is “JP” meant?", ""]


def test_an_indicator_may_take_some_codes_of_a_list_only():
    wrong = {"sex": "male", "age_group": "adult", "partner_country": "JP", "route": "road"}
    result = check_json({"indicator": "BORDER.OUT.FLOW", "dimensions": wrong, "value": 1})

    assert places(result) == [("code_not_taken", "/observations/0/dimensions/partner_country")]


def a_stateless_count(province: str):
    dimensions = {"sex": "male", "age_group": "adult", "province": province}
    return {"indicator": "STATELESS.IN.STOCK", "dimensions": dimensions, "value": 1}


@pytest.mark.parametrize(
    ("period", "province", "message"),
    [
        ("2025-S1", "P62", None),
        (
            "2025-S1",
            "P51-2025",
            "Mã “P51-2025” của phân tổ province không còn hoặc chưa có hiệu lực vào ngày 2025-06-30. "
            "Mã của kỳ này: “P51” (Tỉnh Quảng Ngãi), “P62” (Tỉnh Kon Tum).",
        ),
        ("2025-S2", "P62", "Mã của kỳ này: “P51-2025” (Tỉnh Quảng Ngãi)."),
        ("2025", "P62", "Mã của kỳ này: “P51-2025” (Tỉnh Quảng Ngãi)."),
        ("2025-S2", "P51-2025", None),
        ("2024", "P46", None),
        ("2026-S1", "P46", "Mã của kỳ này: “P46-2025” (Thành phố Huế)."),
        ("2026-S1", "P75", "Mã của kỳ này: “P75-2026” (Thành phố Đồng Nai)."),
        ("2026-S1", "P42", None),
        ("2026-S1", "unknown", None),
    ],
)
def test_a_province_is_judged_on_the_last_day_of_the_period(period, province, message):
    result = check_json(a_stateless_count(province), period=period)

    if message is None:
        assert mistakes(result) == []
    else:
        assert places(result) == [("code_not_valid", "/observations/0/dimensions/province")]
        assert message in mistakes(result)[0].message("vi")


def test_the_same_key_twice_names_the_first_place():
    result = check_json(an_observation(), an_observation(dimensions={"sex": "male"}), an_observation(value=5))

    assert places(result) == [("key_repeated", "/observations/2/indicator")]
    assert "/observations/0" in mistakes(result)[0].message("vi")


def test_text_in_two_unicode_forms_is_the_same_text():
    composed = "Chưa thống kê được"
    decomposed = unicodedata.normalize("NFD", composed)
    cell = {"value": None, "status": "not_available"}

    assert composed != decomposed
    for reason in (composed, decomposed):
        assert check_json(an_observation(**cell, reason=reason)).observations.reason == [composed]


def test_formula_like_text_is_kept_as_text():
    result = check_json(an_observation(value=None, status="not_available", reason="=cmd|' /C calc'!A0"))

    assert mistakes(result) == []
    assert result.observations.reason == ["=cmd|' /C calc'!A0"]


def test_every_mistake_of_a_row_is_found():
    wrong = {"sex": "x", "partner_country": ..., "route": "sea"}
    result = check_json(an_observation(dimensions=wrong, value="12 người", status="lost"))

    assert places(result) == [
        ("dimension_missing", "/observations/0/dimensions/partner_country"),
        ("dimension_unknown", "/observations/0/dimensions/route"),
        ("code_unknown", "/observations/0/dimensions/sex"),
        ("not_a_number", "/observations/0/value"),
        ("status_unknown", "/observations/0/status"),
    ]
