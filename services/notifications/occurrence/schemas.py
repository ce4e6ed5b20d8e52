"""What submissions' events say about an occurrence; what we do not know is ignored."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator

from services.notifications.event.schemas import FeedEvent
from services.notifications.occurrence.rules import Facts, Happening


def _listed(value: Any) -> Any:
    """Read codes as a list, whether they come as one, as several joined by `|`, or listed."""
    if value is None:
        return ()
    return tuple(value.split("|")) if isinstance(value, str) else value


Codes = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class OccurrenceData(BaseModel):
    """The `data` of an event about an occurrence."""

    occurrence: UUID
    obligation: str
    plan: str | None = None
    form: str | None = None
    cycle: Annotated[str, BeforeValidator(str)]
    period: str
    agency: str
    recipients: Codes = ()
    via: Codes = ()
    next_level: Codes = ()
    steward: str | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    overdue_after: datetime | None = None
    title_vi: str
    title_en: str
    history: bool = False
    link: str | None = None
    submission: UUID | None = None
    punctuality: str | None = None
    correction_due_at: datetime | None = None


def happening_of(event: FeedEvent) -> Happening:
    """Return what an event says about its occurrence."""
    said = OccurrenceData.model_validate(event.data)
    facts = said.model_dump(exclude={"occurrence", "submission", "punctuality", "correction_due_at"})
    return Happening(
        type=event.type,
        facts=Facts(id=said.occurrence, **facts),
        submission=said.submission,
        punctuality=said.punctuality,
        correction_due_at=said.correction_due_at,
    )
