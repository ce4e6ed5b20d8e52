"""Where the doors of the ledger get what opens an agency's own reports."""

from typing import Annotated

from fastapi import Depends

from kernel.database import Session
from services.submissions.cycle.own_reports import OwnReports
from services.submissions.dependencies import TheParts


async def _own(session: Session, parts: TheParts) -> OwnReports:
    return OwnReports(
        session=session,
        clock=parts.clock,
        live_from=parts.live_from,
        forms=parts.forms,
        teller=parts.teller,
    )


Own = Annotated[OwnReports, Depends(_own)]
