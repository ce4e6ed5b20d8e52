"""What an item of a document says, kind by kind: the fields that reading fills and a person may correct."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text
from services.registry.days import Day
from services.registry.instrument.tables import Relation
from services.registry.obligation.periods import FIRST_YEAR, LAST_YEAR
from services.registry.obligation.rule_schemas import DeadlineRuleIn
from services.registry.obligation.tables import Binding, ObligationKind
from services.registry.plan.tables import CodeOrigin, DutyPart, ReviewMode, TaskKind, TimeframeMode
from services.registry.plan_document.tables import ItemKind

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,59}$", examples=["HT-SNGV"])]
TaskCode = Annotated[str, Field(pattern=r"^[\w.\-]{1,40}$", examples=["2.1"])]
Title = Annotated[Text, Field(min_length=1, max_length=1000)]
Short = Annotated[Text, Field(max_length=500)]
Long = Annotated[Text, Field(max_length=2000)]
Printed = Annotated[Text, Field(max_length=1000, description="As the document prints it.")]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NearestContent(_Content):
    """A known agency or group that an unresolved name may mean."""

    id: str
    name: str
    likeness: float
    note: str | None = None


class NameContent(_Content):
    """A printed name, and the agency or group it means; `code` null: nobody knows yet."""

    printed: Annotated[Text, Field(max_length=300)] = ""
    code: Annotated[str | None, Field(max_length=40, description="An agency or a group.")] = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    nearest: Annotated[list[NearestContent], Field(max_length=10)] = []


Names = Annotated[list[NameContent], Field(max_length=200)]


class BasisContent(_Content):
    """An instrument that the document cites. With `is_new`, publishing registers it under `instrument`."""

    printed: Printed
    number: Short | None = None
    doc_type: Annotated[str | None, Field(pattern=r"^[a-z_]{1,40}$")] = None
    issued_on: Day | None = None
    instrument: Annotated[Code | None, Field(description="Registered instrument, or the code of a new one.")] = (
        None
    )
    is_new: bool = False
    issuer: Annotated[str | None, Field(max_length=60, description="Of a new one.")] = None
    title_vi: Annotated[Text | None, Field(min_length=1, max_length=500, description="Of a new one.")] = None


class InstrumentContent(_Content):
    """The facts of the instrument itself."""

    number: Short | None = None
    doc_type: Annotated[str | None, Field(pattern=r"^[a-z_]{1,40}$", examples=["ke_hoach"])] = None
    issuer: NameContent | None = None
    issued_on: Day | None = None
    effective_on: Day | None = None
    signer_role: Short | None = None
    title_vi: Annotated[Text | None, Field(max_length=500)] = None
    title_en: Short | None = None
    relation: Relation | None = None
    based_on: Annotated[list[BasisContent], Field(max_length=50)] = []


class TimeframeContent(_Content):
    """The printed timeframe, and how it is read."""

    printed_vi: Printed | None = None
    mode: TimeframeMode = TimeframeMode.NONE
    starts_in: Year | None = None
    ends_in: Year | None = None
    review_mode: ReviewMode = ReviewMode.NONE
    review_starts_in: Year | None = None
    review_ends_in: Year | None = None
    period_iso: Annotated[str | None, Field(pattern=r"^P[1-9][0-9]?[YM]$")] = None
    note: Short | None = None


class TaskContent(_Content):
    """A numbered line of the plan."""

    code: TaskCode
    code_origin: CodeOrigin = CodeOrigin.DERIVED
    parent: Annotated[TaskCode | None, Field(description="Code of the line above.")] = None
    kind: TaskKind = TaskKind.TASK
    title_vi: Title
    title_en: Title | None = None
    result_vi: Long | None = None
    result_en: Long | None = None
    leads: Names = []
    coordinators: Names = []
    addressees: Names = []
    timeframe: TimeframeContent = TimeframeContent()
    derives_from: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(max_length=50, description="Tasks of the plan above, whole ids.", examples=[["QD-402-2020/2.1"]]),
    ] = []
    note: Long | None = None


class DutyContent(_Content):
    """A duty that the body gives to somebody, outside the numbered tasks."""

    ref: Annotated[str, Field(pattern=r"^[\w.\-]{1,60}$", examples=["IV.1.1"])]
    part: DutyPart = DutyPart.LEAD
    actors: Names = []
    coordinators: Names = []
    title_vi: Title
    title_en: Title | None = None
    note: Long | None = None


class ObligationContent(_Content):
    """A duty to report. `rule` null: the wording could not be read, a person has to say what it means."""

    code: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40, description="Null: publishing gives one."),
    ] = None
    source_ref: Annotated[Text, Field(min_length=1, max_length=200)]
    subject: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$", examples=["migration_data"])]
    form: Annotated[str | None, Field(pattern=r"^[a-z0-9-]{1,60}$", examples=["plan-report"])] = None
    title_vi: Annotated[Text, Field(min_length=1, max_length=500)]
    title_en: Short | None = None
    kind: ObligationKind = ObligationKind.PERIODIC
    binding: Binding = Binding.MANDATORY
    covers: Annotated[Text | None, Field(max_length=300)] = None
    reporters: Names = []
    recipients: Names = []
    via: Names = []
    next_level: Annotated[
        str | None,
        Field(
            max_length=60,
            description="Above the recipient: an obligation, an agency, or an item of this document.",
        ),
    ] = None
    satisfied_by: Annotated[str | None, Field(max_length=60)] = None
    rule: Annotated[
        DeadlineRuleIn | None,
        Field(description="The deadline rule; `with_obligation` may name an item of this document, such as o3."),
    ] = None
    text: Annotated[Long | None, Field(description="The sentence that it was read from.")] = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    note: Long | None = None


Content = InstrumentContent | TaskContent | DutyContent | ObligationContent

MODELS: dict[ItemKind, type[Content]] = {
    ItemKind.INSTRUMENT: InstrumentContent,
    ItemKind.TASK: TaskContent,
    ItemKind.DUTY: DutyContent,
    ItemKind.OBLIGATION: ObligationContent,
}

LISTS_OF_NAMES = ("leads", "coordinators", "addressees", "actors", "reporters", "recipients", "via")
"""The fields that hold names, whatever the kind; an instrument has one, its issuer."""


def names_of(content: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return every name of an item with the pointer to it."""
    found = [
        (f"/{field}/{place}", name)
        for field in LISTS_OF_NAMES
        for place, name in enumerate(content.get(field) or ())
    ]
    issuer = content.get("issuer")
    return [("/issuer", issuer), *found] if issuer else found


def unresolved_of(content: dict[str, Any]) -> int:
    """Return how many names of an item nobody knows yet."""
    return sum(name["code"] is None for _, name in names_of(content))


def certain(day: str | date | None) -> date | None:
    """Return a day of a kept content, which JSON holds as text."""
    return date.fromisoformat(day) if isinstance(day, str) else day
