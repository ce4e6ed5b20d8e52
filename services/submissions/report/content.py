"""What a document says, ready to print: one model, from which each renderer draws. It knows no format."""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

UNPRINTABLE = re.compile("[^\n -\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
"""Control characters, and code points that are no characters: XML cannot hold them, paper cannot show them."""
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""They turn the direction of writing, by which a text can look like another."""


def printable(text: str) -> str:
    """Return a text as it can be printed: composed, without what no document can hold."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return unicodedata.normalize("NFC", TURNING.sub("", UNPRINTABLE.sub("", plain)))


Words = Annotated[str, AfterValidator(printable)]


class Part(BaseModel):
    """A piece of a document. Texts are plain: nothing in them is markup for any renderer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Align(StrEnum):
    """To which side the cells of a column stand."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Heading(Part):
    """The title of a part of the document."""

    kind: Literal["heading"] = "heading"
    level: Annotated[int, Field(ge=1, le=3)]
    text: Words


class Style(StrEnum):
    """How a paragraph stands."""

    BODY = "body"
    NOTE = "note"
    QUOTE = "quote"


class Paragraph(Part):
    """A paragraph; `lead` are the words that open it in bold."""

    kind: Literal["paragraph"] = "paragraph"
    text: Words
    lead: Words = ""
    style: Style = Style.BODY


class Column(Part):
    """One column of a table; widths are shares of the page."""

    title: Words
    width: float = Field(gt=0)
    align: Align = Align.LEFT


class Row(Part):
    """One row of a table."""

    cells: tuple[Words, ...]
    strong: bool = False


class Table(Part):
    """A table, whose head is repeated on each page."""

    kind: Literal["table"] = "table"
    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Words = ""


class Bar(Part):
    """One bar: its length is a share of the longest that could be."""

    label: Words
    share: float = Field(ge=0, le=1)
    text: Words


class Bars(Part):
    """A bar chart."""

    kind: Literal["bars"] = "bars"
    caption: Words
    bars: tuple[Bar, ...]


class Annex(Part):
    """From here on an annex, on a new page."""

    kind: Literal["annex"] = "annex"
    title: Words
    subtitle: Words


Block = Annotated[Heading | Paragraph | Table | Bars | Annex, Field(discriminator="kind")]


class Letterhead(Part):
    """The head of an official document, as Decree 30/2020/NĐ-CP lays it out."""

    superior: Words = ""
    issuer: Words
    symbol: Words
    state: Words
    motto: Words
    place_and_day: Words


class Signature(Part):
    """The foot of an official document: who gets it, and where it will be signed."""

    recipients_title: Words
    recipients: tuple[Words, ...]
    authority: Words
    hint: Words


class Document(Part):
    """A whole document."""

    language: Literal["vi", "en"]
    dated: date
    """The day of its latest fact; never the day on which it is printed."""
    letterhead: Letterhead
    type_name: Words
    title: Words
    addressee: Words = ""
    draft: Words = ""
    blocks: tuple[Block, ...]
    closing: Words
    """The last sentence, which stays on the page of the signature, as does a paragraph before it."""
    signature: Signature
    annexes: tuple[Block, ...] = ()
