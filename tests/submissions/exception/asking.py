"""How tests of extensions and waivers speak to the doors."""

from typing import Any

import httpx

from tests.submissions.service import Service

REASON = "Chưa nhận đủ số liệu của các xã."


async def ask(
    service: Service, kind: str, agency: str, by: str | None = None, period: str = "2026-S1", **body: Any
) -> httpx.Response:
    """Ask for an extension or a waiver of a half-year report, as its reporter or somebody else."""
    owed = await service.occurrence("OHT-01", period, agency)
    return await service.http.post(
        f"/v1/occurrences/{owed['id']}/{kind}",
        json={"reason": REASON, **body},
        headers=service.caller(by or agency),
    )


async def decide(
    service: Service,
    kind: str,
    id_: str,
    act: str,
    by: str = "HT-SNGV",
    body: dict[str, Any] | None = None,
    **caller: Any,
) -> httpx.Response:
    """Grant, refuse or withdraw."""
    return await service.http.post(f"/v1/{kind}/{id_}/{act}", json=body, headers=service.caller(by, **caller))


async def listed(service: Service, kind: str, by: str = "HT-SNGV", **params: Any) -> list[dict[str, Any]]:
    """Return a list as somebody reads it."""
    answer = await service.http.get(f"/v1/{kind}", params=params, headers=service.caller(by))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
