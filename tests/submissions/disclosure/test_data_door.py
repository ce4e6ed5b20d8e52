"""What /v1/data shows of confidential tables to those who may not read them whole, and to those who may."""

import pytest

from tests.submissions.disclosure.nation import accepted, ask, figures, on, open_nation, sent, victims
from tests.submissions.service import Service

WHOLE = {
    ("UBND-P01", "female", "CN"): 3,
    ("UBND-P01", "female", "KH"): 12,
    ("UBND-P01", "male", "CN"): 7,
    ("UBND-P31", "female", "CN"): 8,
    ("UBND-P31", "male", "CN"): 0,
    ("UBND-P42", "female", "CN"): 2,
}


@pytest.fixture(scope="module")
async def nation(service: Service) -> Service:
    """Three provinces were accepted on the second of July; it is the morning of the third."""
    await open_nation(service)
    service.at(on(2))
    for agency in ("UBND-P01", "UBND-P31", "UBND-P42"):
        cells = [victims(value, *codes) for (who, *codes), value in WHOLE.items() if who == agency]
        await accepted(service, agency, *cells)
    service.at(on(3))
    return service


async def test_with_the_right_single_counts_are_read(nation):
    assert await figures(nation, may_read=True) == WHOLE


async def test_without_it_small_counts_and_what_would_give_them_away_are_suppressed(nation):
    assert await figures(nation) == {
        ("UBND-P01", "female", "CN"): "suppressed",
        ("UBND-P01", "female", "KH"): "suppressed",
        ("UBND-P01", "male", "CN"): 7,
        ("UBND-P31", "female", "CN"): "suppressed",
        ("UBND-P31", "male", "CN"): 0,
        ("UBND-P42", "female", "CN"): "suppressed",
    }


async def test_margins_are_shown_where_nothing_follows_from_them(nation):
    assert await figures(nation, "period") == {"2026-S1": 32}
    assert await figures(nation, "sex") == {"female": 25, "male": 7}
    assert await figures(nation, "partner_country") == {"CN": "suppressed", "KH": "suppressed"}
    assert set((await figures(nation, "agency")).values()) == {"suppressed"}


async def test_two_queries_that_differ_in_one_agency_do_not_give_it_away(nation):
    every = await figures(nation, "sex")
    without = await figures(nation, "sex", agency=["UBND-P01", "UBND-P31"])
    alone = await figures(nation, "sex", agency="UBND-P42")

    assert every == {"female": 25, "male": 7}
    assert without == {"female": "suppressed", "male": 7}
    assert alone == {"female": "suppressed"}


async def test_what_is_accepted_today_is_read_tomorrow_and_not_before(nation):
    await accepted(nation, "UBND-P92", victims(9))
    assert await figures(nation, "sex") == {"female": 25, "male": 7}

    nation.at(on(4))
    assert await figures(nation, "sex") == {"female": 34, "male": 7}
    assert await figures(nation, "agency", agency="UBND-P92") == {"UBND-P92": 9}


async def test_a_correction_of_a_small_count_is_not_read_off_two_versions(nation):
    cells = [victims(value, *codes) for (who, *codes), value in WHOLE.items() if who == "UBND-P01"]
    await accepted(nation, "UBND-P01", victims(4), *cells[1:])
    nation.at(on(5))

    assert await figures(nation, "sex") == {"female": 34, "male": 7}
    assert await figures(nation, "sex", may_read=True) == {"female": 35, "male": 7}


async def test_a_correction_of_other_counts_is_read_and_what_was_known_before_stays(nation):
    await accepted(nation, "UBND-P01", victims(4), victims(12, "female", "KH"), victims(9, "male", "CN"))
    nation.at(on(6))

    assert await figures(nation, "sex") == {"female": 34, "male": 9}
    assert await figures(nation, "sex", known_at="2026-07-04T12:00:00+07:00") == {"female": 34, "male": 7}


async def test_the_answer_says_up_to_which_day_and_that_something_waits(nation):
    (note,) = (await ask(nation, group_by="agency")).json()["notes"]

    assert (note["code"], note["accepted_before"], note["held_back"]) == (
        "confidential_suppressed",
        "2026-07-06",
        True,
    )
    assert note["indicators"] == ["TRAFFICKING.IN.FLOW"]


async def test_what_is_not_accepted_is_never_shown_without_the_right(nation):
    await sent(nation, "BCA", victims(50))
    assert (await figures(nation, "agency", include="submitted", may_read=True))["BCA"] == 50
    nation.at(on(7))

    assert "BCA" not in await figures(nation, "agency", include="submitted")


async def test_the_scope_gives_nothing_to_those_outside_the_line(nation):
    assert await figures(nation, "agency", by="TTG", may_read=True) == {}
    assert await figures(nation, "agency", by="HT-SNV", may_read=True) == {}
    assert await figures(nation, "agency", by="HT-SNV") == {}
