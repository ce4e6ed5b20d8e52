"""Which version of a form applies to a period."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Applies(Protocol):
    """A published version and the days for which it is meant."""

    @property
    def version(self) -> int: ...
    @property
    def applies_from(self) -> date: ...
    @property
    def applies_to(self) -> date | None: ...


V = TypeVar("V", bound=Applies)


def choose_version(published: Iterable[V], period_end: date) -> V | None:
    """Return the highest published version that applies on the period's last day."""
    fitting = [
        one
        for one in published
        if one.applies_from <= period_end and (one.applies_to is None or period_end <= one.applies_to)
    ]
    return max(fitting, key=lambda one: one.version, default=None)
