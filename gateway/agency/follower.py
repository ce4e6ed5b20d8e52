"""Following the registry's feed: when it says that agencies changed, ask for all of them and keep them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from gateway.agency.store import AgencyStore

CHANGES = frozenset({"agency.changed", "succession.confirmed"})


class Registry(Protocol):
    """What the gateway asks the registry."""

    async def get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        """Read one inside door as JSON."""
        ...


class AgencyFollower:
    """Keeps the copy of the agencies up to date; handling a batch twice changes nothing."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def prepare(self, events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Ask for the present agencies when one of the events is about them."""
        if not any(event["type"] in CHANGES for event in events):
            return []
        answer = await self._registry.get("/internal/agencies")
        return [_row(item) for item in answer["items"]]

    async def apply(
        self, session: AsyncSession, events: Sequence[dict[str, Any]], prepared: list[dict[str, Any]]
    ) -> None:
        """Keep what the registry answered."""
        await AgencyStore(session).keep(prepared)


def _row(item: dict[str, Any]) -> dict[str, Any]:
    ended = item.get("valid_to")
    return {
        "id": item["id"],
        "name_vi": item["name_vi"],
        "name_en": item.get("name_en"),
        "valid_to": date.fromisoformat(ended) if ended else None,
    }
