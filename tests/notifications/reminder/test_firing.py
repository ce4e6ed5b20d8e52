"""Reminders of the half-year data of Hà Tĩnh, from the ledger's events to what each agency is told."""

import asyncio
from collections import Counter

import pytest

from tests.notifications.builders import (
    SEVEN,
    SIX,
    an_event,
    an_occurrence,
    due,
    fire,
    follow,
    heard,
    query,
    returned,
    scheduled,
    submitted,
    told,
    vn,
)

JULY_1 = vn("2026-07-01T08:00")
OVERDUE_MORNING = vn("2026-07-05T09:00")
A_WEEK_LATE = vn("2026-07-11T08:00")


@pytest.fixture
async def july(database):
    """1 July: seven owe it, all have had the reminders of before, HT-SNV has submitted."""
    await follow(database, scheduled(), vn("2026-05-01T09:00"))
    for morning in ("2026-06-04T08:00", "2026-06-27T08:00"):
        await fire(database, vn(morning))
    await follow(database, [submitted(an_occurrence("HT-SNV"))], JULY_1)
    return database


async def test_the_ladder_is_planned_when_an_occurrence_is_scheduled(database):
    await follow(database, scheduled(), vn("2026-05-01T09:00"))

    rows = await query(
        database,
        "select agency, tells, offset_days, fires_at from reminder"
        " where agency in ('HT-STP', 'HT-SNGV', 'UBND-P42') order by agency, offset_days",
    )
    assert [(row.agency, row.tells, row.offset_days) for row in rows] == [
        ("HT-SNGV", "recipient", 1),
        ("HT-SNGV", "recipient", 7),
        *(("HT-STP", "reporter", offset) for offset in (-30, -7, -1, 0, 1, 7)),
        ("UBND-P42", "next_level", 7),
    ]
    instants = {row.offset_days: row.fires_at for row in rows}
    assert (instants[-30], instants[1]) == (vn("2026-06-04T08:00"), vn("2026-07-05T08:00"))


async def test_six_are_told_that_they_are_overdue_and_the_recipient_is_told_once(july):
    await fire(july, OVERDUE_MORNING)

    overdue = await told(july, "deadline.overdue")
    assert [one.audience for one in overdue] == [(agency,) for agency in sorted((*SIX, "HT-SNGV"))]
    listed = next(one for one in overdue if one.audience == ("HT-SNGV",)).data
    assert [one["agency"] for one in listed["occurrences"]] == sorted(SIX)
    assert listed["missing_count"] == 6
    assert listed["due_at"] == "2026-07-04T23:59:59.999999+07:00"


async def test_who_has_submitted_hears_that_it_was_in_time_and_nothing_more(july):
    await fire(july, OVERDUE_MORNING)
    await fire(july, A_WEEK_LATE)

    counts = await heard(july)
    assert {kind: n for (agency, kind), n in counts.items() if agency == "HT-SNV"} == {
        "deadline.approaching": 2,
        "deadline.met": 1,
    }


async def test_a_clock_jump_tells_only_the_latest_step(july):
    await fire(july, OVERDUE_MORNING)

    counts = await heard(july)
    assert {kind: n for (agency, kind), n in counts.items() if agency == "HT-STP"} == {
        "deadline.approaching": 2,
        "deadline.overdue": 1,
    }
    skipped = await query(
        july, "select offset_days from reminder where agency = 'HT-STP' and state = 'skipped' order by 1"
    )
    assert [row.offset_days for row in skipped] == [-1, 0]


async def test_a_week_later_the_next_level_is_told_with_the_list(july):
    await fire(july, OVERDUE_MORNING)
    before = await told(july, "deadline.escalated")
    await fire(july, vn("2026-07-11T07:59:59"))
    early = await told(july, "deadline.escalated")
    await fire(july, A_WEEK_LATE)

    escalated = await told(july, "deadline.escalated")
    assert before == early == []
    assert [one.audience[0] for one in escalated] == sorted((*SIX, "HT-SNGV", "UBND-P42"))
    listed = next(one for one in escalated if one.audience == ("UBND-P42",)).data
    assert [one["agency"] for one in listed["occurrences"]] == sorted(SIX)


async def test_reading_the_feed_again_doubles_nothing(july):
    await fire(july, OVERDUE_MORNING)
    before = (await heard(july), await _rows(july))

    again = [*scheduled(), submitted(an_occurrence("HT-SNV"))]
    await follow(july, again[:3], OVERDUE_MORNING)
    await follow(july, again, OVERDUE_MORNING)
    await fire(july, OVERDUE_MORNING)

    assert (await heard(july), await _rows(july)) == before


async def _rows(database):
    rows = await query(database, "select subject, agency, offset_days, state from reminder order by 1, 2, 3")
    return [tuple(row) for row in rows]


async def test_the_same_event_read_twice_stands_once_in_the_public_log(database):
    events = scheduled()
    await follow(database, events, JULY_1)
    await follow(database, events, JULY_1)

    kept = await query(database, "select id from event where type = 'occurrence.scheduled'")
    assert sorted(str(row.id) for row in kept) == sorted(event["id"] for event in events)


async def test_three_workers_tell_thirty_reporters_once_each(database):
    agencies = [f"A-{number:02}" for number in range(30)]
    await follow(database, scheduled(agencies), vn("2026-05-01T09:00"))

    await asyncio.gather(*(fire(database, OVERDUE_MORNING, limit=7) for _ in range(3)))

    counts = await heard(database)
    assert counts == Counter((agency, "deadline.overdue") for agency in (*agencies, "HT-SNGV"))


async def test_when_all_have_submitted_the_recipient_is_not_told(database):
    await follow(database, scheduled(), vn("2026-05-01T09:00"))
    await follow(database, [submitted(an_occurrence(agency)) for agency in SEVEN], JULY_1)

    await fire(database, A_WEEK_LATE)

    assert {kind for _, kind in await heard(database)} == {"deadline.met"}


async def test_a_deadline_is_met_once_and_both_sides_hear_it(july):
    await follow(july, [submitted(an_occurrence("HT-SNV"), version=2)], JULY_1)

    met = await told(july, "deadline.met")
    assert [one.audience for one in met] == [("HT-SNV", "HT-SNGV")]


async def test_a_late_submission_ends_the_ladder_without_praise(july):
    await fire(july, OVERDUE_MORNING)
    await follow(july, [submitted(an_occurrence("HT-STP"), punctuality="late")], OVERDUE_MORNING)
    await fire(july, A_WEEK_LATE)

    counts = await heard(july)
    assert ("HT-STP", "deadline.met") not in counts
    assert ("HT-STP", "deadline.escalated") not in counts


async def test_a_report_on_paper_ends_the_ladder_and_is_met_without_a_submission(july):
    on_paper = submitted(an_occurrence("HT-STP"), submission=None, version=None, paper_receipt="a-receipt")
    await follow(july, [on_paper], vn("2026-07-03T10:00"))
    await fire(july, OVERDUE_MORNING)
    met = [one for one in await told(july, "deadline.met") if one.data["agency"] == "HT-STP"]

    assert ("HT-STP", "deadline.overdue") not in await heard(july)
    assert met
    assert {one.data["submission"] for one in met} == {None}


async def test_an_extension_has_a_ladder_of_its_own_and_leaves_the_first_list(july):
    extended = an_occurrence("HT-STP", **due("2026-07-14"))
    await follow(july, [an_event("occurrence.extended", extended)], vn("2026-07-03T10:00"))
    await fire(july, OVERDUE_MORNING)
    first = next(one for one in await told(july, "deadline.overdue") if one.audience == ("HT-SNGV",))
    await fire(july, vn("2026-07-15T08:00"))

    lists = [
        one.data["occurrences"] for one in await told(july, "deadline.overdue") if one.audience == ("HT-SNGV",)
    ]
    assert "HT-STP" not in [one["agency"] for one in first.data["occurrences"]]
    assert [[one["agency"] for one in listed] for listed in lists if len(listed) == 1] == [["HT-STP"]]


async def test_an_extension_does_not_repeat_the_reminders_that_lie_behind(july):
    before = await heard(july)
    extended = an_occurrence("HT-STP", **due("2026-07-08"))
    await follow(july, [an_event("occurrence.extended", extended)], vn("2026-07-02T10:00"))
    await fire(july, vn("2026-07-02T10:00"))

    assert await heard(july) == before | {("HT-SNV", "deadline.met"): 1, ("HT-SNGV", "deadline.met"): 1}


async def test_a_waived_occurrence_is_reminded_no_more(july):
    await follow(july, [an_event("occurrence.waived", an_occurrence("HT-STP"))], JULY_1)
    await fire(july, OVERDUE_MORNING)

    assert ("HT-STP", "deadline.overdue") not in await heard(july)
    assert ("HT-STC", "deadline.overdue") in await heard(july)


async def test_a_waived_occurrence_that_is_owed_again_is_reminded_again(july):
    stp = an_occurrence("HT-STP")
    await follow(july, [an_event("occurrence.waived", stp)], JULY_1)
    await follow(july, [an_event("occurrence.scheduled", stp)], JULY_1)
    await fire(july, OVERDUE_MORNING)

    assert (await heard(july))["HT-STP", "deadline.overdue"] == 1


async def test_a_return_has_its_own_clock_of_two_steps(july):
    snv = an_occurrence("HT-SNV")
    await follow(july, [returned(snv, "2026-07-20")], vn("2026-07-06T10:00"))
    await fire(july, vn("2026-07-20T08:00"))
    on_the_day = await heard(july)
    await fire(july, vn("2026-07-21T08:00"))

    assert on_the_day["HT-SNV", "deadline.due"] == 1
    assert (await heard(july))["HT-SNV", "deadline.overdue"] == 1
    overdue = next(one for one in await told(july, "deadline.overdue") if one.audience == ("HT-SNV",))
    assert (overdue.data["clock"], overdue.data["due_on"]) == ("correction", "2026-07-20")


async def test_a_correction_that_gets_more_time_is_reminded_of_its_new_day_only(july):
    snv = an_occurrence("HT-SNV")
    await follow(july, [returned(snv, "2026-07-20")], vn("2026-07-06T10:00"))
    await follow(july, [returned(snv, "2026-07-24")], vn("2026-07-15T10:00"))
    await fire(july, vn("2026-07-21T08:00"))
    quiet = await heard(july)
    await fire(july, vn("2026-07-24T08:00"))

    assert not {("HT-SNV", "deadline.due"), ("HT-SNV", "deadline.overdue")} & quiet.keys()
    assert (await heard(july))["HT-SNV", "deadline.due"] == 1


async def test_a_correction_that_came_stops_its_clock_and_a_second_return_starts_another(july):
    snv = an_occurrence("HT-SNV")
    await follow(july, [returned(snv, "2026-07-20"), submitted(snv, version=2)], vn("2026-07-06T10:00"))
    await fire(july, vn("2026-07-21T08:00"))
    quiet = await heard(july)
    await follow(july, [returned(snv, "2026-08-03", version=2)], vn("2026-07-22T10:00"))
    await fire(july, vn("2026-08-03T08:00"))

    assert ("HT-SNV", "deadline.due") not in quiet
    assert (await heard(july))["HT-SNV", "deadline.due"] == 1


async def test_history_is_never_reminded(database):
    await follow(database, scheduled(history=True), JULY_1)
    await fire(database, A_WEEK_LATE)

    assert await heard(database) == {}
    assert await query(database, "select id from inbox_item") == []


async def test_what_has_no_date_is_never_reminded(database):
    await follow(database, scheduled(**due(None)), JULY_1)

    assert await query(database, "select id from reminder") == []


async def test_a_date_that_the_recipient_sets_later_starts_the_ladder(database):
    await follow(database, scheduled(["HT-STP"], **due(None)), JULY_1)
    dated = an_occurrence("HT-STP", **due("2026-07-31"))
    await follow(database, [an_event("occurrence.rescheduled", dated)], JULY_1)
    await fire(database, JULY_1)

    assert await heard(database) == {("HT-STP", "deadline.approaching"): 1}


async def test_a_recipient_that_reports_to_itself_is_told_once(database):
    alone = scheduled(["HT-SNGV"], recipients=["HT-SNGV"], next_level=["HT-SNGV"])
    await follow(database, alone, vn("2026-05-01T09:00"))
    await fire(database, A_WEEK_LATE)

    assert await heard(database) == {("HT-SNGV", "deadline.escalated"): 1}


async def test_a_recipient_that_is_also_the_next_level_is_told_once(database):
    await follow(database, scheduled(["HT-STP"], next_level=["HT-SNGV"]), vn("2026-05-01T09:00"))
    await fire(database, A_WEEK_LATE)

    assert await heard(database) == {("HT-STP", "deadline.escalated"): 1, ("HT-SNGV", "deadline.escalated"): 1}


async def test_a_step_that_is_past_when_it_is_first_planned_still_fires_once(database):
    await follow(database, scheduled(["HT-STP"]), vn("2026-06-20T09:00"))
    await fire(database, vn("2026-06-20T09:00"))
    await fire(database, vn("2026-06-20T09:01"))

    assert await heard(database) == {("HT-STP", "deadline.approaching"): 1}


async def test_an_occurrence_that_came_again_under_a_new_id_is_told_once(database):
    await follow(database, scheduled(["HT-STP"]), vn("2026-05-01T09:00"))
    renewed = an_occurrence("HT-STP", occurrence="0198c1f2-0000-7000-8000-00000000000a")
    await follow(database, [an_event("occurrence.scheduled", renewed)], vn("2026-05-01T09:00"))
    await fire(database, OVERDUE_MORNING)

    overdue = await told(database, "deadline.overdue")
    assert [(one.audience[0], one.data.get("occurrence")) for one in overdue if one.audience == ("HT-STP",)] == [
        ("HT-STP", renewed["occurrence"])
    ]


async def test_a_fired_reminder_and_its_event_have_one_id(july):
    await fire(july, OVERDUE_MORNING)

    rows = await query(
        july,
        "select r.id from reminder r left join event e on e.id = r.id and e.type = r.event_type"
        " where (r.state = 'fired') <> (e.id is not null)",
    )
    assert rows == []
