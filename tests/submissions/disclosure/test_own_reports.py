"""What an agency reads of its own confidential figures, beside those of others, without the scope for them."""

from typing import Any

import pytest

from tests.submissions.disclosure.attacker import Attacker, Equation
from tests.submissions.disclosure.nation import REPORTERS, accepted, ask, figures, on, open_nation, sent, victims
from tests.submissions.service import Service

OWN = {("BNG", "female", "CN"): 3, ("BNG", "female", "KH"): 12, ("BNG", "male", "CN"): 1}
OTHERS = {
    ("UBND-P01", "female", "CN"): 2,
    ("UBND-P01", "female", "KH"): 9,
    ("UBND-P01", "male", "CN"): 4,
    ("UBND-P31", "female", "CN"): 8,
    ("UBND-P31", "male", "CN"): 6,
}


@pytest.fixture(scope="module")
async def nation(service: Service) -> Service:
    """The ministry that receives reports too; what two provinces reported was accepted yesterday."""
    await open_nation(service, (*REPORTERS, "BNG"))
    service.at(on(2))
    for agency in ("UBND-P01", "UBND-P31"):
        cells = [victims(value, *codes) for (who, *codes), value in OTHERS.items() if who == agency]
        await accepted(service, agency, *cells)
    await sent(service, "BNG", *[victims(value, *codes) for (_, *codes), value in OWN.items()])
    service.at(on(3))
    return service


async def test_own_figures_are_whole_beside_those_of_others_which_are_as_released(nation):
    assert await figures(nation, include="submitted") == {
        **OWN,
        ("UBND-P01", "female", "CN"): "suppressed",
        ("UBND-P01", "female", "KH"): "suppressed",
        ("UBND-P01", "male", "CN"): "suppressed",
        ("UBND-P31", "female", "CN"): 8,
        ("UBND-P31", "male", "CN"): 6,
    }


async def test_put_together_by_agency_they_are_whole_too(nation):
    assert await figures(nation, "agency", "sex", include="submitted") == {
        ("BNG", "female"): 15,
        ("BNG", "male"): 1,
        ("UBND-P01", "female"): "suppressed",
        ("UBND-P01", "male"): "suppressed",
        ("UBND-P31", "female"): 8,
        ("UBND-P31", "male"): 6,
    }


async def test_where_they_come_together_with_others_only_what_is_released_is_read(nation):
    assert await figures(nation, "sex", include="submitted") == {"female": "suppressed", "male": "suppressed"}
    assert await figures(nation, "period", include="submitted") == {"2026-S1": 29}


async def test_who_sees_nothing_but_its_own_reports_reads_them_whole_in_any_question(nation):
    own = {key: value for key, value in OTHERS.items() if key[0] == "UBND-P01"}

    assert await figures(nation, by="UBND-P01") == own
    assert await figures(nation, "sex", by="UBND-P01") == {"female": 11, "male": 4}
    assert (await ask(nation, by="UBND-P01")).json()["notes"] == []


async def test_what_changed_since_a_cursor_holds_own_figures_whole(nation):
    first = (await ask(nation, include="submitted")).json()
    await sent(nation, "BNG", *[victims(value + 1, *codes) for (_, *codes), value in OWN.items()])
    changed = (await ask(nation, include="submitted", since=first["cursor"])).json()["items"]

    assert {one["agency"] for one in changed} == {"BNG"}
    assert {one["value"] for one in changed if one["action"] == "R"} == {4, 13, 2}
    await sent(nation, "BNG", *[victims(value, *codes) for (_, *codes), value in OWN.items()])


async def test_a_solver_that_knows_its_own_figures_finds_no_small_count_of_others(nation):
    truth = {**OWN, **OTHERS}
    columns = ("agency", "sex", "partner_country")
    equations: list[Equation] = []
    groupings: list[tuple[str, ...]] = [
        (),
        ("sex",),
        ("partner_country",),
        ("agency",),
        ("agency", "sex"),
        columns,
    ]
    for names in groupings:
        for chosen in ([], ["BNG"], ["UBND-P01"], ["UBND-P01", "BNG"], ["UBND-P31", "BNG"]):
            asked: dict[str, Any] = {"include": "submitted", **({"agency": chosen} if chosen else {})}
            shown = await figures(nation, *(names or ("indicator",)), **asked)
            for group, value in shown.items():
                codes = () if not names else group if isinstance(group, tuple) else (group,)
                members = [
                    key
                    for key in truth
                    if (not chosen or key[0] in chosen)
                    and tuple(key[columns.index(name)] for name in names) == codes
                    and (key[0] != "BNG" or "agency" in names or chosen == ["BNG"])
                ]
                if value != "suppressed":
                    equations.append((tuple((0, key) for key in sorted(members)), int(value)))

    assert Attacker([truth], equations, ["BNG"]).found() == []
    assert len(set(equations)) >= 10
