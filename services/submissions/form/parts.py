"""What all parts of a form's definition have in common: codes, titles in two languages, and that nothing in them
changes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kernel.text import Text

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
Title = Annotated[Text, Field(min_length=1, max_length=500)]
Words = Annotated[Text, Field(max_length=5_000)]


class Part(BaseModel):
    """A part of a definition: unchangeable, with nothing in it that the model does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Part):
    """Something with a name in both languages."""

    title_vi: Title
    title_en: Title
