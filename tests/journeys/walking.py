"""Who walks through the registry as a new steward, and what the steps of the walk have in common."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.demo.actor import Actor, wait_for
from tests.journeys.nghe_an import MONTHLY, QUARTERLY, YEARLY


@dataclass
class Walk:
    """Who walks, and what the steps share."""

    url: str
    admin: Actor
    actors: AsyncExitStack
    document: str = ""
    clients: dict[str, Actor] = field(default_factory=dict)

    @property
    def steward(self) -> Actor:
        """The province's department of foreign affairs."""
        return self.clients["NA-SNGV"]

    async def enter(self, agency: str, scopes: tuple[str, ...]) -> Actor:
        """Register a client for an agency, as the administrator; the gateway hears of new agencies in a moment."""
        body = {"name": f"Hệ thống của {agency}", "agency": agency, "scopes": list(scopes)}
        answers: list[httpx.Response] = []

        async def registered() -> bool:
            answers.append(await self.admin.ask("POST", "/v1/clients", json=body))
            return answers[-1].status_code == 201

        await wait_for(f"a client for {agency}", registered)
        told = answers[-1].json()
        actor = Actor(self.url, agency, told["client_id"], told["client_secret"])
        self.clients[agency] = await self.actors.enter_async_context(actor)
        return actor


async def changing(actor: Actor, method: str, path: str, body: Any, *, read: str) -> httpx.Response:
    """Change something with the ETag of what was read."""
    etag = (await actor.ask("GET", read)).headers["ETag"]
    return await actor.ask(method, path, json=body, headers={"If-Match": etag})


async def send_sheet(actor: Actor, query: dict[str, str], text: str) -> httpx.Response:
    kind = {"Content-Type": "text/csv"}
    answer = await actor.ask("POST", "/v1/imports", params=query, content=text.encode(), headers=kind)
    assert answer.status_code == 201, answer.text
    return answer


async def apply_sheet(actor: Actor, preview: httpx.Response) -> Any:
    headers = {"If-Match": preview.headers["ETag"]}
    answer = await actor.ask("POST", f"{preview.headers['Location']}/apply", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def send_document(actor: Actor, body: bytes, kind: str, **query: str) -> httpx.Response:
    path = "/v1/plan-documents"
    return await actor.ask("POST", path, params=query, content=body, headers={"Content-Type": kind})


async def read_document(actor: Actor, body: bytes, kind: str) -> str:
    """Send a document and wait for the job that reads it; return where the proposal is."""
    sent = await send_document(actor, body, kind, steward="NA-SNGV", filename="ke-hoach-128")
    assert sent.status_code == 202, sent.text
    job = sent.headers["Location"]

    async def done() -> bool:
        return bool((await actor.get(job))["progress"] == 100)

    await wait_for("the document is read", done)
    assert (await actor.get(job))["state"] == "done"
    return f"/v1/plan-documents/{sent.json()['id']}"


def said_of(item: dict[str, Any]) -> tuple[Any, ...]:
    content = item["content"]
    names = [[name["code"] for name in content[part]] for part in ("leads", "coordinators")]
    return content["code"], content["title_vi"], *names, content["timeframe"]


async def owed(actor: Actor, **wanted: str) -> list[dict[str, Any]]:
    return await actor.list("/v1/occurrences", **wanted)


async def until_owed(actor: Actor, obligation: str) -> None:
    """Wait until the ledger has opened what an agency owes."""

    async def opened() -> bool:
        return bool(await owed(actor, agency=actor.agency, obligation=obligation))

    await wait_for(f"{actor.agency} owes {obligation}", opened)


async def duties_of(actor: Actor, agency: str, day: str) -> tuple[set[str], set[str]]:
    """What of the new plan an agency owes on a day, and what it leaves orphaned."""
    duties = await actor.get(f"/v1/agencies/{agency}/duties", params={"as_of": day})
    owed = {one["obligation"] for one in duties["obligations"]}
    return owed & {YEARLY, QUARTERLY, MONTHLY}, set(duties["orphaned"])


async def told_of_move(actor: Actor, obligation: str, period: str) -> dict[str, Any]:
    """Wait for the event that tells an agency of a moved date; return what it says."""
    found: list[dict[str, Any]] = []

    async def told() -> bool:
        page = await actor.get("/v1/events", params={"type": "occurrence.rescheduled", "limit": 500})
        found[:] = [one["data"] for one in page["items"]]
        return any((one["obligation"], one["period"]) == (obligation, period) for one in found)

    await wait_for(f"{actor.agency} hears that {obligation} {period} moved", told)
    return next(one for one in found if (one["obligation"], one["period"]) == (obligation, period))
