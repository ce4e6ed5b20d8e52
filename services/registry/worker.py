"""What the registry does by itself: seal its log, read documents, forget old keys, measure its integrity."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from kernel.events import Sealer
from kernel.idempotency import forget_old_keys
from kernel.runtime import Runtime
from kernel.worker import Loop
from services.registry.importing.tasks import EVERY_SECONDS as EVERY_HOUR
from services.registry.importing.tasks import forget_imports
from services.registry.integrity.tasks import EVERY_SECONDS, measure
from services.registry.plan_document.reading import DocumentReader


@asynccontextmanager
async def open_work(runtime: Runtime) -> AsyncIterator[Sequence[Loop]]:
    """Give the worker's loops."""

    async def forget_keys() -> bool:
        return await forget_old_keys(runtime.database)

    async def forget_old_imports() -> bool:
        return await forget_imports(runtime)

    async def measure_integrity() -> bool:
        return await measure(runtime)

    yield [
        Loop("seal", Sealer(runtime.database).seal),
        Loop("read_documents", DocumentReader(runtime.database, runtime.clock).step, 0.5),
        Loop("forget_keys", forget_keys),
        Loop("forget_imports", forget_old_imports, idle_seconds=EVERY_HOUR),
        Loop("integrity", measure_integrity, idle_seconds=EVERY_SECONDS),
    ]
