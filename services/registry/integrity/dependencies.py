"""Wiring of the checks."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from services.registry.integrity.service import IntegrityService
from services.registry.obligation.dependencies import Obligations


async def _integrity(session: Session, obligations: Obligations) -> IntegrityService:
    return IntegrityService(obligations=obligations, session=session)


Integrity = Annotated[IntegrityService, Depends(_integrity)]
