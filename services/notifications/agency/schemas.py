"""An agency as registry's inside door writes it."""

from datetime import date

from pydantic import BaseModel


class RegistryAgency(BaseModel):
    """One agency of `GET /internal/agencies`; what we do not use is ignored."""

    id: str
    name_vi: str
    name_en: str | None = None
    kind: str = ""
    time_zone: str | None = None
    valid_to: date | None = None


class RegistryAgencies(BaseModel):
    """The whole list."""

    items: list[RegistryAgency]
