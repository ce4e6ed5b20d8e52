"""The progress of tasks as it goes over the wire."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.submissions.cycle.schemas import Instant
from services.submissions.cycle.tables import State
from services.submissions.form.definition import TaskStatus
from services.submissions.progress.rules import Voice


class StatementRead(BaseModel):
    """What one agency said about a task, and where it stands."""

    agency: str = Field(description="Who owed the report.")
    agency_name_vi: str = Field(description="As it was named when it reported.")
    submitted_by: str = Field(description="Who submitted: the same, or the successor that finished the report.")
    carried_on_by: list[str] = Field(description="Where the agency has ended: who carries it on today.")
    voice: Voice = Field(description="`derived`: said about a task of a derived plan that carries this one out.")
    task: str = Field(description="The task that the words were said about.")
    status: TaskStatus
    text: str | None
    evidence: str | None
    funding: str | None = Field(description="In million dong.")
    submission: UUID
    version: int
    state: State = Field(description="How far the report has come.")
    received_at: Instant
    link: str


class TaskProgressRead(BaseModel):
    """One line of the plan: what its reporters say, and what it comes to."""

    task: str
    code: str
    title_vi: str
    title_en: str | None
    is_heading: bool = Field(
        description="No task, but a heading of the plan which tasks of derived plans carry out. It has no leads."
    )
    leads: list[str] = Field(description="Who carries it on the day of `as_of`.")
    coordinators: list[str]
    carried_out_by: list[str] = Field(description="Tasks of derived plans that carry it out.")
    status: TaskStatus | None = Field(
        description="What the leads say, else what the others say; the least advanced word where they differ."
    )
    disagreement: bool
    counts: dict[str, int] = Field(description="How many said each status.")
    silent: list[str] = Field(description="Leads of whom you can read no word for this year.")
    statements: list[StatementRead]


class ProgressRead(BaseModel):
    """The tasks of a plan in the order of the plan."""

    plan: str
    year: int
    as_of: date = Field(description="The day whose leads and coordinators are named.")
    items: list[TaskProgressRead]
    next_cursor: str | None
