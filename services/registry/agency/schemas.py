"""What goes over the wire about agencies."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import FilledText
from services.registry.agency.kinds import AgencyKind
from services.registry.agency.tables import Act, RelationKind

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,39}$", examples=["HT-SNV"])]
Name = Annotated[FilledText, Field(max_length=300)]
Reason = Annotated[FilledText, Field(max_length=1000, description="Why, with the legal basis.")]

HA_TINH_HOME_AFFAIRS: dict[str, Any] = {
    "id": "HT-SNV",
    "name_vi": "Sở Nội vụ tỉnh Hà Tĩnh",
    "name_en": "Department of Home Affairs of Ha Tinh",
    "kind": "provincial_department",
    "parent": "UBND-P42",
    "province": "P42",
    "host_country": None,
    "city": None,
    "time_zone": "Asia/Ho_Chi_Minh",
    "version_from": None,
    "version_to": None,
    "aliases": ["Sở Nội vụ"],
    "codes": [],
    "relations": [],
    "valid_from": None,
    "valid_to": None,
    "exists": True,
    "confidence": "high",
    "note": "successor body, not named in the source",
    "revision": 1,
}


class AgencyCodeRead(BaseModel):
    """The code of an agency in an outside scheme, from which day to which, and how sure it is.

    `qcvn102`: electronic identifier of agencies; `gso`, `iso_3166_2`: of the province, on its People's Committee.
    """

    scheme: str
    code: str
    written: Annotated[list[str], Field(description="Every way in which documents write the code.")]
    status: str
    valid_from: date | None
    valid_to: date | None


class RelationRead(BaseModel):
    """How an agency stands to another beside its parent."""

    kind: RelationKind
    agency: str


class AgencyRead(BaseModel):
    """An agency as it is on the asked day; an ended one as it was last, with `exists` false."""

    model_config = ConfigDict(json_schema_extra={"examples": [HA_TINH_HOME_AFFAIRS]})

    id: str
    name_vi: str
    name_en: str
    kind: AgencyKind
    parent: str | None
    province: str | None
    host_country: str | None
    city: str | None
    time_zone: str
    version_from: Annotated[date | None, Field(description="First day of this version; null is before 2020.")]
    version_to: Annotated[date | None, Field(description="Last day of this version; null is open.")]
    aliases: list[str]
    codes: list[AgencyCodeRead]
    relations: list[RelationRead]
    valid_from: Annotated[date | None, Field(description="First day of the agency; null is before 2020.")]
    valid_to: Annotated[date | None, Field(description="Last day of the agency; null is open.")]
    exists: Annotated[bool, Field(description="Whether the agency exists on the asked day.")]
    confidence: str | None
    note: str | None
    revision: Annotated[int, Field(description="Counts what was ever changed of this agency.")]


class VersionRead(BaseModel):
    """One version of an agency."""

    valid_from: date | None
    valid_to: date | None
    name_vi: str
    name_en: str
    kind: AgencyKind
    parent: str | None
    province: str | None
    host_country: str | None
    city: str | None
    time_zone: str
    reason: Annotated[str | None, Field(description="Why it changed; null for reference data.")]


class SpanRead(BaseModel):
    """A name, code or relation with its days."""

    value: Annotated[list[str], Field(description="A name; scheme, code and status; kind and agency.")]
    valid_from: date | None
    valid_to: date | None


class ChangeRead(BaseModel):
    """One act upon an agency. `changed` holds from a day on; `corrected` says that it had never been so."""

    act: Act
    holds_from: date | None
    before: Annotated[dict[str, Any], Field(description="What differed, as it was recorded before.")]
    after: dict[str, Any]
    reason: str
    author: Annotated[str, Field(description="The agency in whose name it was done.")]
    client: str
    recorded_at: datetime


class HistoryRead(BaseModel):
    """All that an agency was, oldest first, and all that was ever done to it: the journal is never rewritten."""

    agency: str
    valid_from: date | None
    valid_to: date | None
    items: list[VersionRead]
    aliases: list[SpanRead]
    codes: list[SpanRead]
    relations: list[SpanRead]
    changes: list[ChangeRead]


class ChainLinkRead(BaseModel):
    """One confirmed succession on a chain; `depth` 1 is next to the asked agency."""

    succession: str
    predecessor: str
    successor: str
    name_vi: str
    name_en: str
    kind: str
    effective_on: date
    legal_basis: str
    depth: int


class ChainRead(BaseModel):
    """Confirmed successions from an agency on, forwards or backwards, until a day."""

    agency: str
    on: date
    items: list[ChainLinkRead]
    carried_by: Annotated[
        list[str], Field(description="Who carries the agency's duties on that day; a transfer carries none.")
    ]
