"""Registry over HTTP: what is read, what is ignored, and what silence means."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from kernel.errors import ServiceSilent
from kernel.http import ServiceClient
from kernel.jose import SigningKey
from services.submissions.registry_client import RegistryClient

AGENCY = {
    "id": "HT-SLDTBXH",
    "name_vi": "Sở Lao động",
    "name_en": "Labour",
    "kind": "provincial_department",
    "valid_to": "2025-02-28",
    "successors": [{"agency": "HT-SNV", "kind": "merge", "effective_on": "2025-03-01", "colour": "red"}],
    "colour": "red",
}
PROVINCE = {
    "id": "P02",
    "name_vi": "Hà Giang",
    "gso_code": "02",
    "valid_to": "2025-06-30",
    "successors": [{"province": "P08-2025", "kind": "merge", "effective_on": "2025-07-01"}],
}
OBLIGATION = {
    "id": "OHT-01",
    "instrument": "KH-167-HATINH",
    "kind": "periodic",
    "subject": "migration_data",
    "title_vi": "x",
    "title_en": "x",
    "recipients": ["HT-SNGV"],
}


def a_client(keys_dir: Path, answer: Callable[[httpx.Request], httpx.Response]) -> RegistryClient:
    signer = SigningKey.load(keys_dir / "service-submissions.pem")
    transport = httpx.MockTransport(answer)
    client = ServiceClient(
        "http://registry", caller="submissions", audience="registry", signer=signer, transport=transport
    )
    return RegistryClient(client)


async def test_what_registry_says_is_read_and_what_is_new_is_ignored(keys_dir):
    doors: dict[str, Any] = {
        "/internal/agencies": {"items": [AGENCY]},
        "/internal/provinces": {"items": [PROVINCE]},
        "/internal/obligations": {"items": [OBLIGATION]},
        "/internal/tasks": {"items": []},
    }
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json=doors[request.url.path])

    copy = await a_client(keys_dir, answer).copy(date(2026, 7, 1))

    assert copy.agencies[0].successors[0].agency == "HT-SNV"
    assert copy.agencies[0].valid_to == date(2025, 2, 28)
    assert copy.provinces[0].successors[0].province == "P08-2025"
    assert copy.obligations[0].recipients == ("HT-SNGV",)
    assert "http://registry/internal/tasks?as_of=2026-07-01" in asked


async def test_the_schedule_is_asked_for_a_span_and_for_some_obligations(keys_dir):
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"calendar_version": "7", "items": []})

    client = a_client(keys_dir, answer)
    await client.list_schedule(date(2026, 1, 1), date(2027, 1, 1))
    found = await client.list_schedule(date(2026, 1, 1), date(2027, 1, 1), ["OHT-01", "OHT-02"])

    assert found.calendar_version == "7"
    assert asked == [
        "http://registry/internal/schedule?from=2026-01-01&to=2027-01-01",
        "http://registry/internal/schedule?from=2026-01-01&to=2027-01-01&obligation=OHT-01&obligation=OHT-02",
    ]


async def test_an_obligation_that_registry_does_not_know_has_no_cycles(keys_dir):
    client = a_client(keys_dir, lambda _: httpx.Response(404, json={}))

    assert (await client.list_schedule(date(2026, 1, 1), date(2027, 1, 1), ["OXX"])).items == ()


@pytest.mark.parametrize("status", [500, 503, 401])
async def test_a_registry_that_fails_is_silent(keys_dir, status):
    client = a_client(keys_dir, lambda _: httpx.Response(status))

    with pytest.raises(ServiceSilent):
        await client.copy(date(2026, 7, 1))


async def test_a_registry_that_is_not_there_is_silent(keys_dir):
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    with pytest.raises(ServiceSilent):
        await a_client(keys_dir, answer).list_schedule(date(2026, 1, 1), date(2027, 1, 1))
