"""What a report is written from, as it was read: rows, tasks, figures. No word of the document yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.submissions.consolidation.building import Built
from services.submissions.form.definition import FormDefinition
from services.submissions.progress.schemas import TaskProgressRead
from services.submissions.registry_schemas import PlanAnswer
from services.submissions.report.kinds import Kind
from services.submissions.report.rules import Upward

FormKey = tuple[str, int]
Names = Mapping[str, tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one report is written from."""

    kind: Kind
    plan: PlanAnswer
    year: int
    upward: Sequence[Upward]
    ledger: Sequence[Any]
    """Rows of `ReportStore.list_ledger`."""
    figures: Mapping[int, Built]
    """What the accepted reports come to, by year."""
    names: Names
    withheld: frozenset[str]
    """The tables whose figures the reader may not read."""
    unread: frozenset[FormKey]
    """The forms of accepted versions that have such tables."""
    tasks: Sequence[TaskProgressRead] = ()
    words: Sequence[Any] = ()
    """Rows of `ReportStore.list_words`."""
    forms: Mapping[FormKey, FormDefinition] = field(default_factory=dict)
    """The forms of the accepted versions, and of the report itself."""
    only_tables: frozenset[str] | None = None
    """The tables that are printed; none means all."""

    @property
    def owner(self) -> Upward:
        """Whose report it is."""
        return self.upward[0]


@dataclass(frozen=True, slots=True)
class Source:
    """One accepted version that the report is written from, and its place in the list of sources."""

    number: int
    row: Any


def number_sources(ledger: Sequence[Any]) -> dict[UUID, Source]:
    """Return the accepted versions in the order of the ledger, each once."""
    found: dict[UUID, Source] = {}
    for row in ledger:
        if row.accepted is not None and row.accepted not in found:
            found[row.accepted] = Source(len(found) + 1, row)
    return found
