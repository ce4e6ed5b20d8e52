"""What a form demands of its figures beyond types, codes and ranges: rules as data. How they are judged lives in
checking."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.submissions.form.parts import Code, Part, Words


class RuleKind(StrEnum):
    """What a rule compares."""

    TYPE = "type"
    RANGE = "range"
    CODE_LIST = "code_list"
    REQUIRED = "required"
    SUM_OF_PARTS = "sum_of_parts"
    CROSS_CELL = "cross_cell"
    CROSS_TABLE = "cross_table"
    CROSS_PERIOD = "cross_period"
    CROSS_REPORTER = "cross_reporter"


class RuleSeverity(StrEnum):
    """How much a broken rule weighs: blockers and errors refuse the report, a warning can be explained."""

    BLOCKER = "blocker"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FormRule(Part):
    """One rule of a form. Its expression is true where the figures are right."""

    id: Code
    kind: RuleKind
    severity: RuleSeverity
    on: tuple[Code, ...] = Field(default=(), description="The tables or indicators that it is about.")
    expression: Annotated[Words, Field(min_length=1, max_length=2_000)] = Field(
        description="Such as `[A.OUT.FLOW; sex=female] <= [A.OUT.FLOW]`; the language is in docs/rules.md."
    )
    message_vi: Annotated[Words, Field(min_length=1)]
    message_en: Annotated[Words, Field(min_length=1)]
