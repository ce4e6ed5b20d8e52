"""Checking and keeping an obligation inside somebody else's transaction."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from services.registry.obligation.draft import MONTHLY_DRAFT
from services.registry.obligation.errors import ObligationExists
from services.registry.obligation.writing import ObligationDraft, add_obligation, check_obligation

TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
MONTHLY = MONTHLY_DRAFT["deadline"]
YEARLY = {"window": "calendar_year", "wording": "trước 30/2", "operator": "before", "month": 2, "day": 28}


def a_draft(**changes) -> ObligationDraft:
    return ObligationDraft.model_validate({**MONTHLY_DRAFT, **changes})


@pytest.fixture
async def session(database):
    """A transaction that leaves nothing behind."""
    async with database.transaction() as session:
        yield session
        await session.rollback()


async def rules_of(session, draft, **more):
    found = await check_obligation(session, draft, today=TODAY, **more)
    return {(one.rule, one.pointer) for one in found}


async def test_a_sound_draft_is_kept_with_the_first_version_of_its_rule(session):
    draft = a_draft(deadline={**MONTHLY, "window": "calendar_month"})

    assert await check_obligation(session, draft, today=TODAY) == []
    assert await add_obligation(session, draft, author="HT-SNGV", reason="Mới", now=NOW) == "OHT-20"
    kept = await session.execute(
        sa.text(
            "select version, month_offset, day, author from deadline_rule join obligation o on o.id = obligation"
            " where o.id = 'OHT-20' and upper(valid) = '2031-01-01'"
        )
    )
    assert kept.all() == [(1, 0, 20, "HT-SNGV")]
    with pytest.raises(ObligationExists):
        await add_obligation(session, draft, author="HT-SNGV", reason="Mới", now=NOW)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"instrument": "NOPE"}, ("registered", "/instrument")),
        ({"plan": "NOPE"}, ("registered", "/plan")),
        ({"reporter": ["HT-CAT", "NOPE"]}, ("registered", "/reporter/1")),
        ({"recipient": ["G-NOPE"]}, ("registered", "/recipient/0")),
        ({"via": ["HT-CAT", "HT-CAT"]}, ("named_twice", "/via/1")),
        ({"reporter": ["HT-SNGV"]}, ("only_reporter_is_recipient", "/reporter")),
        ({"next_level": "NOPE"}, ("registered", "/next_level")),
        ({"next_level": "OHT-20"}, ("circle", "/next_level")),
        ({"satisfied_by": "NOPE"}, ("registered", "/satisfied_by")),
        ({"valid_to": "2026-01-01"}, ("validity_backwards", "/valid_to")),
        ({"kind": "one_off"}, ("window_not_of_kind", "/deadline/window")),
        ({"kind": "ad_hoc"}, ("window_not_of_kind", "/deadline/window")),
        ({"deadline": {**YEARLY, "day": 30}}, ("day_never_exists", "/deadline/day")),
        ({"deadline": {**YEARLY, "day": None}}, ("day_not_named", "/deadline/operator")),
        ({"deadline": {**YEARLY, "days_after": 3}}, ("day_not_named", "/deadline/operator")),
        ({"deadline": {**YEARLY, "parts": ["Q1"]}}, ("parts_foreign", "/deadline/parts")),
        ({"deadline": {"window": "series"}}, ("series_without_years", "/deadline/series_years")),
        ({"deadline": {**YEARLY, "window": "custom_year"}}, ("year_start_missing", "/deadline/year_starts")),
        ({"deadline": {**YEARLY, "operator": "with"}}, ("shared_deadline_unnamed", "/deadline/with_obligation")),
        (
            {"deadline": {**YEARLY, "operator": "with", "with_obligation": "OHT-20"}},
            ("circle", "/deadline/with_obligation"),
        ),
        (
            {"deadline": YEARLY, "valid_from": "2027-01-01", "valid_to": "2027-06-30"},
            ("no_cycle", "/deadline/window"),
        ),
        ({"deadline": {**YEARLY, "day": 29, "operator": "on"}}, ("month_end_clamped", "/deadline/day")),
        (
            {"deadline": {**MONTHLY, "day": 14}},
            ("cut_off_too_close", "/deadline"),
        ),
        ({"deadline": {**YEARLY, "month": 11, "day": 15, "cut_off": "11-14"}}, ("cut_off_too_close", "/deadline")),
        ({"reporter": ["HT-SLDTBXH"]}, ("agency_ended", "/reporter/0")),
    ],
)
async def test_what_is_wrong_is_found_where_it_stands(session, change, found):
    assert found in await rules_of(session, a_draft(**change))


async def test_everything_is_found_at_once_in_both_languages(session):
    draft = a_draft(instrument="NOPE", reporter=["NOPE"], kind="one_off", satisfied_by="NOPE")
    found = await check_obligation(session, draft, today=TODAY)

    assert len(found) >= 4
    assert all(one.vi and one.en and one.pointer.startswith("/") for one in found)


async def test_drafts_of_one_transaction_may_name_each_other_and_what_comes_with_them(session):
    below = a_draft(id="N-1", instrument="NEW", plan="NEW", next_level="N-2", deadline=YEARLY)
    above = a_draft(id="N-2", instrument="NEW", plan="NEW", next_level=None, deadline=YEARLY)
    coming = {"beside": [below, above], "instruments": ["NEW"], "plans": ["NEW"]}

    assert await rules_of(session, below, **coming) == set()
    assert ("registered", "/next_level") in await rules_of(session, below)
    turned = above.model_copy(update={"next_level": "N-1"})
    assert ("circle", "/next_level") in await rules_of(session, turned, **coming)
