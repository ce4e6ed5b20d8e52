"""What a form says: its tables, indicators, dimensions, code lists and narrative sections. Data, no behaviour
beyond what must be true of one definition."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_DIMENSIONS = 4
UNKNOWN = "unknown"
NOT_FOR_DIMENSIONS = {"indicator", "indicator_title", "dimensions", "value", "status", "reason"}

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
Title = Annotated[str, Field(min_length=1, max_length=500)]


class Part(BaseModel):
    """A part of a definition: unchangeable, with nothing in it that the model does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Bilingual(Part):
    """Something with a name in both languages."""

    title_vi: Title
    title_en: Title


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
    source: str = Field(description="Where the codes come from.")
    note_vi: str | None = None
    note_en: str | None = None
    codes: tuple[CodeItem, ...]

    @model_validator(mode="after")
    def _can_say_unknown(self) -> Self:
        if self.code in NOT_FOR_DIMENSIONS:
            raise ValueError(f"{self.code} is a column of every form and cannot name a dimension")
        names = [item.code for item in self.codes]
        if len(names) != len(set(names)):
            raise ValueError(f"dimension {self.code} lists a code twice")
        if UNKNOWN not in names:
            raise ValueError(f"dimension {self.code} has no code for 'not known'")
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


class Table(Bilingual):
    """The indicators of one category; a table can be declared nil."""

    code: Code
    confidentiality: Confidentiality
    origin: str = Field(description="Whether the documents name the category or we derived it.")
    source_refs: str
    indicative_holders: tuple[str, ...] = Field(description="Who is likely to hold the data; not a duty.")
    plans: tuple[str, ...] = Field(default=(), description="Asked only under these plans; empty = all.")
    note: str | None = None
    indicators: tuple[Indicator, ...]


class TaskStatus(StrEnum):
    """How a task stands."""

    MET = "met"
    ON_TRACK = "on_track"
    CONSTRAINED = "constrained"
    NO_PROGRESS = "no_progress"


class StatusTitle(Bilingual):
    """The name of one task status."""

    code: TaskStatus


class Section(Bilingual):
    """One narrative section that every reporter may fill."""

    key: Code
    required: bool = False


class Narrative(Part):
    """What is told in words. Task sections follow from the tasks that the reporter leads or coordinates."""

    sections: tuple[Section, ...] = ()
    per_task: bool = False
    statuses: tuple[StatusTitle, ...] = ()
    longest_text: int = 20_000


class FormDefinition(Bilingual):
    """One version of a form. Once published it never changes; a change is a new version."""

    id: Code
    version: int = Field(ge=1)
    state: VersionState
    notice_vi: str = Field(description="What kind of form this is, and that it is ours.")
    notice_en: str
    sources: tuple[str, ...]
    applies_from: date = Field(description="Periods that end on or after this day use the version.")
    applies_to: date | None = Field(default=None, description="Periods that end after this day do not.")
    dimensions: tuple[Dimension, ...] = ()
    tables: tuple[Table, ...] = ()
    narrative: Narrative = Narrative()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        known = {dimension.code: {item.code for item in dimension.codes} for dimension in self.dimensions}
        indicators = [indicator for table in self.tables for indicator in table.indicators]
        codes = [indicator.code for indicator in indicators]
        if len(codes) != len(set(codes)):
            raise ValueError("an indicator stands in the form twice")
        for use in (use for indicator in indicators for use in indicator.dimensions):
            if use.dimension not in known:
                raise ValueError(f"no code list for dimension {use.dimension}")
            if not set(use.only) <= known[use.dimension]:
                raise ValueError(f"dimension {use.dimension} is narrowed to codes that it does not have")
        return self
