"""Everything that the checks look at, as values: the dated registry, read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.registry.agency.rules import RegistrySnapshot, holds
from services.registry.obligation.cycles import Register
from services.registry.plan.tables import TaskPart


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        return holds(self.first, self.last, day)

    def overlaps(self, other: "Span") -> bool:
        """Whether both hold on some day."""
        return (self.first or date.min) <= (other.last or date.max) and (other.first or date.min) <= (
            self.last or date.max
        )


@dataclass(frozen=True, slots=True)
class VersionFact:
    """What an agency was called and where it stood."""

    agency: str
    span: Span
    name_vi: str
    parent: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True)
class SuccessionFact:
    """One succession with all its successors, and how many of its lines nobody has decided."""

    id: str
    predecessor: str
    successors: tuple[str, ...]
    effective_on: date
    legal_basis: str
    state: str
    open_lines: int = 0
    partial: frozenset[str] = frozenset()
    """Successors that get a function only: nothing goes to them by itself."""


@dataclass(frozen=True, slots=True)
class CodeFact:
    """The code of an agency in an outside scheme."""

    agency: str
    scheme: str
    code: str
    span: Span


@dataclass(frozen=True, slots=True)
class GroupFact:
    """A group: open ones have members by hand, some only when the lead of a task asks."""

    id: str
    expression_vi: str
    is_open: bool = False
    on_lead_request: bool = False


@dataclass(frozen=True, slots=True)
class TaskFact:
    """A task without tasks under it, and whom it names."""

    id: str
    plan: str
    kind: str = "task"
    parties: tuple[tuple[str, str], ...] = ()
    """Part and code, in the printed order."""

    def named(self, part: TaskPart) -> list[str]:
        return [code for its, code in self.parties if its == part]


@dataclass(frozen=True, slots=True)
class PlanFact:
    """A plan, its steward and its horizon."""

    id: str
    steward: str
    span: Span


@dataclass(frozen=True, slots=True)
class ObligationFact:
    """What a duty does not say about itself."""

    plan: str | None = None
    form: str | None = None
    kind: str = "periodic"
    subject: str = ""
    satisfied_by: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The registry as the checks see it on a day. `register` holds the obligations, groups and successions."""

    day: date
    register: Register
    obligations: Mapping[str, ObligationFact] = field(default_factory=dict)
    lifetimes: Mapping[str, Span] = field(default_factory=dict)
    versions: tuple[VersionFact, ...] = ()
    successions: tuple[SuccessionFact, ...] = ()
    codes: tuple[CodeFact, ...] = ()
    groups: tuple[GroupFact, ...] = ()
    instrument_numbers: frozenset[str] = frozenset()
    tasks: tuple[TaskFact, ...] = ()
    plans: tuple[PlanFact, ...] = ()

    @property
    def snapshot(self) -> RegistrySnapshot:
        return self.register.snapshot

    def plan_holds(self, plan: str) -> bool:
        """Whether the day lies in the horizon of a plan."""
        return any(one.id == plan and one.span.holds_on(self.day) for one in self.plans)
