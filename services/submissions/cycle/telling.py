"""The events of the ledger: everything that notifications needs to remind without asking back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.clock import in_vietnam
from kernel.events import NewEvent
from services.submissions.cycle.tables import Cycle, Occurrence
from services.submissions.projection.tables import Obligation, each_of


class Teller:
    """Writes down what happened to occurrences, with links that work from outside."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url.rstrip("/")

    def link(self, path: str) -> str:
        """Return the outside address of a path."""
        return self._public_url + path

    def tell(
        self,
        type_: str,
        obligation: Obligation,
        cycle: Cycle,
        occurrence: Occurrence,
        *,
        reason: str | None = None,
        before: dict[str, Any] | None = None,
        cause: str | None = None,
        changed: dict[str, str] | None = None,
    ) -> NewEvent:
        """Return one event about an occurrence. `reason` is a code and goes out; `cause` is for the audit.

        `changed` goes out too: who changed the rule or the calendar that moved the date, and by which document.
        """
        data = self.data(obligation, cycle, occurrence)
        if changed:
            data["changed"] = changed
        return NewEvent(
            type=type_,
            subject=str(occurrence.id),
            data={**data, **({"reason": reason} if reason else {})},
            audience=audience_of(obligation, cycle, occurrence.agency, above=True),
            before=before,
            after=dated(cycle, occurrence) if before is not None else None,
            reason=cause or reason,
        )

    def tell_cycle(
        self, obligation: Obligation, cycle: Cycle, was_closed_at: datetime | None, cause: str
    ) -> NewEvent:
        """Return the event that the recipient closed or reopened a cycle."""
        return NewEvent(
            type="cycle.closed" if cycle.closed_at else "cycle.reopened",
            subject=str(cycle.id),
            data={
                "cycle": str(cycle.id),
                "obligation": obligation.id,
                "plan": obligation.plan,
                "period": cycle.period,
                "steward": obligation.steward,
                "link": self.link(f"/v1/cycles/{cycle.id}"),
            },
            audience=[*cycle.recipients, *([obligation.steward] if obligation.steward else [])],
            before={"closed_at": was_closed_at.isoformat() if was_closed_at else None},
            after={"closed_at": cycle.closed_at.isoformat() if cycle.closed_at else None},
            reason=cause,
        )

    def data(self, obligation: Obligation, cycle: Cycle, occurrence: Occurrence) -> dict[str, Any]:
        """Return what every event about an occurrence carries."""
        return {
            "occurrence": str(occurrence.id),
            "obligation": obligation.id,
            "plan": obligation.plan,
            "form": cycle.form,
            "cycle": str(cycle.id),
            "period": cycle.period,
            "agency": occurrence.agency,
            "recipients": cycle.recipients,
            "via": cycle.via,
            "next_level": cycle.next_level,
            "steward": obligation.steward,
            **dated(cycle, occurrence),
            "title_vi": obligation.title_vi,
            "title_en": obligation.title_en,
            "history": cycle.history,
            "link": self.link(f"/v1/occurrences/{occurrence.id}"),
        }


def dates_of(cycle: Cycle, occurrence: Occurrence) -> tuple[Any, Any, Any]:
    """Return due day, due instant, and the instant after which it is overdue; an extension replaces them.

    A rule that later gives a still later day is not cut short by an extension that was granted before.
    """
    extended, ruled = occurrence.extended_due_at, cycle.overdue_after
    if extended is not None and (ruled is None or extended >= ruled):
        return occurrence.extended_due_on, occurrence.extended_due_at, occurrence.extended_due_at
    return cycle.due_on, cycle.due_at, cycle.overdue_after


def dated(cycle: Cycle, occurrence: Occurrence) -> dict[str, str | None]:
    """Return the dates of an occurrence as an event shows them."""
    due_on, due_at, overdue_after = dates_of(cycle, occurrence)
    return {
        "due_on": due_on.isoformat() if due_on else None,
        "due_at": in_vietnam(due_at) if due_at else None,
        "overdue_after": in_vietnam(overdue_after) if overdue_after else None,
    }


def audience_of(obligation: Obligation, cycle: Cycle, agency: str, *, above: bool) -> list[str]:
    """Return who may see an event: the agency, its recipient line and the plan's steward."""
    listed: Iterable[str | None] = (agency, *cycle.recipients, *each_of(cycle.via), obligation.steward)
    higher: Iterable[str | None] = cycle.next_level if above else ()
    return list(dict.fromkeys(one for one in (*listed, *higher) if one))


def new_occurrence(id_: UUID, cycle: Cycle, agency: str, duty: str) -> Occurrence:
    """Return the row of a report that is owed from now on."""
    return Occurrence(id=id_, cycle_id=cycle.id, agency=agency, duty=duty, state="owed")
