"""What a form says: its tables, indicators, dimensions, code lists and narrative sections. Data, no behaviour
beyond what must be true of one definition."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.submissions.form.parts import Bilingual, Code, Part, Words
from services.submissions.form.rule_definition import FormRule

MOST_DIMENSIONS = 4
UNKNOWN = "unknown"
NOT_FOR_DIMENSIONS = {
    *("indicator", "indicator_title", "dimensions", "value", "status", "reason"),
    *("structure", "structure_id", "action", "time_period", "reporter", "obs_value", "obs_status"),
}
"""Columns of a CSV or SDMX-CSV file that mean something else."""

Reporters = Annotated[
    tuple[Code, ...],
    Field(description="The kinds of agency that owe it; empty = everyone who owes the form."),
]


class VersionState(StrEnum):
    """A draft may change; a published version never does."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Direction(StrEnum):
    """Where people move, seen from Viet Nam."""

    OUT = "OUT"
    IN = "IN"
    RETURN = "RETURN"
    DOMESTIC = "DOMESTIC"


class Measure(StrEnum):
    """A flow happens during the period; a stock stands at its end."""

    FLOW = "FLOW"
    STOCK = "STOCK"


class RollUpRule(StrEnum):
    """How several figures become one."""

    SUM = "sum"
    LATEST = "latest"
    MAX = "max"
    AVERAGE = "average"
    NONE = "none"


class Confidentiality(StrEnum):
    """Who may read single cells of a table."""

    AGGREGATE_OPEN = "aggregate_open"
    RESTRICTED_SMALL_CELLS = "restricted_small_cells"
    RESTRICTED = "restricted"
    CONFIDENTIAL_VICTIM = "confidential_victim"
    PERSONAL_DATA = "personal_data"


class CodeItem(Bilingual):
    """One code of a list; outside its dates it is not taken."""

    code: Code
    valid_from: date | None = None
    valid_to: date | None = Field(default=None, description="The last day on which the code holds.")
    replaced_by: tuple[Code, ...] = Field(default=(), description="The codes that took its place.")

    def is_valid_on(self, day: date) -> bool:
        """Say whether the code holds on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Dimension(Bilingual):
    """One way in which figures are broken down, with its code list."""

    code: Code
    source: Words = Field(description="Where the codes come from.")
    note_vi: Words | None = None
    note_en: Words | None = None
    codes: tuple[CodeItem, ...] = Field(max_length=5_000)

    @model_validator(mode="after")
    def _can_say_unknown(self) -> Self:
        if self.code.lower() in NOT_FOR_DIMENSIONS:
            raise ValueError(f"{self.code} is a column of every form and cannot name a dimension")
        names = [item.code for item in self.codes]
        if len(names) != len(set(names)):
            raise ValueError(f"dimension {self.code} lists a code twice")
        if UNKNOWN not in names:
            raise ValueError(f"dimension {self.code} has no code for 'not known'")
        if not {after for item in self.codes for after in item.replaced_by} <= set(names):
            raise ValueError(f"dimension {self.code} names a successor that it does not list")
        return self

    @model_validator(mode="after")
    def _holds_in_time(self) -> Self:
        for item in self.codes:
            if item.valid_from and item.valid_to and item.valid_to < item.valid_from:
                raise ValueError(f"code {item.code} ends before it begins")
        try:
            TopologicalSorter({item.code: item.replaced_by for item in self.codes}).prepare()
        except CycleError:
            raise ValueError(f"codes of dimension {self.code} replace each other in a circle") from None
        return self


class DimensionUse(Part):
    """How one indicator uses one dimension."""

    dimension: Code
    required: bool = Field(
        description="False: the whole indicator may be given without it; its figures then count as unknown."
    )
    only: tuple[Code, ...] = Field(default=(), description="The codes taken here; empty = all of the list.")


class RollUp(Part):
    """How figures of an indicator are put together."""

    across_agencies: RollUpRule
    across_time: RollUpRule


class Indicator(Bilingual):
    """One figure that is asked for: category, direction and measure."""

    code: Code
    direction: Direction
    measure: Measure
    unit: Code = "person"
    number: Annotated[str, Field(pattern="^(integer|decimal)$")] = "integer"
    minimum: int = 0
    maximum: int = 1_000_000_000
    roll_up: RollUp
    dimensions: tuple[DimensionUse, ...] = Field(max_length=MOST_DIMENSIONS)
    reporters: Reporters = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(f"indicator {self.code} has a minimum above its maximum")
        used = [use.dimension for use in self.dimensions]
        if len(used) != len(set(used)):
            raise ValueError(f"indicator {self.code} uses a dimension twice")
        return self


class Table(Bilingual):
    """The indicators of one category; a table can be declared nil."""

    code: Code
    confidentiality: Confidentiality
    origin: Words = Field(description="Whether the documents name the category or we derived it.")
    source_refs: Words
    indicative_holders: tuple[str, ...] = Field(description="Who is likely to hold the data; not a duty.")
    plans: tuple[str, ...] = Field(default=(), description="Asked only under these plans; empty = all.")
    note: Words | None = None
    indicators: tuple[Indicator, ...] = Field(min_length=1, max_length=500)
    reporters: Reporters = ()


class TaskStatus(StrEnum):
    """How a task stands."""

    MET = "met"
    ON_TRACK = "on_track"
    CONSTRAINED = "constrained"
    NO_PROGRESS = "no_progress"


class StatusTitle(Bilingual):
    """The name of one task status."""

    code: TaskStatus


class TaskPart(StrEnum):
    """What is asked about a task beside its status and words."""

    EVIDENCE = "evidence"
    FUNDING = "funding"


class Section(Bilingual):
    """One narrative section that every reporter may fill."""

    key: Code
    required: bool = False


class Narrative(Part):
    """What is told in words. Task sections follow from the tasks that the reporter leads or coordinates."""

    sections: tuple[Section, ...] = ()
    per_task: bool = False
    statuses: tuple[StatusTitle, ...] = ()
    task_parts: tuple[TaskPart, ...] = Field(
        default=(), description="`evidence` in words; `funding` in million dong."
    )
    longest_text: int = Field(default=20_000, ge=1, le=100_000)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        keys = [section.key for section in self.sections]
        if len(keys) != len(set(keys)):
            raise ValueError("a section stands in the form twice")
        return self


class FormContent(Bilingual):
    """What one version of a form asks for, and of which periods."""

    notice_vi: Words = Field(description="What kind of form this is, and that it is ours.")
    notice_en: Words
    sources: tuple[Words, ...]
    applies_from: date = Field(description="Periods that end on or after this day use the version.")
    applies_to: date | None = Field(default=None, description="Periods that end after this day do not.")
    dimensions: tuple[Dimension, ...] = Field(default=(), max_length=100)
    tables: tuple[Table, ...] = Field(default=(), max_length=200)
    narrative: Narrative = Narrative()
    rules: tuple[FormRule, ...] = Field(default=(), description="What is checked beyond types, codes and ranges.")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        mistakes = [*self._repeated(), *self._contradictions(), *self._unknown_names()]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    def _repeated(self) -> Iterator[str]:
        indicators = [indicator.code for table in self.tables for indicator in table.indicators]
        for what, codes in (
            ("an indicator", indicators),
            ("a table", [table.code for table in self.tables]),
            ("a rule", [rule.id for rule in self.rules]),
            ("a dimension", [dimension.code for dimension in self.dimensions]),
        ):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                yield f"{what} stands in the form twice: {', '.join(twice)}"

    def _contradictions(self) -> Iterator[str]:
        if self.applies_to is not None and self.applies_to < self.applies_from:
            yield "the version ends before it begins to apply"
        if not self.tables and not self.narrative.sections and not self.narrative.per_task:
            yield "the form asks for nothing"

    def _unknown_names(self) -> Iterator[str]:
        known = {dimension.code: {item.code for item in dimension.codes} for dimension in self.dimensions}
        indicators = [indicator for table in self.tables for indicator in table.indicators]
        for code, use in ((indicator.code, use) for indicator in indicators for use in indicator.dimensions):
            if use.dimension not in known:
                yield f"no code list for dimension {use.dimension} of {code}"
            elif not set(use.only) <= known[use.dimension]:
                yield f"dimension {use.dimension} of {code} is narrowed to codes that it does not have"
        named = {table.code for table in self.tables} | {indicator.code for indicator in indicators}
        for rule in self.rules:
            if not set(rule.on) <= named:
                yield f"rule {rule.id} is about a table or indicator that the form does not have"


class FormDefinition(FormContent):
    """One version of a form. Once published it never changes; a change is a new version."""

    id: Code
    version: int = Field(ge=1)
    state: VersionState
