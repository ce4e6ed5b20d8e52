"""The doors through which stewards change obligations."""

from uuid import UUID

from starlette.responses import Response

from kernel.etags import IfMatch, etag_of
from kernel.idempotency import Once
from kernel.web import Router
from services.registry.dependencies import Reader, StewardHere, Writer
from services.registry.obligation import changing_schemas as wire
from services.registry.obligation.dependencies import Changes

router = Router(prefix="/v1/obligations", tags=["obligations"])


@router.post("", status_code=201)
async def create_obligation(
    body: wire.ObligationCreate,
    writer: Writer,
    steward: StewardHere,
    changes: Changes,
    once: Once,
    response: Response,
) -> wire.ObligationKept:
    """Make a new obligation. The steward of its plan only; every error is told at once, with its place."""
    created = await changes.create(body, steward, writer)
    response.headers["Location"] = f"/v1/obligations/{created.id}"
    response.headers["ETag"] = _etag(created)
    return created


@router.patch("/{obligation}")
async def change_obligation(
    obligation: str,
    body: wire.ObligationUpdate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    changes: Changes,
    response: Response,
) -> wire.ObligationKept:
    """Correct an obligation, change whom it names, or end it from a day. What it said stays on record."""
    changed = await changes.change(obligation, body, if_match, steward, writer)
    response.headers["ETag"] = _etag(changed)
    return changed


@router.get("/{obligation}/history")
async def list_revisions(obligation: str, reader: Reader, changes: Changes) -> wire.Revisions:
    """Read what an obligation said before and says now, oldest first."""
    return await changes.list_revisions(reader, obligation)


@router.get("/{obligation}/rule-versions")
async def list_rule_versions(obligation: str, reader: Reader, changes: Changes) -> wire.RuleVersions:
    """Read every reading of an obligation's wording, oldest first, with the periods that each one reads."""
    return await changes.list_versions(reader, obligation)


@router.post("/{obligation}/rule-versions", status_code=201)
async def add_rule_version(
    obligation: str,
    body: wire.RuleVersionCreate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    changes: Changes,
    once: Once,
) -> wire.RuleVersionRead:
    """Read the wording of a deadline anew, for all periods or from a day on. Earlier readings stay.

    Preview it first, and send the preview's `base` as `previewed`: 412 says that the preview no longer holds.
    """
    return await changes.add_version(obligation, body, if_match, steward, writer)


@router.get("/{obligation}/derogations")
async def list_derogations(obligation: str, reader: Reader, changes: Changes) -> wire.Derogations:
    """List who is excused from an obligation, and when; withdrawn ones too."""
    return await changes.list_derogations(reader, obligation)


@router.post("/{obligation}/derogations", status_code=201)
async def add_derogation(
    obligation: str,
    body: wire.DerogationCreate,
    writer: Writer,
    steward: StewardHere,
    changes: Changes,
    once: Once,
) -> wire.DerogationRead:
    """Excuse an agency from an obligation for some days, on a legal basis. It is not counted in them."""
    return await changes.derogate(obligation, body, steward, writer)


@router.post("/{obligation}/derogations/{derogation}/withdrawal")
async def withdraw_derogation(
    obligation: str,
    derogation: UUID,
    body: wire.WithdrawalCreate,
    writer: Writer,
    steward: StewardHere,
    changes: Changes,
    once: Once,
) -> wire.DerogationRead:
    """Take a derogation back, as if it had not been; it stays listed with the reason."""
    return await changes.withdraw_derogation(obligation, derogation, body.reason, steward, writer)


def _etag(shown: wire.ObligationKept) -> str:
    return etag_of(shown.model_dump(mode="json", exclude={"warnings"}))
