"""What the other services know of an agency at the moment of a proposal. Looked at, never copied.

A service that is silent does not stop a steward: the succession says what could not be asked.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from kernel.errors import NotFound, ServiceSilent
from kernel.http import ServiceClient

PATIENCE = 3.0
"""Seconds that a steward waits for the other services."""

T = TypeVar("T", bound=BaseModel)

log = structlog.get_logger()


class OpenOccurrence(BaseModel):
    """A report that an agency owes and has not answered, as submissions keeps it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    occurrence: str
    obligation: str
    period: str
    due_on: str | None = None
    state: str


class BoundClient(BaseModel):
    """A system that calls for an agency, as the gateway keeps it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What others know of an agency. `unknown` names what could not be asked."""

    occurrences: tuple[OpenOccurrence, ...] = ()
    clients: tuple[BoundClient, ...] = ()
    unknown: tuple[str, ...] = ()


class Neighbours(Protocol):
    """What the registry asks the other services."""

    async def look(self, agency: str) -> Outlook:
        """Return what the other services know of an agency now."""


class HttpNeighbours:
    """Submissions and gateway over their inside doors."""

    def __init__(self, submissions: ServiceClient, gateway: ServiceClient) -> None:
        self._submissions = submissions
        self._gateway = gateway

    async def look(self, agency: str) -> Outlook:
        """Return what the other services know of an agency now."""
        occurrences, clients = await asyncio.gather(
            _ask(self._submissions, "/internal/open-occurrences", agency, OpenOccurrence),
            _ask(self._gateway, "/internal/clients", agency, BoundClient),
        )
        unknown = [name for name, found in (("occurrences", occurrences), ("clients", clients)) if found is None]
        return Outlook(tuple(occurrences or ()), tuple(clients or ()), tuple(unknown))


async def _ask(client: ServiceClient, path: str, agency: str, kind: type[T]) -> list[T] | None:
    try:
        async with asyncio.timeout(PATIENCE):
            answer: dict[str, Any] = await client.get(path, {"agency": agency})
        return [kind.model_validate(item) for item in answer["items"]]
    except (ServiceSilent, NotFound, TimeoutError, ValidationError, KeyError) as error:
        log.warning("neighbour_silent", path=path, error=repr(error)[:200])
        return None
