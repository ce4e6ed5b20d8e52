"""Following registry: keep the present names of agencies, and pass its public events on."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import real_now
from services.notifications.agency.schemas import RegistryAgencies, RegistryAgency
from services.notifications.agency.store import AgencyStore
from services.notifications.event.rules import KNOWN_TYPES
from services.notifications.event.schemas import FeedEvent
from services.notifications.event.service import Publisher

ABOUT_AGENCIES = frozenset({"agency.changed", "succession.confirmed"})


class Registry(Protocol):
    """The inside door of registry that we need."""

    async def get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        """Read one inside door as JSON."""
        ...


class RegistryFollower:
    """Handles batches of registry's feed. Handling a batch again leaves everything as it is."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._asked = False

    async def prepare(self, events: Sequence[dict[str, Any]]) -> list[RegistryAgency]:
        """Ask for the agencies as they are now: with the first batch, and when one says that any changed."""
        if self._asked and not any(event["type"] in ABOUT_AGENCIES for event in events):
            return []
        answer = await self._registry.get("/internal/agencies")
        self._asked = True
        return RegistryAgencies.model_validate(answer).items

    async def apply(
        self, session: AsyncSession, events: Sequence[dict[str, Any]], prepared: list[RegistryAgency]
    ) -> None:
        """Keep the names and tell the changes, in the transaction that moves the cursor."""
        await AgencyStore(session).replace(prepared)
        public = [FeedEvent.model_validate(event) for event in events if event["type"] in KNOWN_TYPES]
        await Publisher(session).publish([event.public() for event in public], real_now())
