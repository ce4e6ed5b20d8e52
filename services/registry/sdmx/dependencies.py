"""Wiring of the SDMX doors."""

from typing import Annotated

from fastapi import Depends, Header, Request

from kernel.database import Session
from services.registry.obligation.dependencies import Obligations
from services.registry.sdmx.negotiating import choose_format
from services.registry.sdmx.service import FORMATS, PLAIN, StructureService
from services.registry.sdmx.store import StructureStore


async def _structures(request: Request, session: Session, obligations: Obligations) -> StructureService:
    sandbox: bool = request.app.state.runtime.settings.sandbox
    return StructureService(obligations=obligations, store=StructureStore(session), sandbox=sandbox)


async def _format(accept: Annotated[str | None, Header(include_in_schema=False)] = None) -> str:
    return choose_format(accept, FORMATS, PLAIN)


Exports = Annotated[StructureService, Depends(_structures)]
Format = Annotated[str, Depends(_format)]
"""The format that `Accept` asks for."""
