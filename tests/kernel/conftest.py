"""A service with nothing of its own: two doors over one table, to try the kernel with."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel

from kernel.callers import Caller, requires
from kernel.database import Session
from kernel.events import EventLog, NewEvent, feed_router
from kernel.idempotency import Once
from kernel.ids import new_id
from kernel.settings import ServiceSettings
from kernel.text import Text
from kernel.web import Router, create_app
from tests.support import running

router = Router()
Writer = Annotated[Caller, Depends(requires("submissions:write"))]


class NoteCreate(BaseModel, extra="forbid"):
    text: Text
    number: int = 0


@router.post("/v1/notes", status_code=201)
async def write(body: NoteCreate, writer: Writer, session: Session, request: Request, _: Once) -> dict[str, Any]:
    note = new_id()
    await session.execute(sa.text("insert into note values (:id, :text)"), {"id": note, "text": body.text})
    log = EventLog(session, request.app.state.runtime.clock)
    await log.append(NewEvent("note.written", str(note), {"note": str(note)}), caller=writer)
    return {"id": str(note)}


@router.get("/v1/notes")
async def count(session: Session, _: Writer, text: str | None = None) -> dict[str, int]:
    query = "select count(*) from note where :text::text is null or text = :text"
    found = await session.execute(sa.text(query.replace(":text::text", "cast(:text as text)")), {"text": text})
    return {"count": found.scalar_one()}


@pytest.fixture(scope="module")
def kernel_url(new_database: Callable[[str], str]) -> str:
    return new_database("kernel")


@pytest.fixture(scope="module")
def settings(kernel_url: str, keys_dir: Path) -> ServiceSettings:
    return ServiceSettings(database_url=kernel_url, keys_dir=keys_dir, sandbox=True, max_body_bytes=100_000)


@pytest.fixture(scope="module")
def app(settings: ServiceSettings) -> FastAPI:
    routers = [router, feed_router("submissions")]
    return create_app("registry", settings, routers, title="Notes", description="For trying.")


@pytest.fixture(scope="module")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as client:
        yield client
