"""What goes over the wire about agencies."""

from datetime import date
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kernel.text import Text
from services.registry.agency.kinds import AgencyKind
from services.registry.days import Day

ZONES = available_timezones()


def _known_zone(zone: str) -> str:
    if zone not in ZONES:
        raise ValueError("not a time zone of the IANA database")
    return zone


Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,39}$", examples=["HT-SNV"])]
Name = Annotated[Text, Field(min_length=1, max_length=300)]
Reason = Annotated[Text, Field(min_length=1, max_length=1000, description="Why, with the legal basis.")]
Zone = Annotated[str, AfterValidator(_known_zone)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")]

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
    "valid_from": None,
    "valid_to": None,
    "exists": True,
    "confidence": "high",
    "note": "successor body, not named in the source",
}


class AgencyCodeRead(BaseModel):
    """The code of an agency in an outside scheme, and how sure it is."""

    scheme: str
    code: str
    status: str


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
    valid_from: Annotated[date | None, Field(description="First day of the agency; null is before 2020.")]
    valid_to: Annotated[date | None, Field(description="Last day of the agency; null is open.")]
    exists: Annotated[bool, Field(description="Whether the agency exists on the asked day.")]
    confidence: str | None
    note: str | None


class AgencyCreate(BaseModel):
    """A new agency. Its code is for ever."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "HT-SVHTTDL",
                    "name_vi": "Sở Văn hóa, Thể thao và Du lịch tỉnh Hà Tĩnh",
                    "name_en": "Department of Culture, Sports and Tourism of Ha Tinh",
                    "kind": "provincial_department",
                    "parent": "UBND-P42",
                    "province": "P42",
                    "aliases": ["Sở VHTTDL"],
                    "valid_from": "2025-03-01",
                    "reason": "Cơ quan chuyên môn thuộc UBND tỉnh",
                }
            ]
        },
    )

    id: Code
    name_vi: Name
    name_en: Name
    kind: AgencyKind
    parent: Code | None = None
    province: Annotated[str | None, Field(max_length=40)] = None
    host_country: Country | None = None
    city: Name | None = None
    time_zone: Zone = "Asia/Ho_Chi_Minh"
    aliases: Annotated[list[Name], Field(max_length=50)] = []
    valid_from: Day
    valid_to: Day | None = None
    reason: Reason
    note: Annotated[Text | None, Field(max_length=2000)] = None

    @model_validator(mode="after")
    def _days_in_order(self) -> "AgencyCreate":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class AgencyUpdate(BaseModel):
    """A dated change: what is given holds from `valid_from` on, and the days before keep what they had.

    `valid_to` alone ends the agency on that day.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "valid_from": "2026-08-01",
                    "name_vi": "Sở Nội vụ và Lao động tỉnh Hà Tĩnh",
                    "reason": "Đổi tên theo nghị quyết của HĐND tỉnh",
                }
            ]
        },
    )

    valid_from: Day | None = None
    valid_to: Day | None = None
    name_vi: Name | None = None
    name_en: Name | None = None
    kind: AgencyKind | None = None
    parent: Code | None = None
    province: Annotated[str | None, Field(max_length=40)] = None
    host_country: Country | None = None
    city: Name | None = None
    time_zone: Zone | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_both(self) -> "AgencyUpdate":
        if self.valid_to is not None and (self.changes or self.valid_from is not None):
            raise ValueError("end an agency and change it in two steps: give valid_to alone")
        if self.valid_to is None and not self.changes:
            raise ValueError("give what changes, or valid_to")
        if any(self.changes.get(name, "") is None for name in ("name_vi", "name_en", "kind", "time_zone")):
            raise ValueError("names, kind and time zone cannot be taken away")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """What the version says differently: exactly the fields that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"valid_from", "valid_to", "reason"})


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


class HistoryRead(BaseModel):
    """All that an agency was, oldest first. Nothing here is ever rewritten."""

    agency: str
    valid_from: date | None
    valid_to: date | None
    items: list[VersionRead]


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
