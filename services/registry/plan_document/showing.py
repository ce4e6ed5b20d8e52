"""From kept rows to what goes over the wire."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kernel.clock import VIETNAM
from kernel.etags import etag_of
from services.registry.job.service import shown_id
from services.registry.plan_document.change_schemas import CorrectionRead
from services.registry.plan_document.contents import MODELS, names_of
from services.registry.plan_document.doubts import Question
from services.registry.plan_document.schemas import (
    CountsRead,
    DocumentRead,
    DoubtRead,
    ItemRead,
    ProposalRead,
    SettledRead,
)
from services.registry.plan_document.tables import ItemKind, ItemState

SAME = ("state", "agency", "filename", "content_type", "sha256", "size", "problem", "parts", "plan")
CANCELLED = {
    "code": "document_reading_cancelled",
    "title": "The file could not be read",
    "detail": "Its reading was cancelled; send the file again to have it read.",
}


def document_etag(row: Any) -> str:
    """Return the ETag of a document: it moves with every correction of any item."""
    return etag_of(str(row.id), row.version, row.state)


def item_etag(item: Any) -> str:
    """Return the ETag of an item: it moves with every correction of this item."""
    return etag_of(str(item.document), item.id, item.version)


def show_document(row: Any) -> DocumentRead:
    """Return a document as a list shows it."""
    return DocumentRead.model_validate(_document(row))


def show_proposal(row: Any, items: Sequence[Any], questions: Sequence[Question]) -> ProposalRead:
    """Return a document with its proposal: the items of the part that is the plan."""
    shown: dict[str, list[ItemRead]] = {kind.value: [] for kind in ItemKind}
    for item in items:
        if item.part == row.part:
            shown[item.kind].append(show_item(item))
    return ProposalRead.model_construct(
        **show_document(row).__dict__,
        instrument=next(iter(shown[ItemKind.INSTRUMENT]), None),
        tasks=shown[ItemKind.TASK],
        duties=shown[ItemKind.DUTY],
        obligations=shown[ItemKind.OBLIGATION],
        doubts=[show_question(one) for one in questions],
        counts=_counts([item for item in items if item.part == row.part], questions),
    )


def show_item(item: Any) -> ItemRead:
    """Return one item."""
    shared = {name: getattr(item, name) for name in SHARED}
    content = MODELS[ItemKind(item.kind)].model_validate(item.content)
    return ItemRead(**shared, content=content, etag=item_etag(item))


SHARED = ("id", "part", "kind", "state", "line", "source", "read", "confidence", "unresolved")


def show_question(question: Question) -> DoubtRead:
    """Return one open question."""
    return DoubtRead(**asdict(question))


def show_correction(row: Any) -> CorrectionRead:
    """Return one correction."""
    facts = {name: value for name, value in row._mapping.items() if name != "document"}
    return CorrectionRead(**{**facts, "recorded_at": row.recorded_at.astimezone(VIETNAM)})


def codes_in(row: Any, items: Iterable[Any]) -> set[str]:
    """Return every agency and group that a document names."""
    named = {name["code"] for item in items for _, name in names_of(item.content) if name["code"]}
    return named | ({row.steward} if row.steward else set())


def _document(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in SAME},
        "problem": CANCELLED if row.is_cancelled else row.problem,
        "job": shown_id(row.job) if row.job else None,
        "settled": {name: getattr(row, name) for name in SettledRead.model_fields},
        "published_obligations": row.obligations,
        "uploaded_at": _local(row.uploaded_at),
        "published_at": _local(row.published_at),
    }


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(VIETNAM) if at else None


def _counts(items: Sequence[Any], questions: Sequence[Question]) -> CountsRead:
    kept = [item for item in items if item.state != ItemState.DROPPED]
    kinds = Counter(item.kind for item in kept)
    wrong = sum(one.is_error for one in questions)
    return CountsRead(
        tasks=kinds[ItemKind.TASK],
        duties=kinds[ItemKind.DUTY],
        obligations=kinds[ItemKind.OBLIGATION],
        dropped=len(items) - len(kept),
        unresolved_names=sum(item.unresolved for item in kept),
        errors=wrong,
        warnings=len(questions) - wrong,
    )
