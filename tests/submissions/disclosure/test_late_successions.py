"""A succession that is taken in late, or taken back, changes nothing of what was released before it was known."""

from datetime import date
from typing import Any

import pytest

from tests.submissions.disclosure.nation import accepted, figures, on, open_nation, victims
from tests.submissions.fake_registry import SuccessorAnswer, an_agency
from tests.submissions.service import Service

COUNTS = {"UBND-P01": 2, "UBND-P31": 4, "UBND-P42": 2, "UBND-P92": 2}
ENDED = ("UBND-P31", "UBND-P42")


async def take_in(service: Service, ended: tuple[str, ...]) -> None:
    """Let the registry say that agencies ended long ago, and that the last carries them on."""
    heir = SuccessorAnswer(agency="UBND-P92", kind="merge", effective_on=date(2026, 6, 1))
    known = [one for one in service.registry.agencies if one.id not in ENDED]
    gone: dict[str, Any] = {"valid_to": date(2026, 5, 31), "successors": (heir,)}
    service.registry.agencies = [*known, *(an_agency(one, **(gone if one in ended else {})) for one in ENDED)]
    await service.follow()


@pytest.fixture(scope="module")
async def nation(service: Service) -> Service:
    """Four small counts hide each other since the third of July; on the fifth one of them comes to read three."""
    await open_nation(service)
    service.at(on(2))
    for agency, count in COUNTS.items():
        await accepted(service, agency, victims(count))
    service.at(on(3))
    assert await figures(service, "period") == {"2026-S1": 10}
    service.at(on(5))
    await take_in(service, ENDED)
    return service


THE_FOURTH = "2026-07-04T08:00:00+07:00"


async def test_what_was_released_before_it_was_known_stays_so(nation):
    assert await figures(nation, "period", known_at=THE_FOURTH) == {"2026-S1": 10}
    assert await figures(nation, "period") == {"2026-S1": 10}


async def test_a_new_small_count_does_not_follow_from_the_sum_before_and_after(nation):
    """Counted anew with the succession in the past, none of the four were released until the fifth joined them."""
    await accepted(nation, "BCA", victims(3))
    nation.at(on(6))

    assert await figures(nation, "period") == {"2026-S1": 10}


async def test_from_then_on_the_successor_counts_as_one_who_reads_them(nation):
    readers = await nation.sql("select agency, successor, since from report_reader order by agency")

    assert [tuple(one) for one in readers if one["agency"] in ENDED] == [
        (agency, "UBND-P92", date(2026, 7, 6)) for agency in ENDED
    ]


async def test_a_succession_that_is_taken_back_changes_nothing_either(nation):
    nation.at(on(8))
    before = await nation.sql("select * from report_reader")
    await take_in(nation, ())

    assert await nation.sql("select * from report_reader") == before
    assert await figures(nation, "period", known_at=THE_FOURTH) == {"2026-S1": 10}
