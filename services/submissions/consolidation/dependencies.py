"""Wiring of the doors of consolidations."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from services.submissions.consolidation.adjusting import AdjustmentService
from services.submissions.consolidation.reading import ConsolidationReader
from services.submissions.consolidation.service import ConsolidationService
from services.submissions.dependencies import TheParts


async def _building(session: Session, parts: TheParts) -> ConsolidationService:
    return ConsolidationService(session=session, clock=parts.clock, forms=parts.forms, teller=parts.teller)


async def _reading(session: Session, parts: TheParts) -> ConsolidationReader:
    return ConsolidationReader(session=session, clock=parts.clock, forms=parts.forms)


async def _adjusting(session: Session, parts: TheParts) -> AdjustmentService:
    return AdjustmentService(session=session, clock=parts.clock, forms=parts.forms, teller=parts.teller)


Consolidations = Annotated[ConsolidationService, Depends(_building)]
Consolidated = Annotated[ConsolidationReader, Depends(_reading)]
Adjustments = Annotated[AdjustmentService, Depends(_adjusting)]
