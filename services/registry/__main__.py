"""`python -m services.registry api | worker | migrate | openapi | load`."""

from pathlib import Path

from kernel.process import Service, main
from kernel.settings import ServiceSettings

SERVICE = Service(
    name="registry",
    settings=ServiceSettings,
    app="services.registry.main:create_app",
    migrations=Path(__file__).parent / "migrations",
    work="services.registry.worker:open_work",
    commands={"load": "services.registry.loading.command:load"},
)

if __name__ == "__main__":
    main(SERVICE)
