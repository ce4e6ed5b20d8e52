"""What the worker does about imports by itself: forget them in time."""

from kernel.runtime import Runtime
from services.registry.importing.store import ImportStore

EVERY_SECONDS = 3600.0


async def forget_imports(runtime: Runtime) -> bool:
    """Drop imports that are older than they are kept; those of contacts hold personal data."""
    async with runtime.database.transaction() as session:
        await ImportStore(session).forget(runtime.clock())
    return False
