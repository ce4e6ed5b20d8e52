"""The doors of the checks and of what they find."""

from typing import Annotated

from fastapi import Query

from kernel.paging import Cursor, Limit
from kernel.web import Router
from services.registry.dependencies import AsOf, Reader
from services.registry.integrity.dependencies import Integrity
from services.registry.integrity.errors import CheckUnknown
from services.registry.integrity.findings import Severity
from services.registry.integrity.schemas import CheckList, CheckRead, FindingPage
from services.registry.integrity.service import Asked
from services.registry.integrity.table import BY_CODE, CHECKS, Check

router = Router(prefix="/v1/integrity", tags=["integrity"])

CheckCode = Annotated[
    str | None, Query(max_length=60, description="Code of a check.", examples=["obligation_orphaned"])
]
SubjectCode = Annotated[
    str | None, Query(max_length=100, description="Code of what a finding is about.", examples=["OKT-03"])
]


@router.get("/checks")
async def list_checks(_: Reader) -> CheckList:
    """List every check with its severity and what it means."""
    items = [_shown(check) for check in CHECKS]
    return CheckList(items=items)


@router.get("/findings")
async def list_findings(
    reader: Reader,
    integrity: Integrity,
    as_of: AsOf,
    check: CheckCode = None,
    severity: Severity | None = None,
    subject: SubjectCode = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> FindingPage:
    """List what does not fit together on a day. Computed when it is asked; nothing is kept."""
    if check is not None and check not in BY_CODE:
        raise CheckUnknown(check, BY_CODE)
    return await integrity.list_findings(reader, Asked(check, severity, subject), as_of, cursor, limit)


def _shown(check: Check) -> CheckRead:
    return CheckRead(
        code=check.code,
        severity=check.severity,
        subject_type=check.subject,
        means_vi=check.means_vi,
        means_en=check.means_en,
    )
