"""What goes over the wire about agency groups."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kernel.paging import Page
from kernel.text import FilledText, Text
from services.registry.agency.kinds import AgencyKind
from services.registry.group.rules import MemberSource
from services.registry.group.tables import Membership


class GroupRead(BaseModel):
    """A collective expression of a document. Who it means depends on the day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "G-UBND-TINH",
                    "expression_vi": "Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương",
                    "expression_en": "Provincial and city People's Committees",
                    "province": None,
                    "words": ["provincial_peoples_committees"],
                    "agency_kinds": ["provincial_peoples_committee"],
                    "membership": "by_kind",
                    "on_lead_request": False,
                    "variants_vi": ["Uỷ ban nhân dân cấp tỉnh"],
                    "note": "63 members until 2025-06-30, 34 from 2025-07-01",
                }
            ]
        }
    )

    id: str
    expression_vi: str
    expression_en: str
    province: str | None
    words: list[str]
    agency_kinds: Annotated[list[AgencyKind], Field(description="Whom the words mean; none: listed only.")]
    membership: Membership
    on_lead_request: Annotated[bool, Field(description="Members belong only when the lead agency asks.")]
    variants_vi: list[str]
    note: str | None


Words = Annotated[FilledText, Field(max_length=300)]


class GroupCreate(BaseModel):
    """A collective expression of a new document, and how its members are found."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "G-SBN-NA",
                    "expression_vi": "Các sở, ban, ngành cấp tỉnh",
                    "expression_en": "Provincial departments and sectors",
                    "province": "P40",
                    "words": ["provincial_departments", "sectors"],
                    "membership": "by_kind",
                    "on_lead_request": False,
                    "variants_vi": ["Các sở, ngành"],
                    "note": None,
                }
            ]
        },
    )

    id: Annotated[Text, Field(pattern="^G-[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=40)]
    expression_vi: Annotated[Words, Field(description="As the document prints it.")]
    expression_en: Words
    province: Annotated[
        Text | None, Field(max_length=40, description="Whose expression it is; none: national.")
    ] = None
    words: Annotated[
        list[Text],
        Field(
            max_length=20, description="Words of expressions, as other groups show them: whom they mean by kind."
        ),
    ] = []
    membership: Annotated[
        Membership, Field(description="by_kind: all agencies of the words' kinds; listed: whom stewards list.")
    ]
    on_lead_request: bool = False
    variants_vi: Annotated[
        list[Words], Field(max_length=20, description="Other ways in which it is printed.")
    ] = []
    note: Annotated[Text | None, Field(max_length=1000)] = None


class MemberRead(BaseModel):
    """One member of a group on the asked day."""

    agency: str
    name_vi: str
    name_en: str
    kind: AgencyKind
    province: str | None
    source: Annotated[
        MemberSource, Field(description="By its kind, listed by a steward, asked by the task's lead.")
    ]
    printed: Annotated[str, Field(description="The listed agency whose part it carries; else itself.")]


class MemberPage(Page[MemberRead]):
    """The members of a group on a day, in Vietnamese order."""

    agency_group: str
    as_of: date
    total: Annotated[int, Field(description="Members on all pages.")]
    orphaned: Annotated[list[str], Field(description="Listed members that have ended without successor.")]
