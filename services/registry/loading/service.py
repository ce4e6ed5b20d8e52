"""The story of a load: slice after slice in one transaction, then one event for each thing that changed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.clock import Clock
from kernel.database import Database
from kernel.events import EventLog, NewEvent
from services.registry.loading.store import LoadingStore
from services.registry.reference import Counts
from services.registry.succession.line_loading import load_lines

log = structlog.get_logger()

Load = Callable[[AsyncSession, Path, datetime], Awaitable[Counts]]

ORDER = ("province", "agency", "succession", "group", "instrument", "plan", "obligation", "calendar")
"""Whatever is named comes before whoever names it."""

EVENTS = {
    "agency": ("agency.changed", "agency"),
    "plan": ("plan.published", "plan"),
    "obligation": ("obligation.changed", "obligation"),
}
"""What is told about the changed ids of a slice: the event type, and the field that carries the id."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load did, slice by slice."""

    slices: dict[str, Counts]

    @property
    def read(self) -> dict[str, int]:
        """Lines read, by file."""
        return {file: lines for counts in self.slices.values() for file, lines in counts.read.items()}

    def changed(self, slice_name: str) -> list[str]:
        """The ids of a slice that are new or different; what a slice below changes comes along."""
        own = [self.slices[slice_name], *(self.slices[s] for s in TOUCHES.get(slice_name, ()))]
        touched = (one for count in self.slices.values() for one in count.touched.get(slice_name, ()))
        return list(dict.fromkeys([*(one for count in own for one in count.changed), *touched]))


TOUCHES = {"agency": ("succession",)}
"""A succession changes what becomes of its predecessor."""


async def load_registry(database: Database, data_dir: Path, clock: Clock) -> Loaded:
    """Bring the reference files in. Loading the same files again changes nothing and tells nobody."""
    async with database.transaction() as session:
        store = LoadingStore(session)
        await store.begin()
        loaded = Loaded({name: await _load_of(name)(session, data_dir, clock()) for name in ORDER})
        await load_lines(session, clock())
        await store.end()
        await EventLog(session, clock).append(*_events(loaded))
    log.info("registry_loaded", read=loaded.read, changed={n: len(loaded.changed(n)) for n in ORDER})
    return loaded


def _load_of(slice_name: str) -> Load:
    load: Load = import_module(f"services.registry.{slice_name}.loading").load
    return load


def _events(loaded: Loaded) -> list[NewEvent]:
    return [
        NewEvent(type=kind, subject=one, data={field: one})
        for slice_name, (kind, field) in EVENTS.items()
        for one in loaded.changed(slice_name)
    ]
