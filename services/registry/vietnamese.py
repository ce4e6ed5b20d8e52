"""Vietnamese text in statements: its order, and its form without accents. The functions are in migration 0001."""

from typing import Any

import sqlalchemy as sa

BYTE_ORDER = "C"


def vietnamese_order(name: Any) -> sa.ColumnElement[str]:
    """The sort key of a Vietnamese text."""
    return sa.func.vi_key(name, type_=sa.Text).collate(BYTE_ORDER)


def accent_free(text: Any) -> sa.ColumnElement[str]:
    """A text without accents and case."""
    return sa.func.accent_free(text, type_=sa.Text)


def mentions(place: Any, text: str) -> sa.ColumnElement[bool]:
    """Say whether a text is found in a place, accents and case ignored."""
    return sa.func.strpos(accent_free(place), accent_free(sa.cast(text, sa.Text))) > 0
