"""The steps of a steward who records a succession, as tests take them."""

from typing import Any

import httpx

SUCCESSIONS = "/v1/successions"

Headers = dict[str, str]


async def propose(client: httpx.AsyncClient, headers: Headers, **body: Any) -> dict[str, Any]:
    """Record a fact and return it."""
    stated = {"legal_basis": "Nghị quyết giả định", "effective_on": "2026-12-01", **body}
    answer = await client.post(SUCCESSIONS, json=stated, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"{SUCCESSIONS}/{made['id']}"
    return made


async def etag_of(client: httpx.AsyncClient, headers: Headers, succession: str) -> str:
    """Return the ETag that a change must name now."""
    return (await client.get(f"{SUCCESSIONS}/{succession}", headers=headers)).headers["ETag"]


async def lines_of(client: httpx.AsyncClient, headers: Headers, succession: str, **wanted: Any) -> list[Any]:
    """Return what a succession touches."""
    params = {"limit": 500, **wanted}
    answer = await client.get(f"{SUCCESSIONS}/{succession}/lines", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def confirm(
    client: httpx.AsyncClient, headers: Headers, succession: str, *lines: dict[str, Any], etag: str = ""
) -> httpx.Response:
    """Confirm some lines, or all when none is named."""
    etag = etag or await etag_of(client, headers, succession)
    return await client.post(
        f"{SUCCESSIONS}/{succession}/confirm",
        json={"lines": list(lines)} if lines else {},
        headers={**headers, "If-Match": etag},
    )
