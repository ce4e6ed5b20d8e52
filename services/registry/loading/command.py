"""`python -m services.registry load`: bring the reference files in."""

import asyncio

from kernel.runtime import open_runtime
from kernel.settings import ServiceSettings
from services.registry.loading.service import load_registry


def load(settings: ServiceSettings, _: list[str]) -> None:
    """Bring the reference files in."""
    asyncio.run(_load(settings))


async def _load(settings: ServiceSettings) -> None:
    async with open_runtime("registry", settings) as runtime:
        await load_registry(runtime.database, settings.data_dir, runtime.clock)
