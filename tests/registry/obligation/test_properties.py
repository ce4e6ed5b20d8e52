"""What holds for every rule, window and sequence of changes: found by trying many."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.clock import VIETNAM
from services.registry.obligation.deadlines import (
    CountedFrom,
    DeadlineRule,
    Operator,
    Roll,
    require_rule,
    set_deadline,
)
from services.registry.obligation.draft import MONTHLY_DRAFT
from services.registry.obligation.periods import Period, PeriodRule, Window, add_months, parse_label
from tests.support import bearer, service_token, set_business_time

from .builders import real_calendar

CALENDAR = real_calendar()
NAMED = st.sampled_from([Operator.BEFORE, Operator.ON, Operator.NO_LATER_THAN])
TILING = st.sampled_from([w for w in Window if w.is_periodic and w is not Window.SERIES and "cumul" not in w])
CUMULATIVE = st.sampled_from([w for w in Window if "cumul" in w])
STARTS = st.tuples(st.integers(1, 12), st.integers(1, 28))
YEARS = st.integers(2019, 2035)
PERIODS = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)),
    st.dates(date(2019, 1, 1), date(2034, 12, 31)),
    st.integers(0, 400),
)
WAYS = st.one_of(
    st.fixed_dictionaries(
        {"month": st.integers(1, 12), "day": st.integers(1, 28), "year_offset": st.integers(-1, 2)}
    ),
    st.fixed_dictionaries({"month": st.just(2), "day": st.just(29)}),
    st.fixed_dictionaries({"month_offset": st.integers(-2, 4), "day": st.integers(1, 31)}),
    st.fixed_dictionaries(
        {"month_offset": st.integers(0, 3), "working_day": st.integers(-23, 23).filter(lambda n: n != 0)}
    ),
    st.fixed_dictionaries({"weekday": st.integers(1, 7), "week_offset": st.integers(0, 3)}),
    st.fixed_dictionaries(
        {
            "days_after": st.integers(0, 60),
            "counts_working_days": st.booleans(),
            "counted_from": st.sampled_from(CountedFrom),
        }
    ),
)


@st.composite
def rules(draw) -> DeadlineRule:
    """Rules that name a day, in every way that there is."""
    hour = draw(st.one_of(st.none(), st.integers(0, 24)))
    return DeadlineRule(
        draw(NAMED),
        "nguyên văn",
        roll=draw(st.sampled_from(Roll)),
        hour=hour,
        minute=draw(st.sampled_from([0, 30])) if hour not in (None, 24) else 0,
        cut_off=draw(st.one_of(st.none(), STARTS)),
        **draw(WAYS),
    )


@settings(deadline=None, max_examples=120)
@given(rules(), PERIODS)
def test_the_last_line_of_an_explanation_is_the_instant_in_viet_nams_one_zone(rule, period):
    require_rule(rule)
    deadline = set_deadline(rule, period, CALENDAR, lambda _: None)
    last = deadline.steps[-1].as_json()

    assert last["due_at"] == deadline.due_at.isoformat()
    assert last["due_on"] == deadline.due_on.isoformat()
    assert deadline.due_at.utcoffset() == timedelta(hours=7)
    assert deadline.due_at.astimezone(VIETNAM).date() == deadline.due_on
    assert all(step.vi and step.en and step.vi != step.en for step in deadline.steps)


@settings(deadline=None, max_examples=60)
@given(rules(), PERIODS)
def test_a_rolled_day_is_a_working_day_and_modified_following_keeps_its_month(rule, period):
    unrolled = set_deadline(replace(rule, roll=Roll.NONE), period, CALENDAR, lambda _: None).due_on
    rolled = set_deadline(replace(rule, roll=Roll.MODIFIED_FOLLOWING), period, CALENDAR, lambda _: None).due_on

    assert CALENDAR.is_working_day(rolled)
    assert (rolled.year, rolled.month) == (unrolled.year, unrolled.month)


@settings(deadline=None)
@given(TILING, YEARS, STARTS)
def test_periods_tile_the_years_without_gap_or_overlap(window, year, starts):
    periods = list(PeriodRule(window, year_starts=starts).periods_ending_in(range(year, year + 3)))

    assert all(later.start - earlier.end == timedelta(days=1) for earlier, later in pairwise(periods))
    assert all(year <= period.end.year < year + 3 for period in periods)
    assert all(parse_label(period.label) == period for period in periods)


@settings(deadline=None)
@given(CUMULATIVE, YEARS, STARTS)
def test_cumulative_periods_begin_together_and_hold_each_other(window, year, starts):
    rule = PeriodRule(window, ("C03", "C06", "C09", "C12"), year_starts=starts)
    known = set(rule.periods_ending_in(range(year - 1, year + 2)))
    whole = [p for p in known if add_months(p.start, 12) - timedelta(days=1) == p.end and p.start.year == year]
    for longest in whole:
        together = sorted(p for p in known if p.start == longest.start)

        assert [add_months(longest.start, n) - timedelta(days=1) for n in (3, 6, 9, 12)] == [
            p.end for p in together
        ]


# -- a due date never moves without an event --------------------------------------------------------------

SPAN = {"from": "2026-01-01", "to": "2028-12-31"}
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("rule"),
            st.sampled_from(["A", "B", "C"]),
            st.sampled_from(
                [
                    {"day": 5},
                    {"day": 28},
                    {"roll": "following"},
                    {"roll": "preceding"},
                    {"hour": 16},
                    {"day": None, "working_day": -1},
                    {"window": "calendar_quarter"},
                    {"day": None, "working_day": None, "month_offset": None, "days_after": 5},
                ]
            ),
            st.sampled_from([None, "2027-06-01"]),
        ),
        st.tuples(
            st.just("day"),
            st.dates(date(2026, 1, 1), date(2028, 12, 31)),
            st.sampled_from(["public_holiday", "make_up_working_day", "ordinary_day", "statutory_day"]),
        ),
        st.tuples(
            st.just("end"), st.sampled_from(["A", "B", "C"]), st.dates(date(2027, 3, 1), date(2030, 12, 31))
        ),
    ),
    min_size=2,
    max_size=4,
)
NUMBERS = count(1)


async def schedule_of(client, headers):
    items = (await client.get("/internal/schedule", params=SPAN, headers=headers)).json()["items"]
    return {(i["obligation"], i["period"]): (i["due_at"], i["overdue_after"]) for i in items}


async def apply(client, steward, names, step):
    """Do one step as a steward; a refusal is an answer too."""
    if step[0] == "day":
        body = {
            "day": step[1].isoformat(),
            "kind": step[2],
            "name_vi": "Ngày",
            "name_en": "Day",
            "source": "CV",
            "confidence": "verified",
            "reason": "thử",
        }
        return await client.post("/v1/calendar-overrides", json=body, headers=steward)
    path = f"/v1/obligations/{names[step[1]]}"
    by = {**steward, "If-Match": (await client.get(path, headers=steward)).headers["etag"]}
    if step[0] == "end":
        return await client.patch(path, json={"valid_to": step[2].isoformat(), "reason": "thử"}, headers=by)
    body = {"rule": step[2], "applies_from": step[3], "reason": "thử"}
    return await client.post(f"{path}/rule-versions", json=body, headers=by)


async def all_told(database):
    async with database.transaction() as session:
        rows = await session.execute(sa.text("select id, type, subject from event"))
        return {row.id: (row.type, row.subject) for row in rows}


@settings(
    deadline=None,
    max_examples=3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_a_due_date_never_moves_without_an_event(client, app, database, caller, keys_dir, steps):
    set_business_time(app, datetime(2026, 7, 1, 1, tzinfo=UTC))
    steward = caller("BNG", "registry:read", "registry:write")

    def inside():
        return bearer(service_token(keys_dir, "submissions", "registry"))

    number = next(NUMBERS)
    names = {letter: f"P-{number}-{letter}" for letter in "ABC"}
    shared = {"window": "calendar_month", "operator": "with", "with_obligation": names["A"]}
    for letter, deadline in (
        ("A", {**MONTHLY_DRAFT["deadline"], "window": "calendar_month", "roll": "following"}),
        ("B", shared),
        ("C", MONTHLY_DRAFT["deadline"]),
    ):
        body = {**MONTHLY_DRAFT, "id": names[letter], "deadline": deadline, "reason": "thử"}
        made = await client.post("/v1/obligations", json=body, headers=steward)
        assert made.status_code == 201, made.text
    before = await schedule_of(client, inside())
    for step in steps:
        known = await all_told(database)
        answer = await apply(client, steward, names, step)
        assert answer.status_code in (200, 201, 422), answer.text
        after = await schedule_of(client, inside())
        told = {fact for id_, fact in (await all_told(database)).items() if id_ not in known}
        moved = {key[0] for key in {*before, *after} if before.get(key) != after.get(key)}

        assert moved <= {subject for kind, subject in told if kind == "obligation.changed"}, (step, moved)
        if answer.status_code == 422:
            assert not told
            assert before == after
        if step[0] == "day" and answer.status_code == 201:
            assert ("calendar.changed", step[1].isoformat()) in told
        before = after
    for (obligation, period), (due_at, _) in before.items():
        if obligation in names.values():
            path = f"/v1/obligations/{obligation}/explain"
            steps_told = (await client.get(path, params={"period": period}, headers=steward)).json()["steps"]
            assert steps_told[-1]["due_at"] == due_at
            break


@pytest.mark.parametrize("window", [w for w in Window if w.is_periodic and w is not Window.SERIES])
def test_every_window_has_periods_in_every_year(window):
    assert all(
        list(PeriodRule(window, year_starts=(11, 1)).periods_ending_in([year])) for year in range(2019, 2040)
    )
