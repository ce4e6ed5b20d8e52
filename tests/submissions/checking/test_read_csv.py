"""Files as people and programs write them: encodings, separators, headers, numbers, and places in the file."""

import codecs
import unicodedata
from decimal import Decimal

import pytest

from kernel.tabular import CsvMalformed, EncodingUnknown, decode_csv
from tests.submissions.checking.builders import check_csv, mistakes, places, rules

HEADER = "indicator,sex,age_group,partner_country,skill_level,value,status,reason"
ROW = "LABOUR.OUT.FLOW,female,adult,JP,skilled,12,,"


def a_file(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows])


def a_semicolon_file(cell: str) -> str:
    return a_file(ROW.replace(",12,", f",{cell},")).replace(",", ";").replace("|", ",")


def test_a_right_file_is_kept():
    result = check_csv(a_file(ROW))

    assert mistakes(result) == []
    assert result.observations.value == [Decimal(12)]
    assert result.observations.row == [2]


REASON = "Chưa thống kê"
IN_VIETNAMESE = a_file(f"LABOUR.OUT.FLOW,female,adult,JP,skilled,,not_available,{REASON}")


@pytest.mark.parametrize(
    "raw",
    [
        IN_VIETNAMESE.encode(),
        codecs.BOM_UTF8 + IN_VIETNAMESE.encode(),
        IN_VIETNAMESE.encode("utf-16"),
        codecs.BOM_UTF16_BE + IN_VIETNAMESE.encode("utf-16-be"),
        unicodedata.normalize("NFD", IN_VIETNAMESE).encode(),
        IN_VIETNAMESE.replace("\n", "\r\n").encode(),
        IN_VIETNAMESE.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "utf-8-bom", "utf-16-le", "utf-16-be", "nfd", "crlf", "cr"],
)
def test_every_encoding_that_is_read_gives_the_same_figures(raw):
    result = check_csv(raw)

    assert mistakes(result) == []
    assert result.observations.reason == [REASON]


@pytest.mark.parametrize(
    ("raw", "offset", "row"),
    [
        (b"indicator\nTh\xf4ng", 12, 2),
        ("indicator\nGiới".encode("utf-16-le"), 1, 1),
        ("indicator".encode("utf-32"), 2, 1),
        (codecs.BOM_UTF16_LE + b"a", 2, 1),
    ],
    ids=["windows-1258", "utf-16 without mark", "utf-32", "half a character"],
)
def test_an_unknown_encoding_is_refused_with_the_byte_where_it_shows(raw, offset, row):
    with pytest.raises(EncodingUnknown) as refusal:
        decode_csv(raw)

    assert refusal.value.status == 400
    assert refusal.value.facts == {"byte_offset": offset, "row": row}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_read_from_the_header_line(separator):
    assert mistakes(check_csv(a_file(ROW).replace(",", separator))) == []


def test_a_first_line_that_names_the_separator_is_understood_and_counted():
    result = check_csv("sep=;\n" + a_file(ROW, ROW).replace(",", ";"))

    assert places(result) == [("key_repeated", (4, "indicator"))]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.234.567", 1234567), ("1.234.567|0", 1234567), ("1.234|0", 1234), ("12|0", 12), ("12", 12)],
)
def test_a_semicolon_file_may_write_thousands_and_decimals_the_vietnamese_way(cell, value):
    result = check_csv(a_semicolon_file(cell))

    assert mistakes(result) == []
    assert result.observations.value == [Decimal(value)]


@pytest.mark.parametrize(
    ("cell", "rule", "shown"),
    [
        ("1.234|5", "not_an_integer", "1.234,5"),
        ("12|5", "not_an_integer", "12,5"),
        ("1.234", "number_ambiguous", "1.234"),
        ("1|234", "number_ambiguous", "1,234"),
        ("1|234|567", "number_ambiguous", "1,234,567"),
        ("12.34|5", "number_ambiguous", "12.34,5"),
        ("12 người", "not_a_number", "12 người"),
    ],
)
def test_what_is_not_clear_in_a_semicolon_file_is_found(cell, rule, shown):
    result = check_csv(a_semicolon_file(cell))

    assert places(result) == [(rule, (2, "value"))]
    assert mistakes(result)[0].value == shown


@pytest.mark.parametrize(
    ("cell", "rule"),
    [('"1.234,5"', "number_ambiguous"), ('"1,234"', "number_ambiguous"), ("1.234", "not_an_integer")],
)
def test_a_comma_file_has_decimal_points(cell, rule):
    assert rules(check_csv(a_file(ROW.replace(",12,", f",{cell},")))) == [rule]


def test_a_finding_is_at_the_row_and_column_that_a_person_sees():
    lines = [
        'LABOUR.OUT.FLOW,male,adult,JP,skilled,,not_available,"hai\ndòng"',
        "",
        ",,,,,,,",
        "LABOUR.OUT.FLOW,nam,adult,JP,skilled,12 người,,",
    ]
    result = check_csv(a_file(*lines, header=HEADER.replace("sex", "Giới tính").replace("value", "Giá trị")))

    assert places(result) == [("code_unknown", (5, "Giới tính")), ("not_a_number", (5, "Giá trị"))]
    assert mistakes(result)[0].as_wire("vi") == {
        "id": mistakes(result)[0].id,
        "rule": "code_unknown",
        "severity": "error",
        "row": 5,
        "column": "Giới tính",
        "value": "nam",
        "message": "Mã “nam” không có trong danh mục của phân tổ sex. Có phải là “male”?",
        "message_vi": "Mã “nam” không có trong danh mục của phân tổ sex. Có phải là “male”?",
        "message_en": "The code “nam” is not in the list of the dimension sex. Is “male” meant?",
    }


@pytest.mark.parametrize(
    "header",
    [
        "Mã chỉ tiêu,Giới tính,Nhóm tuổi,Nước vùng lãnh thổ,Tay nghề,Giá trị,Trạng thái,Lý do",
        "CHI TIEU,gioi tinh,nhom tuoi,PARTNER_COUNTRY,tay nghe,so lieu,trang thai,ly do",
        "Indicator,Sex,Age group,partner_country,Skill level,Value,Status,Reason",
    ],
)
def test_headers_may_be_codes_or_names_with_or_without_accents(header):
    result = check_csv(a_file(ROW, header=header.replace("Nước vùng lãnh thổ", '"Nước, vùng lãnh thổ"')))

    assert mistakes(result) == []


def test_spaces_around_cells_and_names_do_not_count():
    spaced = " LABOUR.OUT.FLOW , female,adult ,JP\u00a0,skilled, 12 ,,"

    assert mistakes(check_csv(a_file(spaced, header=HEADER.replace("sex", " sex ")))) == []


def test_rows_may_be_shorter_than_the_header():
    assert mistakes(check_csv(a_file("LABOUR.OUT.FLOW,female,adult,JP,skilled,12"))) == []


def test_cells_beyond_the_header_are_found():
    result = check_csv(a_file(ROW + ",extra", ROW.replace("female", "male") + ",,"))

    assert places(result) == [("row_too_long", (2, None))]
    assert mistakes(result)[0].value == "extra"


def test_columns_are_known_needed_and_not_repeated():
    unknown = check_csv(a_file(ROW + ",x", header=HEADER + ",colour"))
    repeated = check_csv(a_file(ROW + ",male", header=HEADER + ",Giới tính"))
    nameless = check_csv(a_file(ROW + ",", header=HEADER + ","))
    missing = check_csv(a_file("LABOUR.OUT.FLOW,x", header="indicator,sex"))

    assert places(unknown) == [("column_unknown", (1, "colour"))]
    assert places(repeated) == [("column_repeated", (1, "Giới tính"))]
    assert places(nameless) == []
    assert places(missing) == [("column_missing", (1, "value"))]


def test_without_a_needed_column_nothing_else_is_judged():
    result = check_csv("nothing,of,this\n1,2,3")

    assert [f.rule for f in result.findings].count("column_missing") == 2
    assert {f.rule for f in result.findings} == {"column_missing", "column_unknown"}


def test_an_untouched_line_of_the_template_is_left_out_with_a_warning():
    result = check_csv(a_file("LABOUR.IN.FLOW,,,,,,,", ROW))

    assert mistakes(result) == []
    assert [(f.rule, f.place.row) for f in result.findings if f.rule == "row_unfilled"] == [("row_unfilled", 2)]
    assert result.observations.row == [3]


def test_a_line_with_codes_and_no_figure_is_a_mistake():
    assert places(check_csv(a_file("LABOUR.OUT.FLOW,female,adult,JP,skilled,,,"))) == [
        ("value_missing", (2, "value"))
    ]


def test_quotes_that_do_not_close_are_refused_with_the_line():
    with pytest.raises(CsvMalformed) as refusal:
        check_csv(a_file(ROW, 'LABOUR.OUT.FLOW,"female'))

    assert refusal.value.facts == {"row": 3}


def test_a_cell_of_more_than_131072_characters_is_refused():
    with pytest.raises(CsvMalformed):
        check_csv(a_file(ROW + "x" * 200_000))


def test_an_empty_file_misses_its_columns():
    assert rules(check_csv("")) == ["column_missing", "column_missing"]


@pytest.mark.parametrize("nil", ["LABOUR", "*"])
def test_nil_comes_beside_the_file(nil):
    result = check_csv(a_file(ROW), nil=[nil])

    assert places(result) == [("nil_but_filled", (None, "nil"))]


def test_a_quoted_cell_may_hold_separators_and_line_ends():
    result = check_csv(
        a_file('LABOUR.OUT.FLOW,female,adult,JP,skilled,,not_available,"Chưa có, sẽ ""bổ sung""\nsau"')
    )

    assert mistakes(result) == []
    assert result.observations.reason == ['Chưa có, sẽ "bổ sung"\nsau']


def test_a_header_without_rows_says_nothing():
    assert rules(check_csv(a_file(), nil=())) == ["content_empty"]


def test_the_same_figure_twice_names_the_first_row():
    (again,) = mistakes(check_csv(a_file(ROW, ROW.replace("12", "13"))))

    assert (again.rule, again.place.row) == ("key_repeated", 3)
    assert "row 2" in again.message("en")


def test_a_count_with_a_word_or_beyond_all_reason_is_found():
    cells = ("12 người", "1e30", "NaN", "-1", "1.5")
    rows = [
        ROW.replace(",12,", f",{cell},").replace("JP", code) for cell, code in zip(cells, COUNTRIES, strict=True)
    ]

    assert rules(check_csv(a_file(*rows))) == [
        "not_a_number",
        "value_too_large",
        "number_not_finite",
        "value_too_small",
        "not_an_integer",
    ]


COUNTRIES = ("JP", "KR", "TW", "DE", "SA")
