"""What submissions may rely on when it asks registry: one suite, on the fake and on the real registry."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from kernel.clock import end_of_day
from kernel.http import ServiceClient
from kernel.jose import SigningKey
from kernel.settings import ServiceSettings
from services.registry.main import create_app
from services.submissions.main import create_app as create_submissions
from services.submissions.registry_client import Registry, RegistryClient
from services.submissions.settings import SubmissionsSettings
from tests.conftest import ROOT
from tests.submissions.fake_registry import SEVEN, FakeRegistry
from tests.submissions.service import FIRST_MORNING, Service, open_service
from tests.support import running

EARLY, LATE = date(2026, 1, 1), date(2027, 6, 30)


@pytest.fixture(scope="module")
async def real(loaded_registry_url: str, keys_dir: Path) -> AsyncIterator[Registry]:
    """The real registry with the real data, asked over its inside doors."""
    settings = ServiceSettings(database_url=loaded_registry_url, keys_dir=keys_dir)
    app = create_app(settings)
    async with running(app):
        client = ServiceClient(
            "http://registry",
            caller="submissions",
            audience="registry",
            signer=SigningKey.load(keys_dir / "service-submissions.pem"),
            transport=httpx.ASGITransport(app),
        )
        async with client:
            yield RegistryClient(client)


@pytest.fixture(scope="module", params=["fake", "real"])
def registry(request: pytest.FixtureRequest) -> Registry:
    if request.param == "fake":
        return FakeRegistry()
    found: Registry = request.getfixturevalue("real")
    return found


async def test_agencies_are_named_dated_and_lead_to_their_confirmed_successors(registry):
    copy = await registry.copy(date(2026, 7, 1))
    agencies = {agency.id: agency for agency in copy.agencies}
    ended = agencies["HT-SLDTBXH"]

    assert ended.valid_to == date(2025, 2, 28)
    assert [(one.agency, one.kind) for one in ended.successors] == [("HT-SNV", "merge")]
    assert agencies["HT-SNV"].valid_to is None
    assert all(agency.name_vi for agency in copy.agencies)


async def test_obligations_have_plan_steward_recipients_and_form(registry):
    copy = await registry.copy(date(2026, 7, 1))
    duties = {duty.id: duty for duty in copy.obligations}

    assert duties["OHT-01"].recipients == ("HT-SNGV",)
    assert duties["OHT-01"].form == "migration-data"
    assert duties["O402-02"].form == "plan-report"
    assert duties["OHT-04"].satisfied_by == "OHT-06"
    assert duties["O402-02"].steward == "BNG"
    assert duties["OHT-01"].plan
    assert len(duties) == len(copy.obligations)


async def test_tasks_name_those_who_lead(registry):
    tasks = {task.id: task for task in (await registry.copy(date(2026, 7, 1))).tasks}

    assert "QD-402-2020/2.1" in tasks
    assert all(task.plan and task.title_vi for task in tasks.values())
    assert any(task.leads for task in tasks.values())


async def test_plans_say_what_they_are_called_and_what_they_derive_from(registry):
    plans = {plan.id: plan for plan in await registry.list_plans()}

    assert (plans["QD-402-2020"].number, plans["QD-402-2020"].steward) == ("402/QĐ-TTg", "BNG")
    assert plans["KH-167-HATINH"].derives_from == "QD-402-2020"
    assert all(plan.title_vi and plan.title_en for plan in plans.values())


async def test_one_cycle_is_asked_for_by_its_label(registry):
    answer = await registry.find_cycle("OHT-01", "2026-S1")

    assert [(one.period, one.due_on) for one in answer.items] == [("2026-S1", date(2026, 7, 4))]
    assert {reporter.agency for reporter in answer.items[0].reporters} == set(SEVEN)
    for obligation, period in (("OHT-01", "2026-S2"), ("NOPE", "2026")):
        assert (await registry.find_cycle(obligation, period)).items == ()


async def test_days_off_are_named_and_ordinary_days_are_not(registry):
    unusual = {one.day: one.is_working for one in await registry.list_unusual_days(EARLY, LATE)}

    assert unusual[date(2026, 9, 2)] is False
    assert all(unusual[day] == (day.weekday() >= 5) for day in unusual), "only what the week does not say"


async def test_the_half_year_data_of_ha_tinh_is_owed_by_seven_on_the_fourth_of_july(registry):
    answer = await registry.list_schedule(EARLY, LATE, ["OHT-01"])
    (cycle,) = (item for item in answer.items if item.period == "2026-S1")

    assert answer.calendar_version
    assert {reporter.agency for reporter in cycle.reporters} == set(SEVEN)
    assert cycle.due_on == date(2026, 7, 4)
    assert cycle.due_at == cycle.overdue_after == end_of_day(date(2026, 7, 4))
    assert cycle.recipients == ("HT-SNGV",)
    assert cycle.next_level == ("UBND-P42",)
    assert (cycle.period_start, cycle.period_end) == (date(2026, 1, 1), date(2026, 6, 30))
    assert cycle.trace
    assert cycle.rule_version


async def test_a_duty_without_a_date_has_no_instant_at_all(registry):
    answer = await registry.list_schedule(EARLY, LATE, ["O402-01"])
    (cycle,) = (item for item in answer.items if item.period == "2026-S2")

    assert (cycle.due_on, cycle.due_at, cycle.overdue_after) == (None, None, None)


async def test_a_series_is_overdue_only_after_its_year(registry):
    answer = await registry.list_schedule(EARLY, date(2027, 6, 30), ["O402-07"])
    years = [item for item in answer.items if item.period_end.year == 2026]

    assert [(item.due_on, item.overdue_after) for item in years] == [(None, end_of_day(date(2026, 12, 31)))]


async def test_only_the_asked_span_and_obligations_come(registry):
    answer = await registry.list_schedule(date(2026, 7, 4), date(2026, 7, 4), ["OHT-01", "O402-02"])

    assert [(item.obligation, item.period) for item in answer.items] == [("OHT-01", "2026-S1")]


async def test_ad_hoc_duties_and_unknown_ones_have_no_cycles(registry):
    for obligation in ("O402-11", "OXX-99"):
        assert (await registry.list_schedule(EARLY, LATE, [obligation])).items == ()


async def test_the_ledger_rolled_from_the_real_registry_owes_what_the_documents_say(
    real, submissions_url, keys_dir
):
    settings = SubmissionsSettings(
        database_url=submissions_url,
        keys_dir=keys_dir,
        data_dir=ROOT / "data",
        live_from=FIRST_MORNING.date(),
    )
    app = create_submissions(settings, registry=real)
    async with running(app) as http:
        service = Service(app, http, keys_dir, real, submissions_url)
        await open_service(service)
        rows = await service.sql(
            "select obligation, period, count(*) as reporters, min(form) as form from occurrence"
            " join cycle on cycle.id = cycle_id group by 1, 2"
        )
        owed = {(row["obligation"], row["period"]): (row["reporters"], row["form"]) for row in rows}
        before = len(await service.events())
        await service.follow()
        rolled = await service.roll()

        assert owed[("OHT-01", "2026-S1")] == (7, "migration-data")
        assert owed[("O402-02", "2026")] == (53, "plan-report")
        assert not any(obligation in ("O402-11", "OKG-01", "O1957-01") for obligation, _ in owed)
        assert rolled is True
        assert len(await service.events()) == before
