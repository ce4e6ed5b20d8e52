"""A succession from the registry to the ledger: a proposal sees open reports, the ledger follows the decision."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from kernel.http import ServiceClient
from kernel.jose import SigningKey
from kernel.settings import ServiceSettings
from services.registry.main import create_app
from services.registry.succession.outlook import HttpNeighbours, Neighbours, Outlook
from services.submissions.main import create_app as create_submissions
from services.submissions.registry_client import RegistryClient
from services.submissions.settings import SubmissionsSettings
from tests.conftest import ROOT
from tests.submissions.service import FIRST_MORNING, Service, open_service
from tests.support import bearer, internal_token, running, set_business_time


class ToBeIntroduced:
    """The registry starts before it knows its neighbours."""

    def __init__(self) -> None:
        self.met: Neighbours | None = None

    async def look(self, agency: str) -> Outlook:
        assert self.met is not None
        return await self.met.look(agency)


@pytest.fixture
async def both(
    loaded_registry_url: str, submissions_url: str, keys_dir: Path
) -> AsyncIterator[tuple[httpx.AsyncClient, Service]]:
    """The real registry and the real ledger on the first of July 2026; no gateway is there."""
    settings = ServiceSettings(database_url=loaded_registry_url, keys_dir=keys_dir)
    neighbours = ToBeIntroduced()
    registry_app = create_app(settings, neighbours)

    def speaks(caller: str, audience: str, transport: httpx.AsyncBaseTransport | None) -> ServiceClient:
        signer = SigningKey.load(keys_dir / f"service-{caller}.pem")
        address = "http://127.0.0.1:9" if transport is None else "http://service"
        return ServiceClient(address, caller=caller, audience=audience, signer=signer, transport=transport)

    async with running(registry_app) as registry:
        set_business_time(registry_app, FIRST_MORNING)
        asked = RegistryClient(speaks("submissions", "registry", httpx.ASGITransport(registry_app)))
        ledger_app = create_submissions(
            SubmissionsSettings(
                database_url=submissions_url,
                keys_dir=keys_dir,
                data_dir=ROOT / "data",
                live_from=FIRST_MORNING.date(),
            ),
            registry=asked,
        )
        async with running(ledger_app) as http:
            neighbours.met = HttpNeighbours(
                speaks("registry", "submissions", httpx.ASGITransport(ledger_app)),
                speaks("registry", "gateway", None),
            )
            ledger = Service(ledger_app, http, keys_dir, asked, submissions_url)
            await open_service(ledger)
            yield registry, ledger


async def test_open_reports_are_seen_and_owed_by_the_successor_after_confirmation(both, keys_dir):
    registry, ledger = both
    steward = bearer(internal_token(keys_dir, "registry", scopes=("registry:read", "registry:write")))
    fact = {
        "predecessor": "HT-SNGV",
        "kind": "merge",
        "effective_on": "2026-09-01",
        "legal_basis": "Nghị quyết giả định",
        "successors": [{"agency": "HT-SNV"}],
    }

    async def owed(obligation):
        rows = await ledger.sql(
            "select agency, duty, state, waiver_code from occurrence join cycle on cycle.id = cycle_id"
            " where obligation = $1 and period = '2026' order by agency",
            obligation,
        )
        return [tuple(row) for row in rows]

    async def recipients():
        (row,) = await ledger.sql("select recipients from cycle where obligation = 'OHT-03' and period = '2026'")
        return list(row["recipients"])

    before = (await owed("OHT-04"), await recipients())
    made = await registry.post("/v1/successions", json=fact, headers=steward)
    path = f"/v1/successions/{made.json()['id']}"
    lines = (await registry.get(f"{path}/lines?kind=occurrence&item=OHT-04/2026", headers=steward)).json()["items"]
    confirmed = await registry.post(
        f"{path}/confirm", json={}, headers={**steward, "If-Match": made.headers["ETag"]}
    )
    await ledger.follow()
    await ledger.roll()

    assert made.status_code == 201, made.text
    assert made.json()["unknown"] == ["clients"]
    assert [(one["facts"]["state"], one["receivers"]) for one in lines] == [("owed", ["HT-SNV"])]
    assert lines[0]["facts"]["occurrence"]
    assert confirmed.status_code == 200, confirmed.text
    assert before == ([("HT-SNGV", "HT-SNGV", "owed", None)], ["HT-SNGV"])
    assert await owed("OHT-04") == [
        ("HT-SNGV", "HT-SNGV", "waived", "no_longer_owed"),
        ("HT-SNV", "HT-SNGV", "owed", None),
    ]
    assert await recipients() == ["HT-SNV"]
    assert ("HT-SNV", "waived") in {(agency, state) for agency, _, state, _ in await owed("OHT-03")}
