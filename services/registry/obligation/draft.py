"""An obligation as somebody writes it: who, to whom, through whom, what, how often, and by when."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text
from services.registry.days import Day
from services.registry.obligation.rule_schemas import MONTHLY_RULE, DeadlineRuleIn
from services.registry.obligation.tables import Binding, ObligationKind

CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
Code = Annotated[str, Field(pattern=CODE, max_length=60)]
Named = Annotated[str, Field(min_length=1, max_length=60)]
Parties = Annotated[list[Named], Field(max_length=200)]

MONTHLY_DRAFT: dict[str, Any] = {
    "id": "OHT-20",
    "instrument": "KH-167-HATINH",
    "plan": "KH-167-HATINH",
    "source_ref": "IV.2",
    "subject": "migration_data",
    "form": "migration-data",
    "title_vi": "Số liệu di cư hằng tháng",
    "title_en": "Monthly migration data",
    "kind": "periodic",
    "reporter": ["HT-CAT"],
    "recipient": ["HT-SNGV"],
    "next_level": "O402-01",
    "deadline": MONTHLY_RULE,
    "valid_from": "2027-01-01",
    "valid_to": "2030-12-31",
}


class ObligationFacts(BaseModel):
    """Everything that an obligation says, but for its code, its instrument and its deadline."""

    model_config = ConfigDict(extra="forbid")

    plan: Annotated[str | None, Field(max_length=60, description="The plan that it belongs to.")] = None
    source_ref: Annotated[Text, Field(min_length=1, max_length=200, description="Where in the instrument.")]
    subject: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$", examples=["migration_data"])]
    form: Annotated[
        str | None,
        Field(pattern=r"^[a-z0-9-]{1,60}$", description="A form of submissions; null: not reported here."),
    ] = None
    title_vi: Annotated[Text, Field(min_length=1, max_length=500)]
    title_en: Annotated[Text, Field(min_length=1, max_length=500)]
    kind: ObligationKind = ObligationKind.PERIODIC
    binding: Annotated[Binding, Field(description="A voluntary report is never overdue.")] = Binding.MANDATORY
    covers: Annotated[Text | None, Field(max_length=300)] = None
    reporter: Annotated[Parties, Field(min_length=1, description="Agencies and groups, as printed.")]
    recipient: Annotated[Parties, Field(min_length=1)]
    via: Parties = []
    next_level: Annotated[
        str | None, Field(max_length=60, description="The obligation or agency above the recipient.")
    ] = None
    satisfied_by: Annotated[str | None, Field(max_length=60, description="The same report, asked twice.")] = None
    valid_from: Day | None = None
    valid_to: Annotated[Day | None, Field(description="Last day on which a period may end.")] = None
    confidence: Annotated[str | None, Field(pattern="^(verified|high|medium|low)$")] = None
    note: Annotated[Text | None, Field(max_length=5000)] = None


class ObligationDraft(ObligationFacts):
    """A new obligation."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [MONTHLY_DRAFT]})

    id: Code
    instrument: Annotated[str, Field(max_length=60)]
    deadline: DeadlineRuleIn


class KeptDraft(ObligationDraft):
    """An obligation that is kept already: one that was printed without a recipient can be changed all the same."""

    recipient: Parties
