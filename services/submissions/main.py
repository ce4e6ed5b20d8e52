"""The API of submissions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kernel import web
from kernel.events import feed_router
from kernel.runtime import Runtime
from services.submissions.attachment.endpoints import router as attachment
from services.submissions.audit.endpoints import router as audit
from services.submissions.comment.endpoints import router as comment
from services.submissions.compliance.endpoints import router as compliance
from services.submissions.consolidation.endpoints import router as consolidation
from services.submissions.cycle.endpoints import router as cycle
from services.submissions.data.endpoints import router as data
from services.submissions.data.structure_endpoints import router as structure
from services.submissions.delegation.endpoints import router as delegation
from services.submissions.exception.endpoints import router as exception
from services.submissions.finding.endpoints import router as finding
from services.submissions.form.draft_endpoints import router as form_draft
from services.submissions.form.endpoints import router as form
from services.submissions.inside.endpoints import router as inside
from services.submissions.intake.endpoints import router as intake
from services.submissions.intake.job_endpoints import router as job
from services.submissions.paper_receipt.endpoints import router as paper_receipt
from services.submissions.progress.endpoints import router as progress
from services.submissions.registry_client import Registry
from services.submissions.report.endpoints import router as report
from services.submissions.review.endpoints import router as review
from services.submissions.settings import SubmissionsSettings
from services.submissions.starting import open_parts
from services.submissions.submission.draft_endpoints import router as draft
from services.submissions.submission.endpoints import router as submission

ROUTERS = (
    intake,  # first: whatever stands before a door is compared with each path that it takes
    form,
    form_draft,
    cycle,
    exception,
    paper_receipt,
    draft,
    job,
    submission,
    finding,
    review,
    delegation,
    comment,
    attachment,
    consolidation,
    compliance,
    progress,
    report,
    data,
    structure,
    audit,
    inside,
    feed_router("notifications"),
)


def create_app(settings: SubmissionsSettings, registry: Registry | None = None) -> FastAPI:
    """Build the API. Tests give a registry of their own."""

    @asynccontextmanager
    async def extend(app: FastAPI, runtime: Runtime) -> AsyncIterator[None]:
        async with open_parts(runtime, registry) as parts:
            app.state.parts = parts
            yield

    return web.create_app(
        "submissions",
        settings,
        ROUTERS,
        title="Submissions",
        description="What is owed, what was reported, how it was reviewed, and how complete it is.",
        extend=extend,
        uploads=("/v1/submissions",),
    )
