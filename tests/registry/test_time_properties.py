"""Reads as of a day, under any sequence of dated changes: what was answered for an earlier day stays."""

from datetime import date, timedelta
from itertools import count, pairwise

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.registry.agency.test_dated_changes import AGENCIES, a_department

FIRST = date(2026, 1, 1)
PROBES = [FIRST + timedelta(days=n) for n in (-1, 0, 45, 120, 200, 300, 364)]
DAYS = st.integers(0, 360).map(lambda n: FIRST + timedelta(days=n))
CHANGES = st.lists(
    st.one_of(
        st.fixed_dictionaries({"valid_from": DAYS, "name_vi": st.sampled_from(["Sở một", "Sở hai", "Sở ba"])}),
        st.fixed_dictionaries({"valid_from": DAYS, "name_en": st.sampled_from(["One", "Two"])}),
        st.fixed_dictionaries({"valid_to": DAYS}),
    ),
    min_size=2,
    max_size=4,
)
NUMBERS = count(1)


async def answers(client, reader, code):
    """What is answered for every probe; the day on which it ends is known beforehand and no part of it."""
    found = {}
    for day in PROBES:
        answer = await client.get(f"{AGENCIES}/{code}", params={"as_of": day.isoformat()}, headers=reader)
        assert answer.status_code == 200, answer.text
        found[day] = tuple(answer.json()[name] for name in ("name_vi", "name_en", "exists"))
    return found


@settings(
    deadline=None,
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],  # a found sequence is short; making it shorter takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=CHANGES)
async def test_a_change_from_a_day_on_leaves_every_earlier_answer(client, reader, writer, changes):
    code = f"HT-TIME-{next(NUMBERS)}"
    body = a_department(code, valid_from=FIRST.isoformat())
    made = await client.post(AGENCIES, json=body, headers=writer)
    assert made.status_code == 201, made.text
    before = await answers(client, reader, code)
    for change in changes:
        etag = (await client.get(f"{AGENCIES}/{code}", headers=reader)).headers["etag"]
        said = {name: str(value) for name, value in change.items()}
        answer = await client.patch(
            f"{AGENCIES}/{code}", json={**said, "reason": "thử"}, headers={**writer, "If-Match": etag}
        )
        assert answer.status_code in (200, 409, 422), answer.text
        after = await answers(client, reader, code)
        turned = change.get("valid_from") or change["valid_to"] + timedelta(days=1)
        kept = PROBES if answer.status_code != 200 else [day for day in PROBES if day < turned]

        assert {day: after[day] for day in kept} == {day: before[day] for day in kept}, change
        before = after
    await history_agrees(client, reader, code, before)


async def history_agrees(client, reader, code, answered):
    """Versions follow each other without gap or overlap, and each day is answered by the one that holds then."""
    history = (await client.get(f"{AGENCIES}/{code}/history", headers=reader)).json()
    spans = [
        (
            date.fromisoformat(one["valid_from"]),
            date.fromisoformat(one["valid_to"]) if one["valid_to"] else date.max,
            (one["name_vi"], one["name_en"]),
        )
        for one in history["items"]
    ]

    assert spans[0][0] == FIRST
    assert all(later[0] == earlier[1] + timedelta(days=1) for earlier, later in pairwise(spans))
    for day, (name_vi, name_en, exists) in answered.items():
        holding = [names for first, last, names in spans if first <= day <= last]
        assert exists == bool(holding), day
        assert len(holding) <= 1
        assert not holding or holding[0] == (name_vi, name_en)
