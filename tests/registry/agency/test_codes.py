"""Codes of outside schemes: every way of writing gives one kept form, and is found again."""

import pytest

from services.registry.agency.codes import normal_code, possible_codes, written_forms

AGENCIES = "/v1/agencies"


@pytest.mark.parametrize(
    ("scheme", "written", "kept"),
    [
        ("qcvn102", "000.00.00.G07", "G07"),
        ("qcvn102", "0000000G07", "G07"),
        ("qcvn102", "g07", "G07"),
        ("qcvn102", " G07.00.00 ", "G07"),
        ("qcvn102", "000.00.15.H26", "H26.15"),
        ("qcvn102", "000.05.15.H26", "H26.15.05"),
        ("qcvn102", "001.05.15.H26", "H26.15.05.001"),
        ("qcvn102", "H26.15", "H26.15"),
        ("qcvn102", "H2615", "H26.15"),
        ("qcvn102", "07", None),
        ("qcvn102", "G07;drop", None),
        ("gso", "1", "01"),
        ("gso", "01", "01"),
        ("gso", "001", "01"),
        ("gso", "96", "96"),
        ("gso", "VN-HN", None),
        ("iso_3166_2", "vn-23", "VN-23"),
        ("iso_3166_2", "VN 23", "VN-23"),
        ("iso_3166_2", "FR-75", None),
        ("own_system", "A/1", "A/1"),
    ],
)
def test_a_code_has_one_kept_form(scheme, written, kept):
    assert normal_code(scheme, written) == kept


@pytest.mark.parametrize("kept", ["G07", "H26.15", "H26.15.05", "H26.15.05.001"])
def test_both_ways_of_writing_lead_back_to_the_kept_form(kept):
    forms = written_forms("qcvn102", kept)

    assert len(forms) == 2
    assert {normal_code("qcvn102", form) for form in forms} == {kept}


def test_without_a_scheme_a_code_may_be_of_any():
    assert possible_codes(None, "01") == ["01"]
    assert "G07" in possible_codes(None, "000.00.00.G07")


async def found(client, reader, **params):
    answer = await client.get(AGENCIES, params=params, headers=reader)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.parametrize("code", ["G09", "000.00.00.G09", "0000000g09"])
async def test_an_agency_is_found_by_its_identifier_however_written(client, reader, code):
    (item,) = await found(client, reader, code=code, scheme="qcvn102", as_of="2026-01-01")

    assert item["id"] == "BNV"


async def test_a_province_code_that_changed_its_meaning_needs_the_day(client, reader):
    before = await found(client, reader, code="15", scheme="gso", as_of="2025-06-30")
    after = await found(client, reader, code="15", scheme="gso", as_of="2025-07-01")

    assert [item["name_vi"] for item in before] == ["Ủy ban nhân dân tỉnh Yên Bái"]
    assert [item["name_vi"] for item in after] == ["Ủy ban nhân dân tỉnh Lào Cai"]


async def test_without_a_day_such_a_code_gives_everyone_who_ever_had_it(client, reader):
    items = await found(client, reader, code="15", scheme="gso")

    spans = {
        item["province"]: [(c["valid_from"], c["valid_to"]) for c in item["codes"] if c["scheme"] == "gso"]
        for item in items
    }
    assert spans == {"P15": [(None, "2025-06-30")], "P15-2025": [("2025-07-01", None)]}
    assert [item["exists"] for item in sorted(items, key=lambda item: item["province"])] == [False, True]


async def test_an_old_province_is_found_by_its_iso_code(client, reader):
    (item,) = await found(client, reader, code="vn-06", scheme="iso_3166_2", as_of="2025-01-01")

    assert item["province"] == "P15"
    assert await found(client, reader, code="VN-06", scheme="iso_3166_2", as_of="2026-01-01") == []


async def test_a_code_that_is_none_finds_nobody(client, reader):
    assert await found(client, reader, code="???") == []
    wrong = await client.get(AGENCIES, params={"scheme": "Q C"}, headers=reader)
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("text", "as_of", "first"),
    [
        ("SLĐTBXH Hà Tĩnh", "2025-01-01", "HT-SLDTBXH"),
        ("sldtbxh ha tinh", "2025-01-01", "HT-SLDTBXH"),
        ("LĐTBXH Hà Tĩnh", "2025-01-01", "HT-SLDTBXH"),
        ("so ngoai vu ha tinh", "2026-01-01", "HT-SNGV"),
        ("ngoại vụ Hà Tĩnh", "2026-01-01", "HT-SNGV"),
        ("UBND tỉnh Thanh Hoá", "2026-01-01", "UBND-P38"),
        ("UBND tỉnh Thanh Hóa", "2026-01-01", "UBND-P38"),
        ("public security ha tinh", "2026-01-01", "HT-CAT"),
    ],
)
async def test_words_and_abbreviations_find_an_agency(client, reader, text, as_of, first):
    ids = [item["id"] for item in await found(client, reader, text=text, as_of=as_of)]

    assert ids == [first]


async def test_every_word_counts(client, reader):
    ids = [item["id"] for item in await found(client, reader, text="so ngoai vu", as_of="2026-01-01")]

    assert {"HT-SNGV", "KT-SNGV"} & set(ids)
    assert all("SNGV" in one or "NV" in one for one in ids), ids
