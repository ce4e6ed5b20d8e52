"""Who takes part in the story, and what its scenes share."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from deploy.demo.actor import RECIPIENT, REPORTER, Actor, wait_for
from deploy.demo.narrator import Narrator
from deploy.demo.receiver import Receiver

START = datetime.fromisoformat("2026-07-01T08:00:00+07:00")

SEVEN = ("HT-BCHBP", "HT-CAT", "HT-SGDDT", "HT-SKHCN", "HT-SNV", "HT-STC", "HT-STP")
OTHERS = ("HT-SNGV", "UBND-P42", "BNG", "BCA", "BTP")
"""Beside the seven: the recipient, the next level, the steward, and two ministries that owe the yearly report."""
EVERY_TYPE = (
    "deadline.approaching",
    "deadline.due",
    "deadline.overdue",
    "deadline.escalated",
    "deadline.met",
    "submission.received",
    "submission.returned",
    "submission.accepted",
)


@dataclass
class Story:
    """Everything that the scenes share, and what tests look at afterwards."""

    url: str
    admin: Actor
    receiver: Receiver
    narrator: Narrator
    actors: dict[str, Actor] = field(default_factory=dict)
    occurrence: str = ""
    cycle: str = ""
    submissions: list[dict[str, Any]] = field(default_factory=list)
    receipt_claims: dict[str, Any] = field(default_factory=dict)
    yearly: dict[str, Any] = field(default_factory=dict)

    async def move_clock(self, instant: str) -> None:
        """Move everybody's business clock forward."""
        await self.admin.post("/v1/sandbox/clock", {"now": instant})
        self.narrator.say(f"The clock now shows {instant}.")

    async def hear(self, agency: str, event_type: str, count: int = 1) -> None:
        """Wait until an agency's system has received so many webhooks of a type."""

        async def heard() -> bool:
            return len(self.receiver.of(agency, event_type)) >= count

        await wait_for(f"{agency} receives {count} × {event_type}", heard)


@asynccontextmanager
async def prepared_story(
    url: str, credentials: tuple[str, str], receiver: Receiver, narrator: Narrator
) -> AsyncIterator[Story]:
    """Give every agency of the story a client of its own; close them at the end."""
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(Actor(url, "BNG", *credentials))
        story = Story(url, admin, receiver, narrator)
        for agency in (*SEVEN, *OTHERS):
            client = await _register(admin, agency)
            actor = Actor(url, agency, client["client_id"], client["client_secret"])
            story.actors[agency] = await stack.enter_async_context(actor)
        yield story


async def _register(admin: Actor, agency: str) -> dict[str, Any]:
    scopes = REPORTER if agency in SEVEN else RECIPIENT
    body = {"name": f"Hệ thống của {agency}", "agency": agency, "scopes": list(scopes)}

    answers: list[httpx.Response] = []

    async def registered() -> bool:  # the gateway learns of agencies a moment after the registry
        answers.append(await admin.ask("POST", "/v1/clients", json=body))
        return answers[-1].status_code == 201

    await wait_for(f"a client for {agency}", registered)
    client: dict[str, Any] = answers[-1].json()
    return client
