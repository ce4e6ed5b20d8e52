"""The four services and the ports they answer on. Everything else in `deploy` reads it from here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One of the four: its short name, its package and the port of its API when nothing else is said."""

    name: str
    package: str
    port: int
    has_worker: bool = True

    def processes(self) -> tuple[tuple[str, str], ...]:
        """Return the name and the command of each process of this service."""
        api = (self.name, "api")
        return (api, (f"{self.name}-worker", "worker")) if self.has_worker else (api,)


SERVICES = (
    Service("gateway", "gateway", 8000, has_worker=False),
    Service("registry", "services.registry", 8001),
    Service("submissions", "services.submissions", 8002),
    Service("notifications", "services.notifications", 8003),
)
NAMES = tuple(service.name for service in SERVICES)
WORKER_PORT_STEP = 100
"""A worker answers for its health on its service's port plus this."""
