"""What goes over the wire about forms. The definition itself goes as it was published."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.submissions.form.definition import VersionState

EXAMPLE_VERSION: dict[str, JsonValue] = {
    "version": 1,
    "state": "published",
    "applies_from": "2020-01-01",
    "applies_to": None,
    "published_at": "2026-07-01T08:00:00+07:00",
    "sha256": "0d4f…",
    "link": "/v1/forms/migration-data/versions/1",
}


class FormVersionRead(BaseModel):
    """One version of a form; a published one never changes."""

    version: int
    state: VersionState
    applies_from: Annotated[date, Field(description="Periods that end on or after this day use the version.")]
    applies_to: Annotated[date | None, Field(description="Periods that end after this day do not.")]
    published_at: str | None
    sha256: Annotated[str, Field(description="Of the definition as JSON, without spaces, keys sorted.")]
    link: Annotated[str, Field(description="Where the full definition is.")]


class FormRead(BaseModel):
    """A form with its versions, oldest first. Titles are those of the newest version."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "migration-data",
                "title_vi": "Số liệu di cư quốc tế 6 tháng và năm",
                "title_en": "Six-monthly and yearly international migration data",
                "versions": [EXAMPLE_VERSION],
            }
        }
    )

    id: str
    title_vi: str
    title_en: str
    versions: list[FormVersionRead]
