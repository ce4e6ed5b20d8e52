"""What a steward sends about agencies: a new one, a change from a day on, the correction of a mistake."""

from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kernel.text import Text
from services.registry.agency.codes import OF_PROVINCES, normal_code
from services.registry.agency.kinds import AgencyKind
from services.registry.agency.schemas import Code, Name, Reason
from services.registry.agency.tables import RelationKind
from services.registry.days import Day

ZONES = available_timezones()


def _known_zone(zone: str) -> str:
    if zone not in ZONES:
        raise ValueError("not a time zone of the IANA database")
    return zone


Zone = Annotated[str, AfterValidator(_known_zone)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")]


class CodeGiven(BaseModel):
    """A code in an outside scheme, in any of the ways in which it is written."""

    model_config = ConfigDict(extra="forbid")

    scheme: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["qcvn102"])]
    code: Annotated[str, Field(min_length=1, max_length=60, examples=["000.00.15.H29"])]
    status: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] = "given_by_steward"

    @model_validator(mode="after")
    def _of_the_scheme(self) -> "CodeGiven":
        if self.scheme in OF_PROVINCES:
            raise ValueError("codes of this scheme belong to provinces, not to agencies")
        normal = normal_code(self.scheme, self.code)
        if normal is None:
            raise ValueError("the scheme has no such code")
        self.code = normal
        return self

    @property
    def key(self) -> tuple[str, ...]:
        """What is kept of it."""
        return (self.scheme, self.code, self.status)


class RelationGiven(BaseModel):
    """How the agency stands to another: `line` (ngành dọc), `administrative`, `functional` (chuyên môn)."""

    model_config = ConfigDict(extra="forbid")

    kind: RelationKind
    agency: Code

    @property
    def key(self) -> tuple[str, ...]:
        """What is kept of it."""
        return (self.kind.value, self.agency)


Aliases = Annotated[list[Name], Field(max_length=50)]
Codes = Annotated[list[CodeGiven], Field(max_length=20)]
Relations = Annotated[list[RelationGiven], Field(max_length=20)]
SETS = ("aliases", "codes", "relations")


class _WithSets(BaseModel):
    """The lists that hold as a whole from a day on."""

    def sets(self) -> dict[str, list[tuple[str, ...]]]:
        """Return the lists that were sent, as they are kept."""
        given = {part: getattr(self, part) for part in SETS if part in self.model_fields_set}
        return {part: [_key(item) for item in items] for part, items in given.items()}

    @model_validator(mode="after")
    def _each_once(self) -> "_WithSets":
        for part, keys in self.sets().items():
            once = [key[:2] for key in keys] if part != "relations" else [_only_one(key) for key in keys]
            if len(set(once)) < len(once):
                raise ValueError(f"{part} name something twice, or two that one day cannot have")
        return self


def _key(item: Any) -> tuple[str, ...]:
    return (item,) if isinstance(item, str) else item.key


def _only_one(key: tuple[str, ...]) -> tuple[str, ...]:
    """An agency is guided by several, but belongs to one line and one administration."""
    return key if key[0] == RelationKind.FUNCTIONAL else key[:1]


class AgencyCreate(_WithSets):
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
    aliases: Aliases = []
    codes: Codes = []
    relations: Relations = []
    valid_from: Day
    valid_to: Day | None = None
    reason: Reason
    note: Annotated[Text | None, Field(max_length=2000)] = None

    @model_validator(mode="after")
    def _days_in_order(self) -> "AgencyCreate":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class AgencyUpdate(_WithSets):
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
    aliases: Annotated[Aliases, Field(description="All other names from that day on.")] = []
    codes: Annotated[Codes, Field(description="All codes from that day on.")] = []
    relations: Annotated[Relations, Field(description="All relations from that day on.")] = []
    reason: Reason

    @model_validator(mode="after")
    def _one_of_both(self) -> "AgencyUpdate":
        says_more = bool(self.changes or self.sets() or self.valid_from is not None)
        if self.valid_to is not None and says_more:
            raise ValueError("end an agency and change it in two steps: give valid_to alone")
        if self.valid_to is None and not self.changes and not self.sets():
            raise ValueError("give what changes, or valid_to")
        if any(self.changes.get(name, "") is None for name in ("name_vi", "name_en", "kind", "time_zone")):
            raise ValueError("names, kind and time zone cannot be taken away")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """What the version says differently: exactly the fields that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"valid_from", "valid_to", "reason", *SETS})


class CorrectionCreate(_WithSets):
    """What should have been recorded for one version, on all of its days. The mistake stays in the journal.

    `valid_from` moves the version's first day, and with it the last day of the version before it.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "version_from": "2025-03-01",
                    "name_en": "Ministry of Agriculture and Environment",
                    "reason": "Nhập sai tên tiếng Anh; theo Nghị quyết 176/2025/QH15",
                }
            ]
        },
    )

    version_from: Annotated[
        Day | None, Field(description="First day of the version that is wrong; null is the open one.")
    ]
    valid_from: Annotated[Day | None, Field(description="The first day that is right.")] = None
    valid_to: Annotated[Day | None, Field(description="The last day that is right; last version only.")] = None
    name_vi: Name | None = None
    name_en: Name | None = None
    kind: AgencyKind | None = None
    parent: Code | None = None
    province: Annotated[str | None, Field(max_length=40)] = None
    host_country: Country | None = None
    city: Name | None = None
    time_zone: Zone | None = None
    aliases: Aliases = []
    codes: Codes = []
    relations: Relations = []
    reason: Reason

    @model_validator(mode="after")
    def _something_right(self) -> "CorrectionCreate":
        if not self.changes and not self.sets():
            raise ValueError("give what is right")
        if any(self.changes.get(name, "") is None for name in ("name_vi", "name_en", "kind", "time_zone")):
            raise ValueError("names, kind and time zone cannot be taken away")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """What the version says differently: exactly the fields that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"version_from", "reason", *SETS})
