"""`python -m services.registry api | worker | migrate | openapi | load`."""

import asyncio
from pathlib import Path

from kernel.process import Service, main
from kernel.runtime import open_runtime
from kernel.settings import ServiceSettings
from services.registry.loading.service import load_registry
from services.registry.main import create_app
from services.registry.worker import open_work


def load_command(settings: ServiceSettings, _: list[str]) -> None:
    """Bring the reference files in."""
    asyncio.run(_load(settings))


async def _load(settings: ServiceSettings) -> None:
    async with open_runtime("registry", settings) as runtime:
        await load_registry(runtime.database, settings.data_dir, runtime.clock)


SERVICE = Service(
    name="registry",
    settings=ServiceSettings,
    create_app=create_app,
    migrations=Path(__file__).parent / "migrations",
    work=open_work,
    commands={"load": load_command},
)

if __name__ == "__main__":
    main(SERVICE)
