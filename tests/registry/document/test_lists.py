"""Who is named in a cell: dictionary, validity, province, lists; and names that are not known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.document.lists import read_cell, read_leading
from tests.registry.document.builders import names_on

NATIONAL = names_on(date(2020, 3, 20), None)
PROVINCIAL = names_on()
KON_TUM = names_on(date(2020, 5, 20), "P62")


def codes(text, names):
    return [name.read_as for name in read_cell(text, names)]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("Bộ Lao động - Thương binh và Xã hội và Bộ Y tế", ["BLDTBXH", "BYT"]),
        ("Bộ Lao động, Thương binh và Xã hội, Bộ Y tế", ["BLDTBXH", "BYT"]),
        ("Bộ LĐ-TB&XH; Bộ GD&ĐT; Bộ TT&TT", ["BLDTBXH", "BGDDT", "BTTTT"]),
        ("Bộ Văn hóa, Thể thao và Du lịch, Bộ Công an", ["BVHTTDL", "BCA"]),
        ("Bộ Văn hoá, Thể thao và Du lịch", ["BVHTTDL"]),
        ("BỘ NGOẠI GIAO", ["BNG"]),
        ("Bộ Ngoại\u00a0giao/ Bộ Quốc phòng", ["BNG", "BQP"]),
        ("Các Bộ: Công an, Quốc phòng, Tư pháp", ["BCA", "BQP", "BTP"]),
        ("Các Bộ Nội vụ, Tài chính và Giáo dục và Đào tạo", ["BNV", "BTC", "BGDDT"]),
        ("Uỷ ban Dân tộc", ["UBDT"]),
        ("Ủy ban nhân dân tỉnh Nghệ An; UBND tỉnh Thanh Hóa", ["UBND-P40", "UBND-P38"]),
        ("UBND các tỉnh, thành phố trực thuộc trung ương", ["G-UBND-TINH"]),
        ("Uỷ ban nhân dân các tỉnh, thành phố", ["G-UBND-TINH"]),
        ("Cục Lãnh sự - Bộ Ngoại giao", ["CLS"]),
        ("Các địa phương, cơ quan, bộ", ["G-BCD"]),
        ("Bộ Công an (A08) và Bộ Tư pháp.", ["BCA", "BTP"]),
    ],
)
def test_a_list_is_cut_where_the_dictionary_says(cell, read):
    assert codes(cell, NATIONAL) == read


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("Sở Ngoại vụ, Công an tỉnh", ["HT-SNGV", "HT-CAT"]),
        ("Các Sở: Ngoại vụ, Tư pháp, Kế hoạch và Đầu tư", ["HT-SNGV", "HT-STP", "HT-SKHDT"]),
        ("UBND tỉnh", ["UBND-P42"]),
        ("UBND các huyện, thị xã, thành phố", ["G-UBND-HUYEN-HT"]),
        ("Ủy ban nhân dân các thành phố, huyện", ["G-UBND-HUYEN-HT"]),
        ("Tỉnh đoàn và Hội Liên hiệp Phụ nữ tỉnh", ["HT-DOAN", "HT-HLHPN"]),
        ("các sở, ngành, địa phương liên quan", ["G-SND-HT"]),
    ],
)
def test_short_names_mean_the_bodies_of_the_documents_own_province(cell, read):
    assert codes(cell, PROVINCIAL) == read


def test_the_same_short_name_is_another_body_in_another_province():
    assert codes("Sở Ngoại vụ", KON_TUM) == ["KT-SNGV"]


def test_a_short_name_without_a_province_is_nobody_but_shows_who_it_may_be():
    (name,) = read_cell("Sở Ngoại vụ", NATIONAL)

    assert name.read_as is None
    assert {near.id for near in name.nearest} == {"HT-SNGV", "KG-SNGV", "KT-SNGV"}


def test_a_department_of_a_province_that_is_not_known_is_nobody_elses():
    quang_tri = names_on(date(2026, 3, 1), "P44")

    found = read_cell("Sở Nội vụ, Sở Tài chính và Công an tỉnh", quang_tri)

    assert [(one.printed, one.read_as) for one in found] == [
        ("Sở Nội vụ", None),
        ("Sở Tài chính", None),
        ("Công an tỉnh", None),
    ]
    assert [(one.nearest[0].id, one.nearest[0].note) for one in found] == [
        ("HT-SNV", "other_province"),
        ("HT-STC", "other_province"),
        ("HT-CAT", "other_province"),
    ]


@pytest.mark.parametrize(
    "printed",
    ["Sở Ngoại vụ tỉnh Quảng Trị", "Sở Nội vụ Nghệ An", "Công an tỉnh Thanh Hoá", "Sở Nội vụ TP Hải Phòng"],
)
def test_another_provinces_department_is_not_the_own_one(printed):
    (found,) = read_cell(printed, names_on(date(2026, 3, 1), "P42"))

    assert (found.printed, found.read_as) == (printed, None)


def test_another_province_may_name_a_department_in_full_though_misprinted():
    assert codes("Sở Nội vu tỉnh Hà Tịnh", names_on(date(2026, 3, 1), "P44")) == ["HT-SNV"]


def test_a_body_that_has_ended_is_not_read_and_its_end_is_told():
    (name,) = read_cell("Bộ Lao động - Thương binh và Xã hội", names_on(date(2026, 1, 1), None))

    assert name.read_as is None
    assert (name.nearest[0].id, name.nearest[0].note) == ("BLDTBXH", "not_valid_then")


def test_the_same_name_before_and_after_a_reform_is_the_body_of_that_day():
    assert codes("UBND tỉnh Lâm Đồng", names_on(date(2025, 6, 30), None)) == ["UBND-P68"]
    assert codes("UBND tỉnh Lâm Đồng", names_on(date(2025, 7, 1), None)) == ["UBND-P68-2025"]


@pytest.mark.parametrize("printed", ["Bộ Giáo dục và Đạo tạo", "Bô Giáo dục và Đào tạo", "Bộ Giáo dục và Đào tao"])
def test_lost_accents_are_read_with_less_confidence(printed):
    (name,) = read_cell(printed, NATIONAL)

    assert name.read_as == "BGDDT"
    assert name.confidence < 1


def test_a_letter_misread_is_read_as_the_only_name_that_is_near():
    (name,) = read_cell("Bộ Giáo dục và Đào tạa", NATIONAL)

    assert name.read_as == "BGDDT"
    assert name.confidence < 0.8


def test_a_name_that_nobody_knows_comes_with_the_nearest_known():
    (name,) = read_cell("Bộ Ngoại thương", NATIONAL)

    assert name.read_as is None
    assert name.confidence < 0.5
    assert "BNG" in {near.id for near in name.nearest}


def test_known_names_around_an_unknown_one_are_kept():
    assert codes("Bộ Công an, Tập đoàn Hoa Sen, Bộ Y tế", NATIONAL) == ["BCA", None, "BYT"]


def test_a_group_that_is_not_known_is_not_forced_into_another():
    (name,) = read_cell("Các ban, hội, đoàn thể có liên quan", NATIONAL)

    assert name.read_as is None


def test_names_at_the_head_of_a_sentence_end_where_it_says_what_to_do():
    text = "Bộ Công an, Bộ Quốc phòng và các bộ, cơ quan, địa phương tăng cường tuần tra"

    read = read_leading(text, NATIONAL)

    assert [name.read_as for name in read.names] == ["BCA", "BQP", "G-BCD"]
    assert text[read.end :] == " tăng cường tuần tra"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    read = read_cell(text, PROVINCIAL)

    assert all(name.printed for name in read)
