"""The registry as an application: who, what and the rules of when."""

from fastapi import FastAPI

from kernel.events import feed_router
from kernel.settings import ServiceSettings
from kernel.web import create_app as create_service
from services.registry.agency import endpoints as agency
from services.registry.calendar import endpoints as calendar
from services.registry.group import endpoints as group
from services.registry.inside import endpoints as inside
from services.registry.instrument import endpoints as instrument
from services.registry.job import endpoints as job
from services.registry.integrity import endpoints as integrity
from services.registry.obligation import endpoints as obligation
from services.registry.plan import endpoints as plan
from services.registry.plan import version_endpoints as plan_version
from services.registry.succession import endpoints as succession

ROUTERS = (
    agency.router,
    group.router,
    succession.router,
    instrument.router,
    group.request_router,
    plan.router,
    plan_version.router,
    obligation.router,
    calendar.router,
    job.router,
    integrity.router,
    inside.router,
    obligation.internal_router,
)
FEED_READERS = ("submissions", "notifications", "gateway")


def create_app(settings: ServiceSettings) -> FastAPI:
    """Build the registry's API."""
    return create_service(
        "registry",
        settings,
        [*ROUTERS, feed_router(*FEED_READERS)],
        title="GCM Hub: registry",
        description="Agencies, instruments, plans, tasks, obligations and the working calendar, as of any day.",
    )
