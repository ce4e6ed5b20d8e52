"""Writing an answer piece by piece: what every format has in common."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal
from typing import Protocol

from services.submissions.data.answer import Answer, Figure

COUNTS = ("given", "zeros", "not_available", "not_applicable")


class Writer(Protocol):
    """One format."""

    def begin(self) -> bytes:
        """Return what stands before the first figure."""

    def write(self, figures: Sequence[Figure]) -> bytes:
        """Return some figures."""

    def end(self) -> bytes:
        """Return what stands behind the last figure."""


async def stream(writer: Writer, answer: Answer) -> AsyncIterator[bytes]:
    """Return the answer in a format, in pieces; other callers get their turn between them."""
    yield writer.begin()
    async for piece in answer.pieces:
        yield writer.write(piece)
        await asyncio.sleep(0)
    if rest := writer.end():
        yield rest


def plain(value: Decimal | None) -> str:
    """Return a number as text, whole where it is whole, never with an exponent."""
    if value is None:
        return ""
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(), "f")


def names_of(answer: Answer) -> Iterator[str]:
    """Return the columns of a table: what names a figure, what stands there, and how many cells say so."""
    if answer.is_delta:
        yield "action"
    yield from answer.columns
    yield from ("value", "status", "reason", "submission") if answer.is_single else ("value", "status", *COUNTS)
