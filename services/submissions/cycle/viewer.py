"""How a caller stands to an occurrence: as its reporter, in its recipient line, or as steward of the plan."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from kernel.callers import Caller
from services.submissions.cycle.errors import NotRecipient, NotReporter
from services.submissions.cycle.tables import Cycle
from services.submissions.projection.tables import Obligation, each_of


class Role(StrEnum):
    """How an agency stands to an occurrence."""

    REPORTER = "reporter"
    RECIPIENT = "recipient"
    DELEGATE = "delegate"
    ABOVE = "above"
    STEWARD = "steward"


@dataclass(frozen=True, slots=True)
class Entrusted:
    """A review that a recipient delegated to the viewer: of one obligation, or of all under one plan."""

    recipient: str
    obligation: str | None
    plan: str | None

    def covers(self, obligation: Obligation, line: Collection[str]) -> bool:
        """Say whether it holds for a cycle of an obligation, with these recipients."""
        is_meant = self.obligation == obligation.id or (self.plan is not None and self.plan == obligation.plan)
        return is_meant and self.recipient in line


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller, with the agencies for which its agency stands: itself, and ended ones that it succeeds."""

    caller: Caller
    stands_for: frozenset[str]
    entrusted: tuple[Entrusted, ...] = ()
    """What it reviews in the stead of recipients."""

    @property
    def agency(self) -> str:
        """The agency in whose name the call is made."""
        return self.caller.acting_agency

    def roles(self, obligation: Obligation, cycle: Cycle, reporter: str | None = None) -> set[Role]:
        """Return how the viewer stands to an occurrence, or to a cycle when no reporter is named."""
        if not self.caller.may_see_plan(obligation.plan):
            return set()
        line = [*cycle.recipients, *each_of(cycle.via)]
        roles = {
            Role.REPORTER: reporter in self.stands_for,
            Role.RECIPIENT: self._is_in(line),
            Role.DELEGATE: any(one.covers(obligation, line) for one in self.entrusted),
            Role.ABOVE: self._is_in(cycle.next_level),
            Role.STEWARD: obligation.steward in self.stands_for,
        }
        return {role for role, holds in roles.items() if holds}

    def require_reporter(self, obligation: Obligation, cycle: Cycle, reporter: str) -> None:
        """Refuse one who sees the occurrence and does not owe it."""
        if Role.REPORTER not in self.roles(obligation, cycle, reporter):
            raise NotReporter(self.agency, reporter)

    def require_recipient(self, obligation: Obligation, cycle: Cycle, *, or_steward: bool = False) -> None:
        """Refuse one who sees the cycle and does not receive it."""
        roles = self.roles(obligation, cycle)
        if Role.RECIPIENT not in roles and not (or_steward and Role.STEWARD in roles):
            raise NotRecipient(self.agency)

    def require_reviewer(self, obligation: Obligation, cycle: Cycle) -> None:
        """Refuse one who sees the cycle and neither receives it nor reviews in the stead of one who does."""
        if not {Role.RECIPIENT, Role.DELEGATE} & self.roles(obligation, cycle):
            raise NotRecipient(self.agency)

    def _is_in(self, agencies: Collection[str | None]) -> bool:
        return any(agency in self.stands_for for agency in agencies)
