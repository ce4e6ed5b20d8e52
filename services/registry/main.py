"""The registry as an application: who, what and the rules of when."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kernel.events import feed_router
from kernel.runtime import Runtime
from kernel.settings import ServiceSettings
from kernel.web import create_app as create_service
from services.registry.agency import endpoints as agency
from services.registry.calendar import endpoints as calendar
from services.registry.contact import endpoints as contact
from services.registry.group import endpoints as group
from services.registry.importing import endpoints as importing
from services.registry.inside import endpoints as inside
from services.registry.instrument import endpoints as instrument
from services.registry.instrument import file_endpoints as instrument_file
from services.registry.integrity import endpoints as integrity
from services.registry.job import endpoints as job
from services.registry.obligation import changing_endpoints as obligation_changes
from services.registry.obligation import endpoints as obligation
from services.registry.plan import endpoints as plan
from services.registry.plan import version_endpoints as plan_version
from services.registry.plan_document import correction_endpoints as plan_document_correction
from services.registry.plan_document import endpoints as plan_document
from services.registry.province import endpoints as province
from services.registry.sdmx import endpoints as sdmx
from services.registry.succession import endpoints as succession
from services.registry.succession.outlook import HttpNeighbours, Neighbours
from services.registry.timeline import endpoints as timeline

ROUTERS = (
    agency.router,
    contact.router,
    importing.router,
    group.router,
    succession.router,
    instrument.router,
    instrument_file.router,
    group.request_router,
    plan.router,
    plan.objective_router,
    plan_version.router,
    timeline.router,
    obligation.router,
    obligation_changes.router,
    calendar.router,
    job.router,
    plan_document.router,
    plan_document_correction.router,
    integrity.router,
    sdmx.router,
    inside.router,
    province.router,
    obligation.internal_router,
    contact.internal_router,
)
FEED_READERS = ("submissions", "notifications", "gateway")


def create_app(settings: ServiceSettings, neighbours: Neighbours | None = None) -> FastAPI:
    """Build the registry's API. Tests give neighbours of their own."""

    @asynccontextmanager
    async def extend(app: FastAPI, runtime: Runtime) -> AsyncIterator[None]:
        async with runtime.client("submissions") as submissions, runtime.client("gateway") as gateway:
            app.state.neighbours = neighbours or HttpNeighbours(submissions, gateway)
            yield

    return create_service(
        "registry",
        settings,
        [*ROUTERS, feed_router(*FEED_READERS)],
        title="GCM Hub: registry",
        description="Agencies, instruments, plans, tasks, obligations and the working calendar, as of any day.",
        extend=extend,
    )
