"""The cascade on the plans as they are loaded: department, Sở Ngoại vụ, province, Bộ Ngoại giao, Thủ tướng."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest

from kernel.clock import VIETNAM
from kernel.http import ServiceClient
from kernel.jose import SigningKey
from kernel.settings import ServiceSettings
from services.registry.main import create_app as create_registry
from services.submissions.main import create_app
from services.submissions.registry_client import RegistryClient
from services.submissions.settings import SubmissionsSettings
from tests.conftest import ROOT
from tests.submissions.consolidation.cascade import a_cell, accept, accepted, the_whole
from tests.submissions.service import Service
from tests.support import running

HATINH = {"HT-STP", "HT-SGDDT", "HT-SNV", "HT-STC", "HT-SKHCN", "HT-CAT", "HT-BCHBP"}


@pytest.fixture(scope="module")
async def service(loaded_registry_url: str, submissions_url: str, keys_dir: Path) -> AsyncIterator[Service]:
    """Submissions on the first of July 2026 over the registry with its reference files."""
    registry = create_registry(ServiceSettings(database_url=loaded_registry_url, keys_dir=keys_dir))
    signer = SigningKey.load(keys_dir / "service-submissions.pem")
    settings = SubmissionsSettings(
        database_url=submissions_url, keys_dir=keys_dir, data_dir=ROOT / "data", live_from=date(2026, 1, 1)
    )
    async with running(registry):
        client = ServiceClient(
            "http://registry",
            caller="submissions",
            audience="registry",
            signer=signer,
            transport=httpx.ASGITransport(registry),
        )
        app = create_app(settings, registry=RegistryClient(client))
        async with running(app) as http:
            one = Service(app, http, keys_dir, app.state.parts.registry, submissions_url)
            one.at(datetime(2026, 7, 1, 8, tzinfo=VIETNAM))
            await one.follow()
            await one.roll()
            yield one


async def test_hatinhs_half_year_goes_up_to_the_prime_minister(service):
    await accepted(service, "HT-SNV", observations=[a_cell(12), a_cell(1, "KR")])
    await accepted(service, "HT-CAT", observations=[a_cell(5)])
    province = await the_whole(service, "UBND-P42", "O402-01", "2026-S1")
    ministry = await the_whole(service, "BNG", "O402-03", "2026")
    waiting = (await province.build()).json()
    whole = (await province.submit_anew()).json()
    await accept(service, whole["id"], by="BNG")
    built = (await ministry.build()).json()
    cells = await ministry.items("/cells")

    assert {one["agency"] for one in waiting["sources"]} == HATINH
    assert {one["agency"] for one in waiting["missing"]} == HATINH - {"HT-SNV", "HT-CAT"}
    assert {one["clock"] for one in waiting["missing"]} == {"due"}
    assert (waiting["form"], waiting["missing_decision"]) == ("migration-data", "wait")
    assert {one["obligation"] for one in built["sources"]} >= {"O402-01", "O402-02", "O402-04a", "O402-04b"}
    assert [(one["agency"], one["obligation"]) for one in built["sources"] if one["use"] == "used"] == [
        ("UBND-P42", "O402-01")
    ]
    assert [(cell["value"], [one["submission"] for one in cell["sources"]]) for cell in cells] == [
        (17, [whole["id"]]),
        (1, [whole["id"]]),
    ]


async def test_the_yearly_report_of_a_province_is_built_from_its_departments_and_sent_on(service):
    focal = await the_whole(service, "HT-SNGV", "OHT-06", "2026")
    province = await the_whole(service, "UBND-P42", "O402-02", "2026")
    below = (await focal.build()).json()
    above = (await province.build()).json()

    assert {(one["agency"], one["obligation"]) for one in below["sources"]} == {(one, "OHT-03") for one in HATINH}
    assert {(one["agency"], one["obligation"], one["use"]) for one in above["sources"]} == {
        ("HT-SNGV", "OHT-06", "missing"),
        ("HT-SNGV", "OHT-04", "twin"),
    }


async def test_the_line_of_bo_cong_an_is_opened_by_hand(service):
    for body in (
        {"obligation": "O1957-01", "period": "2025-01-01/P6M", "reporters": ["BTP"]},
        {"obligation": "O1957-02", "period": "2025", "reporters": ["BCA"]},
    ):
        asked = {"reason": "Sơ kết thực hiện Kế hoạch", **body}
        opened = await service.http.post("/v1/cycles", json=asked, headers=service.caller("BCA"))
        assert opened.status_code == 201, opened.text
    review = await the_whole(service, "BCA", "O1957-02", "2025")
    built = (await review.build()).json()

    assert [(one["agency"], one["obligation"], one["use"]) for one in built["sources"]] == [
        ("BTP", "O1957-01", "missing")
    ]
