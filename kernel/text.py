"""Text as people type it: composed form for keeping, accent-free form for finding."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

HALF_PAIR = re.compile("[\ud800-\udfff]")


def nfc(text: str) -> str:
    """Return the composed form, so that the same Vietnamese word is the same text."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return text for searching: lower case, no accents, đ as d, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.replace("đ", "d").split())


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text must not contain the character U+0000")
    if HALF_PAIR.search(text):
        raise ValueError("a text must not contain half of a surrogate pair")
    return nfc(text)


Text = Annotated[str, AfterValidator(_storable)]
"""A text field of a body: normalised to NFC, and free of the one character PostgreSQL cannot keep."""
FilledText = Annotated[str, Field(pattern=r"\S"), AfterValidator(_storable)]
"""A text field that says something: more than blanks."""
