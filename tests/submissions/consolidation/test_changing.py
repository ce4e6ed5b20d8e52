"""What changes below after a consolidation, and what its owner adjusts: told, shown, taken in by building anew."""

import json

import pytest

from tests.registry.statements import counted_statements
from tests.submissions.consolidation.cascade import (
    JAPAN,
    Whole,
    accept,
    accepted,
    mark_stale,
    open_cascade,
    report,
    the_whole,
)
from tests.submissions.fake_registry import SEVEN


@pytest.fixture(scope="module")
async def province(service) -> Whole:
    """The province with every report below but one; built without it."""
    await open_cascade(service)
    for agency in SEVEN[:-1]:
        if agency == "HT-SNV":
            await accepted(service, agency, 12, narrative={"general": {"text": "Số liệu của Sở Nội vụ."}})
        elif agency == "HT-CAT":
            await accepted(service, agency, 5, narrative={"general": {"text": "Số liệu của Công an tỉnh."}})
        else:
            await accepted(service, agency, observations=[], nil=["*"])
    province = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    assert (await province.build(missing="go_on", reason="Đúng hạn.")).status_code == 201
    return province


async def japan(province: Whole) -> dict:
    return (await province.items("/cells"))[0]


async def test_a_waiver_below_makes_it_stale_and_it_is_told_once(service, province):
    await mark_stale(service)
    fresh = (await province.read()).json()
    waived = await service.occurrence("OHT-01", "2026-S1", "HT-BCHBP")
    await service.http.post(
        f"/v1/occurrences/{waived['id']}/waivers", json={"reason": "Không có."}, headers=service.caller("HT-SNGV")
    )
    stale = (await province.read()).json()
    marked = [await mark_stale(service), await mark_stale(service)]
    (told,) = await service.events("consolidation.stale", province.owed["id"])
    built = (await province.build()).json()

    assert (fresh["stale"], fresh["stale_since"], len(fresh["missing"])) == (False, None, 1)
    assert stale["stale"]
    assert [(one["agency"], one["use_before"], one["use_after"]) for one in stale["source_changes"]] == [
        ("HT-BCHBP", "missing", "waived")
    ]
    assert marked == [True, False]
    assert (json.loads(told["data"])["build"], told["audience"]) == (1, ["UBND-P42"])
    assert (built["stale"], built["missing"], built["missing_decision"]) == (False, [], None)
    assert built["partial_cells"] == 0


async def test_a_version_accepted_later_shows_cell_by_cell_what_it_would_change(service, province):
    sent = await report(service, "HT-SNV", 15, narrative={"general": {"text": "Đã bổ sung."}})
    received = (await province.read()).json()["stale"]
    await accept(service, sent["id"])
    stale = (await province.read()).json()
    would = (await province.read("/changes")).json()
    draft = await province.draft()
    marked = await mark_stale(service)
    since = (await province.read()).json()["stale_since"]
    rebuilt = (await province.build()).json()
    did = (await province.read("/changes", since=2)).json()
    nothing = (await province.read("/changes")).json()

    assert not received
    assert stale["stale"]
    assert [(one["agency"], one["before"], one["after"]) for one in stale["source_changes"]] == [("HT-SNV", 1, 2)]
    assert (would["from_build"], would["to_build"]) == (2, None)
    assert [(one["difference"], one["before"]["value"], one["after"]["value"]) for one in would["items"]] == [
        ("changed", 17, 20)
    ]
    assert would["items"][0]["dimensions"] == JAPAN
    assert [one["value"] for one in draft["observations"]] == [17]
    assert marked
    assert since is not None
    assert (rebuilt["build"], rebuilt["stale"]) == (3, False)
    assert (did["from_build"], did["to_build"], did["items"]) == (2, 3, would["items"])
    assert nothing["items"] == []
    assert (await province.read("/changes", since=9)).status_code == 404
    assert (await province.read("/changes", by="BNG")).status_code == 403


async def test_adjustments_are_signed_lines_that_count_from_the_next_build_on(service, province):
    made = await province.adjust(-2)
    pending = (await province.read()).json()
    before = (await japan(province))["value"]
    would = (await province.read("/changes")).json()["items"]
    await province.build()
    after = await japan(province)
    draft = await province.draft()
    door = f"{province.door}/adjustments/{made.json()['id']}/withdraw"
    headers = service.caller("UBND-P42")
    taken_back = await service.http.post(door, json={"reason": "Đã kiểm tra."}, headers=headers)
    twice = await service.http.post(door, json={"reason": "x"}, headers=headers)
    await province.build()
    listed = await province.items("/adjustments")

    assert made.status_code == 201
    assert (made.json()["amount"], made.json()["made_by"], made.json()["dimensions"]) == (-2, "UBND-P42", JAPAN)
    assert (pending["adjustments_pending"], pending["stale"]) == (True, False)
    assert (before, would[0]["after"]["value"]) == (20, 18)
    assert (after["value"], after["adjustment"]) == (18, -2)
    assert after["value"] == sum(one["value"] for one in after["sources"]) + after["adjustment"]
    assert [one["value"] for one in draft["observations"]] == [18]
    assert taken_back.json()["withdrawn_by"] == "UBND-P42"
    assert (twice.status_code, twice.json()["code"]) == (409, "consolidation_adjustment_withdrawn")
    assert (await japan(province))["value"] == 20
    assert [(one["amount"], one["withdrawn_reason"]) for one in listed] == [(-2, "Đã kiểm tra.")]
    assert [one["type"] for one in await service.events() if one["type"].startswith("consolidation.adj")] == [
        "consolidation.adjustment_made",
        "consolidation.adjustment_withdrawn",
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": 0}, "content_invalid"),
        ({"amount": "NaN"}, "content_invalid"),
        ({"amount": 1e30}, "content_invalid"),
        ({"reason": " "}, "content_invalid"),
        ({"indicator": "NO.SUCH"}, "consolidation_cell_unknown"),
        ({"amount": "1.5"}, "consolidation_adjustment_not_whole"),
        ({"dimensions": {"sex": "female"}}, "consolidation_cell_unknown"),
        ({"dimensions": {**JAPAN, "partner_country": "FR"}}, "consolidation_cell_unknown"),
    ],
)
async def test_an_adjustment_that_makes_no_sense_is_refused(province, change, code):
    answer = await province.adjust(**{"amount": 1, **change})

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_adjusting_is_the_owners_alone(service, province):
    body = {"indicator": "LABOUR.OUT.FLOW", "dimensions": JAPAN, "amount": 1, "reason": "x"}
    doors = f"{province.door}/adjustments"
    above = await service.http.post(doors, json=body, headers=service.caller("BNG"))
    stranger = await service.http.post(doors, json=body, headers=service.caller("HT-SNV"))

    assert (above.status_code, stranger.status_code) == (403, 404)


async def test_words_come_along_with_who_said_them(province):
    words = await province.items("/narrative")
    first = (await province.read("/narrative", limit=1)).json()
    second = (await province.read("/narrative", limit=1, cursor=first["next_cursor"])).json()

    assert [(one["section"], one["agency"], one["version"], one["text"]) for one in words] == [
        ("general", "HT-CAT", 1, "Số liệu của Công an tỉnh."),
        ("general", "HT-SNV", 2, "Đã bổ sung."),
    ]
    assert first["items"] + second["items"] == words
    assert "narrative" not in await province.draft()


async def test_a_list_takes_four_statements_at_most_however_long_it_is(service, province):
    for path in ("/cells", "/narrative", "/adjustments"):
        with counted_statements(service.app) as sent:
            await province.items(path)
        assert len(sent) <= 4, path


async def test_a_key_that_is_used_again_builds_once(service, province, a_key):
    headers = {**service.caller("UBND-P42"), "Idempotency-Key": a_key}
    answers = [await service.http.post(province.door, headers=headers) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["build"] == answers[1].json()["build"]


async def test_what_was_built_cannot_be_changed(service):
    for table in ("consolidation_source", "consolidation_cell", "consolidation_part"):
        with pytest.raises(Exception, match="never changed"):
            await service.sql(f"delete from {table}")
