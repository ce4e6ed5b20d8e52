"""What goes over the wire about obligations."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.registry.days import Day
from services.registry.obligation.preview import Change
from services.registry.obligation.rule_schemas import HALF_YEAR_RULE, AppliesFrom, DeadlineRuleRead, RuleChange
from services.registry.obligation.tables import Binding, ObligationKind

Step = Annotated[dict[str, Any], Field(description="`code`, `vi`, `en`, and the facts of the step.")]


class ObligationRead(BaseModel):
    """A standing duty to report, as printed, with our reading of its deadline."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "OHT-01",
                    "instrument": "KH-167-HATINH",
                    "plan": "KH-167-HATINH",
                    "steward": "HT-SNGV",
                    "source_ref": "IV (final)",
                    "subject": "migration_data",
                    "form": "migration-data",
                    "title_vi": "Số liệu di cư 6 tháng",
                    "title_en": "Six-monthly migration data",
                    "kind": "periodic",
                    "binding": "mandatory",
                    "covers": "first half-year",
                    "reporter": ["G-DV-HT"],
                    "recipient": ["HT-SNGV"],
                    "via": [],
                    "next_level": "O402-01",
                    "satisfied_by": None,
                    "deadline": HALF_YEAR_RULE,
                    "rule_version": 1,
                    "valid_from": "2020-05-11",
                    "valid_to": "2030-12-31",
                    "in_force": True,
                    "orphaned": [],
                    "confidence": "high",
                    "note": None,
                }
            ]
        }
    )

    id: str
    instrument: str
    plan: str | None
    steward: Annotated[str | None, Field(description="The agency that guides the plan.")]
    source_ref: Annotated[str, Field(description="Where in the instrument it stands.")]
    subject: str
    form: Annotated[str | None, Field(description="The form on which it is reported; null: not reported here.")]
    title_vi: str
    title_en: str
    kind: ObligationKind
    binding: Annotated[Binding, Field(description="A voluntary report is never overdue.")]
    covers: str | None
    reporter: Annotated[list[str], Field(description="Agencies and groups, as printed.")]
    recipient: list[str]
    via: list[str]
    next_level: Annotated[str | None, Field(description="The obligation or agency above the recipient.")]
    satisfied_by: Annotated[str | None, Field(description="The same report, asked for a second time.")]
    deadline: DeadlineRuleRead
    rule_version: int
    valid_from: date | None
    valid_to: Annotated[date | None, Field(description="Last day on which a period may end.")]
    in_force: Annotated[bool, Field(description="Whether the asked day lies in the validity.")]
    orphaned: Annotated[
        list[str], Field(description="Printed reporters whom nobody carries on the asked day, and empty groups.")
    ]
    confidence: str | None
    note: str | None


class ReporterRead(BaseModel):
    """An agency that owes a cycle."""

    agency: str
    name_vi: str | None
    name_en: str | None
    duty: Annotated[str, Field(description="The printed reporter whose duty it carries; usually itself.")]
    carries: Annotated[list[str], Field(description="Ended agencies whose part it took over.")]


class ExplainRead(BaseModel):
    """Why a cycle is due when it is, and who owes it. The last of `steps` carries the stored instant."""

    obligation: str
    title_vi: str
    title_en: str
    period: str
    period_start: date
    period_end: date
    due_on: Annotated[date | None, Field(description="Last on-time day; null when the document names none.")]
    due_at: Annotated[str | None, Field(description="Last on-time instant, with +07:00.")]
    overdue_after: Annotated[str | None, Field(description="Overdue after this instant; null: never.")]
    cut_off_on: Annotated[date | None, Field(description="Last day whose figures belong in it, where given.")]
    steps: list[Step]
    people: Annotated[list[Step], Field(description="Why these agencies owe it.")]
    decided_on: Annotated[date, Field(description="The day whose members owe.")]
    reporters_count: int
    reporters: list[ReporterRead]
    orphaned: Annotated[list[str], Field(description="Printed reporters whom nobody carries on that day.")]
    excused: Annotated[list[str], Field(description="Agencies that do not owe it, by derogation.")]
    recipients: list[str]
    via: list[str]
    next_level: list[str]
    provisional: Annotated[bool, Field(description="Reporters or calendar may still change.")]
    rule_version: int
    calendar_version: str


class PreviewCreate(BaseModel):
    """A changed rule, and the span of days in which to look at what it moves. Nothing is kept."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "obligation": "OHT-01",
                    "rule": {"roll": "following"},
                    "from": "2026-01-01",
                    "to": "2027-12-31",
                }
            ]
        },
    )

    obligation: Annotated[str, Field(max_length=60)]
    rule: RuleChange
    applies_from: AppliesFrom = None
    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]

    @model_validator(mode="after")
    def _changes_something(self) -> "PreviewCreate":
        if not self.rule.model_fields_set:
            raise ValueError("name at least one field of the rule")
        return self


class MomentRead(BaseModel):
    """When one cycle is due under one rule, and how many owe it."""

    due_on: date | None
    due_at: str | None
    overdue_after: str | None
    reporters_count: int


class MoveRead(BaseModel):
    """What becomes of one cycle. `old` or `new` is null where the rule has no such cycle."""

    obligation: str
    period: str
    change: Change
    old: MomentRead | None
    new: MomentRead | None


class PreviewRead(BaseModel):
    """Every cycle of the span under both rules, those that share the deadline included."""

    obligation: str
    rule_version: Annotated[int, Field(description="The present version, which the change starts from.")]
    calendar_version: str
    base: Annotated[str, Field(description="Send it as `previewed` with the change.")]
    changed: Annotated[int, Field(description="How many cycles would move, come or go.")]
    items: list[MoveRead]


class NextCycleRead(BaseModel):
    """The cycle of an obligation that comes next."""

    period: str
    due_on: date | None
    due_at: str | None


class CarriedObligationRead(BaseModel):
    """An obligation that an agency owes on a day."""

    obligation: str
    plan: str | None
    subject: str
    form: str | None
    title_vi: str
    title_en: str
    kind: ObligationKind
    duty: Annotated[str, Field(description="The printed reporter whose duty it carries; usually itself.")]
    recipients: list[str]
    next_cycle: NextCycleRead | None


class CarriedTaskRead(BaseModel):
    """A task in which an agency has a part on a day."""

    task: str
    plan: str
    title_vi: str
    title_en: str
    part: Annotated[str, Field(description="lead or coordinator.")]
    printed: Annotated[str, Field(description="The printed agency whose part it has; usually itself.")]


class DutiesRead(BaseModel):
    """What an agency owes and carries on a day, by itself and by confirmed succession."""

    agency: str
    as_of: date
    obligations: list[CarriedObligationRead]
    orphaned: Annotated[
        list[str], Field(description="Obligations whose part came to this agency, and that nobody carries.")
    ]
    tasks: list[CarriedTaskRead]
    orphaned_tasks: Annotated[
        list[str], Field(description="Tasks whose part came to this agency, and that nobody carries.")
    ]


class InsideObligation(BaseModel):
    """An obligation for the other services: agencies only, the recipient line as it stands today."""

    id: str
    instrument: str
    plan: str | None
    steward: str | None
    kind: ObligationKind
    subject: str
    title_vi: str
    title_en: str
    form: str | None
    recipients: list[str]
    via: str | None
    next_level: str | None
    satisfied_by: str | None
    valid_from: date | None
    valid_to: date | None


class InsideReporter(BaseModel):
    """An agency that owes, and the printed reporter that it carries."""

    agency: str
    duty: str


class InsideCycle(BaseModel):
    """One cycle of the schedule."""

    obligation: str
    period: str
    period_start: date
    period_end: date
    opens_on: date
    due_on: date | None
    due_at: str | None
    overdue_after: str | None
    rule_version: str
    rule_author: str
    rule_reason: str
    reporters: list[InsideReporter]
    orphaned: list[str]
    recipients: list[str]
    via: str | None
    next_level: list[str]
    provisional: bool
    trace: list[Step]


class InsideChange(BaseModel):
    """An override of the calendar that counts: who moved the day, by which document, and why."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    day: date
    kind: str
    source: str
    author: str
    reason: str


class InsideSchedule(BaseModel):
    """The cycles of a span, and the calendar that they were reckoned with."""

    calendar_version: str
    calendar_changes: list[InsideChange]
    items: list[InsideCycle]


def written(instant: datetime | None) -> str | None:
    """Write an instant with its offset; null stays null."""
    return instant.isoformat() if instant else None
