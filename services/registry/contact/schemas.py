"""What goes over the wire about contacts."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kernel.text import FilledText, Text
from services.registry.contact.rules import normal_mail, normal_phone
from services.registry.contact.tables import ContactRole, Language
from services.registry.days import Day


def _mail(written: str) -> str:
    mail = normal_mail(written)
    if mail is None:
        raise ValueError("not an e-mail address")
    return mail


def _phone(written: str) -> str:
    phone = normal_phone(written)
    if phone is None:
        raise ValueError("not a phone number")
    return phone


Name = Annotated[FilledText, Field(max_length=200, description="Of the person or the mailbox.")]
Mail = Annotated[Text, Field(max_length=254), AfterValidator(_mail)]
Phone = Annotated[Text, Field(max_length=40, description="Kept with the country: +84…"), AfterValidator(_phone)]

EXAMPLE: dict[str, Any] = {
    "name": "Văn thư Sở Nội vụ",
    "role": "clerk",
    "language": "vi",
    "email": "vanthu.snv@hatinh.gov.vn",
    "phone": "+842393855555",
    "valid_from": "2026-07-01",
    "valid_to": None,
}


class ContactRead(BaseModel):
    """Who at an agency is told. Personal data: for the agency, its stewards and administrators."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "01a20187-4fa7-76ec-9bcd-4c3c81cb6347", "agency": "HT-SNV", **EXAMPLE, "revision": 1}
            ]
        }
    )

    id: UUID
    agency: str
    name: str
    role: ContactRole
    language: Language
    email: str | None
    phone: str | None
    valid_from: date | None
    valid_to: date | None
    revision: int


class ContactCreate(BaseModel):
    """Someone who is to be told, from a day on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    name: Name
    role: ContactRole
    language: Language = Language.VI
    email: Mail | None = None
    phone: Phone | None = None
    valid_from: Annotated[Day | None, Field(description="Default today.")] = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> "ContactCreate":
        if self.email is None and self.phone is None:
            raise ValueError("give an e-mail address or a phone number")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class ContactUpdate(BaseModel):
    """What is different about a contact. Earlier values are not kept: they are personal data."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"language": "en", "phone": "+842393855556"}]}
    )

    name: Name | None = None
    role: ContactRole | None = None
    language: Language | None = None
    email: Mail | None = None
    phone: Phone | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ContactUpdate":
        if not self.changes:
            raise ValueError("give what changes")
        if any(self.changes.get(name, "") is None for name in ("name", "role", "language", "valid_from")):
            raise ValueError("name, role, language and first day cannot be taken away")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """Exactly the fields that were sent."""
        return self.model_dump(exclude_unset=True)
