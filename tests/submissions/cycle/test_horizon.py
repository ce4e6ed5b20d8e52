"""Rolling the ledger over a real database: what opens, what is told, what never moves silently."""

import asyncio
import json
from datetime import date, datetime, timedelta

import pytest

from kernel.clock import VIETNAM, end_of_day
from kernel.errors import ServiceSilent
from tests.submissions.fake_registry import SEVEN, a_cycle, an_agency, owed_by
from tests.submissions.service import FIRST_MORNING


async def test_every_cycle_of_the_next_eighteen_months_is_open_and_none_of_before_live_from(service):
    rows = await service.sql("select obligation, period, history from cycle order by 1, 2")

    assert {(row["obligation"], row["period"]) for row in rows} == {
        ("OHT-01", "2026-S1"),
        ("OHT-01", "2027-S1"),
        ("OHT-04", "2026"),
        ("OHT-06", "2026"),
        ("O402-01", "2026-S2"),
        ("O402-02", "2026"),
        ("O402-07", "2026"),
    }
    assert not any(row["history"] for row in rows)


async def test_each_new_occurrence_is_told_with_all_that_a_reminder_needs(service):
    owed = await service.occurrence("OHT-01", "2026-S1", "HT-SNV")
    (told,) = await service.events("occurrence.scheduled", owed["id"])

    assert json.loads(told["data"]) == {
        "occurrence": owed["id"],
        "obligation": "OHT-01",
        "plan": "KH-167-HATINH",
        "form": "migration-data",
        "cycle": owed["cycle"],
        "period": "2026-S1",
        "agency": "HT-SNV",
        "recipients": ["HT-SNGV"],
        "via": None,
        "next_level": ["UBND-P42"],
        "steward": "UBND-P42",
        "due_on": "2026-07-04",
        "due_at": "2026-07-04T23:59:59.999999+07:00",
        "overdue_after": "2026-07-04T23:59:59.999999+07:00",
        "title_vi": "Số liệu di cư 6 tháng",
        "title_en": "Six-monthly migration data",
        "history": False,
        "link": f"http://127.0.0.1:8000/v1/occurrences/{owed['id']}",
    }
    assert set(told["audience"]) == {"HT-SNV", "HT-SNGV", "UBND-P42"}


async def test_rolling_again_the_same_day_does_nothing(service):
    before = len(await service.events())

    assert await service.roll() is False
    assert len(await service.events()) == before


async def test_rolling_after_a_copy_that_changed_nothing_tells_nothing(service):
    before = len(await service.events())
    await service.follow()

    assert await service.roll() is True
    assert len(await service.events()) == before


async def test_a_moved_date_is_told_with_its_reason_and_the_day_before(service):
    due_at = end_of_day(date(2026, 11, 13))
    service.registry.change(
        "O402-02",
        "2026",
        due_on=date(2026, 11, 13),
        due_at=due_at,
        overdue_after=due_at,
        rule_version="2",
        rule_author="BNG",
        rule_reason="Công văn 12",
    )
    await service.follow()
    await service.roll()
    told = await service.events("occurrence.rescheduled")

    assert {json.loads(one["data"])["agency"] for one in told} == {"BCA", "UBND-P42"}
    assert {json.loads(one["data"])["due_on"] for one in told} == {"2026-11-13"}
    assert {json.loads(one["data"])["reason"] for one in told} == {"rule_changed"}
    assert json.loads(told[0]["data"])["changed"] == {"by": "BNG", "reason": "Công văn 12"}
    assert {one["reason"] for one in told} == {"Công văn 12"}
    assert {json.loads(one["before"])["due_on"] for one in told} == {"2026-11-14"}


async def test_a_reporter_that_ended_is_waived_and_a_new_one_owes(service):
    service.registry.agencies.append(an_agency("BNV"))
    service.registry.change("O402-02", "2026", reporters=owed_by("UBND-P42", "BNV"))
    await service.follow()
    await service.roll()
    gone = await service.occurrence("O402-02", "2026", "BCA")
    new = await service.occurrence("O402-02", "2026", "BNV")
    (waived,) = await service.events("occurrence.waived", gone["id"])

    assert (gone["state"], gone["waiver"]["code"]) == ("waived", "no_longer_owed")
    assert all(word in gone["waiver"]["reason"] for word in ("đơn vị báo cáo", "no longer names"))
    assert json.loads(waived["data"])["reason"] == "no_longer_owed"
    assert new["state"] == "owed"
    assert len(await service.events("occurrence.scheduled", new["id"])) == 1


async def test_the_horizon_follows_the_clock(service):
    service.registry.schedule.append(
        a_cycle("OHT-01", "2028-S1", date(2028, 1, 1), date(2028, 6, 30), due_on=date(2028, 7, 4))
    )
    service.at(FIRST_MORNING + timedelta(days=300))
    await service.roll()
    rows = await service.sql(
        "select count(*) from occurrence o join cycle c on c.id = cycle_id where period = '2028-S1'"
    )
    horizon = (await service.sql("select rolled_to from horizon"))[0]["rolled_to"]
    service.at(FIRST_MORNING)

    assert rows[0]["count"] == len(SEVEN)
    assert horizon == date(2028, 10, 27)


async def test_a_silent_registry_leaves_the_ledger_as_it_is(service):
    before = (await service.sql("select * from horizon"))[0]
    service.registry.silent = True
    service.at(datetime(2026, 7, 2, 8, tzinfo=VIETNAM))
    with pytest.raises(ServiceSilent):
        await service.roll()
    with pytest.raises(ServiceSilent):
        await service.follow()
    service.registry.silent = False
    service.at(FIRST_MORNING)

    assert (await service.sql("select * from horizon"))[0] == before


async def test_two_workers_that_roll_at_once_open_each_cycle_once(service):
    service.registry.schedule.append(
        a_cycle("OHT-01", "2027-S2", date(2027, 7, 1), date(2027, 12, 31), due_on=date(2028, 1, 4))
    )
    service.at(FIRST_MORNING + timedelta(days=5))
    await service.follow()
    await asyncio.gather(*(service.roll() for _ in range(4)))
    service.at(FIRST_MORNING)
    rows = await service.sql(
        "select count(*) as n, count(distinct agency) as agencies from occurrence o"
        " join cycle c on c.id = cycle_id where period = '2027-S2'"
    )

    assert (rows[0]["n"], rows[0]["agencies"]) == (7, 7)


async def test_an_open_cycle_without_a_form_takes_the_one_that_its_obligation_is_given_and_keeps_it(service):
    def bind(form):
        service.registry.obligations = [
            one.model_copy(update={"form": form}) if one.id == "O402-07" else one
            for one in service.registry.obligations
        ]

    had = {one.id: one.form for one in service.registry.obligations}["O402-07"]
    shown = []
    for form in (None, "migration-profile", "plan-report"):
        bind(form)
        await service.follow()
        await service.roll()
        shown += await service.sql("select form, form_version from cycle where obligation = 'O402-07'")
    bind(had)

    assert [tuple(one) for one in shown] == [(None, None), ("migration-profile", 2), ("migration-profile", 2)]
