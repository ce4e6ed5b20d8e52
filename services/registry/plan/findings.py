"""What is found when the content of a plan is checked: the rule, the place, and a sentence in both languages."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from kernel.errors import Unprocessable


class Severity(StrEnum):
    """An error keeps a plan from being published; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Finding(BaseModel):
    """One thing found in a draft."""

    rule: str
    severity: Severity
    pointer: Annotated[
        str, Field(description="Where in the draft, as a JSON pointer.", examples=["/tasks/3/code"])
    ]
    value: str | None
    message_vi: str
    message_en: str


class PlanContentRefused(Unprocessable):
    """A draft has errors, for example names that are not resolved."""

    code = "plan_content_refused"
    title = "The plan cannot be published as it is"

    def __init__(self, findings: Sequence[Finding]) -> None:
        errors: list[dict[str, Any]] = [one.model_dump(mode="json") for one in findings]
        wrong = sum(one.severity is Severity.ERROR for one in findings)
        super().__init__(f"{wrong} errors were found; nothing was published.", errors=errors)


def errors_among(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that keep a plan from being published."""
    return [one for one in findings if one.severity is Severity.ERROR]
