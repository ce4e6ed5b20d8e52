"""What changed since a cursor: applied to the answer before, it gives the answer now; stable and complete."""

import asyncio
from typing import Any

import pytest

from kernel.database import raw_connection
from tests.submissions.consolidation.cascade import a_cell, accept, accepted, report
from tests.submissions.data.asking import ask
from tests.submissions.service import Service

FLOW = {"indicator": "LABOUR.OUT.FLOW"}


def keyed(found: list[dict[str, Any]]) -> dict[Any, Any]:
    """Return figures by their codes."""
    kept = {}
    for item in found:
        codes = {name: item.get(name) for name in ("indicator", "period", "agency")}
        key = (*codes.values(), *sorted(item["dimensions"].items()))
        said = (item[name] for name in ("value", "status", "reason", "submission", "cells") if name in item)
        kept[key] = tuple(map(str, said))
    return kept


def apply(before: dict[Any, Any], delta: list[dict[str, Any]]) -> dict[Any, Any]:
    after = dict(before)
    for item in delta:
        (key,) = keyed([item])
        if item["action"] == "D":
            del after[key]
        else:
            assert (key in after) == (item["action"] == "R")
            after[key] = keyed([item])[key]
    return after


async def read(service: Service, **params: Any) -> tuple[list[dict[str, Any]], str]:
    answer = await ask(service, **FLOW, **params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["data-cursor"] == answer.json()["cursor"]
    return answer.json()["items"], answer.json()["cursor"]


@pytest.fixture(scope="module")
async def reported(service: Service) -> Service:
    await accepted(service, "HT-STP", observations=[a_cell(1), a_cell(2, "KR")])
    await accepted(service, "HT-SNV", observations=[a_cell(3), a_cell(4, "TW")])
    return service


@pytest.mark.parametrize("group_by", [{}, {"group_by": "partner_country"}, {"group_by": "agency,period"}])
async def test_changes_lead_from_one_answer_to_the_next(reported, group_by):
    before, cursor = await read(reported, **group_by)
    base = len(before) * 10 + len(str(group_by))
    await accepted(reported, "HT-SNV", observations=[a_cell(base), a_cell(base + 1, "CN")])
    await accepted(reported, "HT-STC", observations=[a_cell(base + 2, "US")])
    waiting = await report(reported, "HT-STP", observations=[a_cell(base + 99)])

    delta, further = await read(reported, since=cursor, **group_by)
    now, _ = await read(reported, **group_by)
    assert delta
    assert apply(keyed(before), delta) == keyed(now)

    await accept(reported, waiting["id"])
    second, _ = await read(reported, since=further, **group_by)
    last, _ = await read(reported, **group_by)
    assert apply(keyed(now), second) == keyed(last)
    assert await read(reported, since=cursor, **group_by) != (delta, further)  # all that came since, at once
    both, _ = await read(reported, since=cursor, **group_by)
    assert apply(keyed(before), both) == keyed(last)


async def test_nothing_changed(reported):
    _, cursor = await read(reported)
    await report(reported, "HT-SNV", observations=[a_cell(1234)])

    assert (await read(reported, since=cursor))[0] == []
    assert len((await read(reported, since=cursor, include="accepted"))[0]) == 0


async def test_gone_figures_are_told_by_their_codes_and_what_was_said_again_by_its_report(reported):
    await accepted(reported, "HT-CAT", observations=[a_cell(1), a_cell(2, "KR")])
    _, cursor = await read(reported, agency="HT-CAT")
    sent = await accepted(reported, "HT-CAT", observations=[a_cell(1), a_cell(3, "CN")])

    delta, _ = await read(reported, agency="HT-CAT", since=cursor)
    told = {(one["action"], one["dimensions"]["partner_country"], one["value"]) for one in delta}
    assert told == {("R", "JP", 1), ("D", "KR", None), ("I", "CN", 3)}
    assert {one["submission"] for one in delta if one["action"] == "R"} == {sent["id"]}


async def test_what_was_submitted_changes_too(reported):
    _, cursor = await read(reported, agency="HT-BCHBP", include="submitted")
    sent = await report(reported, "HT-BCHBP", observations=[a_cell(5)])

    delta, cursor = await read(reported, agency="HT-BCHBP", include="submitted", since=cursor)
    assert [(one["action"], one["value"]) for one in delta] == [("I", 5)]
    headers = reported.caller("HT-SNGV")
    body = {"reason_code": "figures_wrong", "text": "Xem lại."}
    answer = await reported.http.post(f"/v1/submissions/{sent['id']}/return", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    delta, _ = await read(reported, agency="HT-BCHBP", include="submitted", since=cursor)
    assert [one["action"] for one in delta] == ["D"]


async def test_a_transaction_that_was_under_way_is_not_missed(reported):
    """The acceptance begins before the answer is read and is finished after it."""
    sent = await report(reported, "HT-SKHCN", observations=[a_cell(7)])
    database = reported.app.state.runtime.database
    async with database.transaction() as session:
        raw = await raw_connection(session)
        await raw.execute(
            "insert into review (submission_id, decision, decided_at, agency, client, cells)"
            " values ($1, 'accepted', now() - interval '1 hour', 'HT-SNGV', 'x', '[]')",
            sent["id"],
        )
        before, cursor = await read(reported, agency="HT-SKHCN")
        assert before == []
        await raw.execute(
            "update occurrence set state = 'accepted', accepted_submission_id = $1 where submission_id = $1",
            sent["id"],
        )

    delta, _ = await read(reported, agency="HT-SKHCN", since=cursor)
    assert [(one["action"], one["value"]) for one in delta] == [("I", 7)]


async def test_a_cursor_of_another_query_is_refused(reported):
    _, cursor = await read(reported)
    answer = await ask(reported, **FLOW, group_by="sex", since=cursor)

    assert answer.status_code == 422
    assert [(one["parameter"], one["rule"]) for one in answer.json()["errors"]] == [
        ("since", "cursor_of_other_query")
    ]


async def test_changes_and_an_instant_do_not_go_together(reported):
    _, cursor = await read(reported)
    answer = await ask(reported, **FLOW, since=cursor, known_at="2026-07-01T08:00:00+07:00")

    assert [one["parameter"] for one in answer.json()["errors"]] == ["known_at"]


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyIxIl0", "e30", "🙂", "A" * 900])
async def test_a_cursor_that_is_none_of_ours(reported, cursor):
    answer = await ask(reported, **FLOW, since=cursor)

    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid"), answer.text


async def test_who_may_see_other_reports_than_before_reads_everything_again(reported):
    _, cursor = await read(reported)
    answer = await ask(reported, "UBND-P42", **FLOW, since=cursor)
    assert answer.status_code == 200  # it sees the same reports
    answer = await ask(reported, "HT-SNV", **FLOW, since=cursor)

    assert (answer.status_code, answer.json()["code"]) == (410, "data_cursor_outdated")


async def test_a_restored_installation_gives_no_changes(reported):
    _, cursor = await read(reported)
    await reported.sql("update log_epoch set epoch = uuidv7()")
    answer = await ask(reported, **FLOW, since=cursor)

    assert (answer.status_code, answer.json()["code"]) == (410, "data_cursor_outdated")


async def test_many_readers_at_once_get_answers_or_are_asked_to_wait(reported):
    answers = await asyncio.gather(*(ask(reported, **FLOW) for _ in range(8)))

    assert {one.status_code for one in answers} <= {200, 429}
    assert [one for one in answers if one.status_code == 200]
    assert all(one.headers["retry-after"] for one in answers if one.status_code == 429)
    assert (await ask(reported, **FLOW)).status_code == 200
