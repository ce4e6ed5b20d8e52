"""What /v1/data shows of confidential tables to those who may not read them whole, and to those who may."""

import re
from datetime import datetime
from typing import Any

import pytest

from services.submissions.disclosure.atoms import Key
from services.submissions.disclosure.service import DisclosureService
from tests.registry.statements import counted_statements
from tests.submissions.consolidation.cascade import accept
from tests.submissions.disclosure.attacker import Attacker, Equation
from tests.submissions.disclosure.nation import VICTIMS, accepted, ask, figures, on, open_nation, sent, victims
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


async def test_it_says_so_of_the_reports_only_that_are_asked_for(nation):
    async def waits(**asked: Any) -> Any:
        return (await ask(nation, group_by="agency", **asked)).json()["notes"][0]["held_back"]

    assert await waits(agency="UBND-P01")
    assert not await waits(agency="UBND-P31")
    assert not await waits(agency=["UBND-P31", "UBND-P42"])
    assert not await waits(by="HT-SNGV")


async def test_what_is_not_accepted_is_never_shown_without_the_right(nation):
    await sent(nation, "BCA", victims(50))
    assert (await figures(nation, "agency", include="submitted", may_read=True))["BCA"] == 50
    nation.at(on(7))

    assert "BCA" not in await figures(nation, "agency", include="submitted")


async def test_the_scope_gives_nothing_to_those_outside_the_line(nation):
    assert await figures(nation, "agency", by="TTG", may_read=True) == {}
    assert await figures(nation, "agency", by="HT-SNV", may_read=True) == {}
    assert await figures(nation, "agency", by="HT-SNV") == {}


GROUPINGS = ((), ("sex",), ("agency", "sex", "partner_country"))
DAYS = ("2026-07-03T00:00:00+07:00", "2026-07-07T00:00:00+07:00")


async def test_a_solver_with_every_answer_of_the_door_finds_no_small_count(nation):
    """Groupings, filters on one agency and on all but one, and two days, as a reader without the right asks."""
    truth = [await released_counts(nation, day) for day in DAYS]
    agencies = sorted({key[0] for key in truth[-1]})
    others = [one for one in agencies if one != "UBND-P42"]
    filters = [agencies, others, ["UBND-P42"]]
    equations: list[Equation] = []
    for number, day in enumerate(DAYS):
        for chosen in filters:
            for names in GROUPINGS:
                shown = await figures(nation, *(names or ("indicator",)), known_at=day, agency=chosen)
                equations += equations_of(shown, names, number, [key for key in truth[number] if key[0] in chosen])

    attacker = Attacker(truth, equations)
    assert len(set(equations)) >= 10
    assert len(attacker.small) == 4
    assert attacker.found() == []


async def released_counts(service: Service, day: str) -> dict[Key, int]:
    """Return what is released at an instant, looking at it from inside."""
    runtime = service.app.state.runtime
    async with runtime.database.transaction() as session:
        disclosure = DisclosureService(session=session, clock=runtime.clock)
        found = await disclosure.read("migration-data", [VICTIMS], known_at=datetime.fromisoformat(day))
    return {(one.agency, str(one.codes[0]), str(one.codes[2])): one.value for one in found.cells}


def equations_of(shown: dict[Any, Any], names: tuple[str, ...], number: int, keys: list[Key]) -> list[Equation]:
    """Return what an answer says of the counts that it is made of."""
    columns = [("agency", "sex", "partner_country").index(name) for name in names]
    found = []
    for group, value in shown.items():
        codes = () if not names else group if isinstance(group, tuple) else (group,)
        members = [key for key in keys if tuple(key[column] for column in columns) == codes]
        assert members, (group, value)
        if value != "suppressed":
            found.append((tuple((number, key) for key in sorted(members)), int(value)))
    return found


async def test_released_figures_are_read_with_four_statements_however_many_there_are(nation):
    runtime = nation.app.state.runtime
    with counted_statements(nation.app) as sent_statements:
        async with runtime.database.transaction() as session:
            await DisclosureService(session=session, clock=runtime.clock).read("migration-data", [VICTIMS])

    assert len([one for one in sent_statements if one.lstrip().upper().startswith("SELECT")]) == 4


@pytest.mark.parametrize("kind", ["csv", "sdmx-csv"])
async def test_no_format_says_more(nation, kind):
    shown = (await ask(nation, format=kind)).text
    lines = [line for line in shown.splitlines() if "UBND-P42" in line]

    assert len(lines) == 1
    assert not re.search(r",2(\.0)?,", lines[0]), lines


async def test_a_level_below_is_not_released_beside_the_one_above(service, nation):
    body = {"obligation": "OHT-01", "period": "2026-S1", "agency": "HT-CAT", "observations": [victims(60)]}
    headers = service.caller("HT-CAT")
    report = (await service.http.post("/v1/submissions", json=body, headers=headers)).json()
    await accept(service, report["id"])
    nation.at(on(9))

    assert await figures(nation, "agency", by="HT-SNGV", may_read=True) == {"HT-CAT": 60}
    assert await figures(nation, "agency", by="HT-SNGV") == {}
    assert await figures(nation, "agency", by="HT-CAT", agency="HT-CAT") == {"HT-CAT": 60}


async def test_changes_since_a_cursor_are_those_that_were_released(nation):
    first = (await ask(nation, group_by="agency")).json()
    await accepted(nation, "BCA", victims(60))
    same_day = (await ask(nation, group_by="agency", since=first["cursor"])).json()
    nation.at(on(11))
    next_day = (await ask(nation, group_by="agency", since=same_day["cursor"])).json()

    assert same_day["items"] == []
    assert [(one["action"], one["agency"], one["value"]) for one in next_day["items"]] == [("I", "BCA", 60)]
