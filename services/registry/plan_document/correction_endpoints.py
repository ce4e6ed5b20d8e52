"""The doors through which a person corrects a document, and publishes it."""

from starlette.responses import Response

from kernel.etags import IfMatch
from kernel.idempotency import Once
from kernel.web import Router
from services.registry.dependencies import StewardHere, Writer
from services.registry.plan_document.change_schemas import (
    DocumentChange,
    ItemChange,
    ItemCreate,
    MergeCreate,
    NameCreate,
    NameRead,
    SplitCreate,
)
from services.registry.plan_document.dependencies import Corrections, Divisions, Documents, Publishing
from services.registry.plan_document.publish_schemas import PreviewRead, PublishCreate, PublishedRead
from services.registry.plan_document.schemas import ItemRead, ProposalRead

router = Router(prefix="/v1/plan-documents", tags=["plan documents"])


@router.patch("/{document}")
async def settle_plan(
    document: str,
    body: DocumentChange,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    corrections: Corrections,
    documents: Documents,
    response: Response,
) -> ProposalRead:
    """Say which part of the file is the plan, and its code, steward, plan above and days."""
    await corrections.settle_plan(document, body, if_match, steward, writer)
    proposal, response.headers["ETag"] = await documents.get(writer, document)
    return proposal


@router.patch("/{document}/items/{item}")
async def correct_item(
    document: str,
    item: str,
    body: ItemChange,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    corrections: Corrections,
    response: Response,
) -> ItemRead:
    """Change fields of an item, say that it is right, drop it with a reason, or bring it back."""
    changed = await corrections.change(document, item, body, if_match, steward, writer)
    response.headers["ETag"] = changed.etag
    return changed


@router.post("/{document}/items", status_code=201)
async def add_item(
    document: str,
    body: ItemCreate,
    writer: Writer,
    steward: StewardHere,
    once: Once,
    corrections: Corrections,
    response: Response,
) -> ItemRead:
    """Add a task, duty or obligation that reading missed."""
    added = await corrections.add(document, body, steward, writer)
    response.headers["Location"] = f"/v1/plan-documents/{document}/items/{added.id}"
    response.headers["ETag"] = added.etag
    return added


@router.post("/{document}/items/{item}/split", status_code=201)
async def split_item(
    document: str,
    item: str,
    body: SplitCreate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    once: Once,
    divisions: Divisions,
) -> list[ItemRead]:
    """Make several items of one; each says how it differs from the one that was read."""
    return await divisions.split(document, item, body, if_match, steward, writer)


@router.post("/{document}/items/{item}/merge")
async def merge_items(
    document: str,
    item: str,
    body: MergeCreate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    once: Once,
    divisions: Divisions,
    response: Response,
) -> ItemRead:
    """Make one item of several: texts are joined and names united, the others are dropped."""
    merged = await divisions.merge(document, item, body, if_match, steward, writer)
    response.headers["ETag"] = merged.etag
    return merged


@router.post("/{document}/names")
async def resolve_name(
    document: str,
    body: NameCreate,
    writer: Writer,
    steward: StewardHere,
    once: Once,
    corrections: Corrections,
) -> NameRead:
    """Say once who a printed name means, everywhere in the document; with `remember` in later ones too."""
    return await corrections.resolve_name(document, body, steward, writer)


@router.post("/{document}/preview")
async def preview_publication(document: str, writer: Writer, publishing: Publishing) -> PreviewRead:
    """See everything that publishing would refuse, which due dates it would bring, and what of the plan above it
    would cover. Nothing is kept."""
    return await publishing.preview(writer, document)


@router.post("/{document}/publish", status_code=201)
async def publish_document(
    document: str,
    body: PublishCreate,
    if_match: IfMatch,
    writer: Writer,
    steward: StewardHere,
    once: Once,
    publishing: Publishing,
    response: Response,
) -> PublishedRead:
    """Make live duties of the document: instrument, plan, tasks and obligations in one step, or nothing of it.

    Refused with the whole list while a question of severity error is open.
    """
    published = await publishing.publish(document, body, if_match, steward, writer)
    response.headers["Location"] = f"/v1/plans/{published.plan}"
    return published
