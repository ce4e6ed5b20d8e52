"""What the submissions worker repeats: seal events, follow registry, roll the horizon, check uploads, forget."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from kernel.events import Sealer
from kernel.feed import FeedFollower
from kernel.idempotency import forget_old_keys
from kernel.runtime import Runtime
from kernel.worker import Loop
from services.submissions.consolidation.staleness import StaleMarker
from services.submissions.cycle.horizon import HorizonRoller
from services.submissions.intake.tasks import IntakeWorker
from services.submissions.parts import Parts
from services.submissions.projection.follower import RegistryFollower
from services.submissions.starting import open_parts

HORIZON_SECONDS = 0.5
STALE_SECONDS = 1
INTAKE_SECONDS = 0.5
FORGET_SECONDS = 3600


@asynccontextmanager
async def work(runtime: Runtime) -> AsyncIterator[Sequence[Loop]]:
    """Open what the worker needs and give its loops."""
    async with open_parts(runtime) as parts, runtime.client("registry") as client:
        handler = RegistryFollower(registry=parts.registry, clock=runtime.clock, database=runtime.database)
        intake = IntakeWorker(runtime.database, parts, spool_dir=runtime.settings.spool_dir)
        horizon = roller(runtime, parts)
        follower = FeedFollower("registry", client, runtime.database, handler)
        runtime.find_missing = horizon.find_missing
        yield [
            Loop("seal", Sealer(runtime.database).seal, 0.1),
            Loop("first_copy", handler.copy_first, 0.5),
            Loop("registry_feed", follower.step, 0.5),
            Loop("horizon", horizon.roll, HORIZON_SECONDS),
            Loop("stale_consolidations", stale_marker(runtime, parts).mark, STALE_SECONDS),
            Loop("intake", intake.step, INTAKE_SECONDS),
            Loop("forget_uploads", intake.forget, FORGET_SECONDS),
            Loop("forget_keys", lambda: forget_old_keys(runtime.database)),
        ]


def roller(runtime: Runtime, parts: Parts) -> HorizonRoller:
    """Return what rolls the ledger."""
    return HorizonRoller(
        database=runtime.database,
        registry=parts.registry,
        clock=parts.clock,
        live_from=parts.live_from,
        forms=parts.forms,
        teller=parts.teller,
    )


def stale_marker(runtime: Runtime, parts: Parts) -> StaleMarker:
    """Return what tells owners of consolidations that a report below changed."""
    return StaleMarker(database=runtime.database, clock=parts.clock, teller=parts.teller)
