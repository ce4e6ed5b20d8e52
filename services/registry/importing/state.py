"""What stands in the registry when rows are judged: agencies with all their days, provinces, contacts, names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from kernel.text import fold
from services.registry.agency.acts import Kept
from services.registry.agency.rules import holds

Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Unit:
    """A provincial unit and its days."""

    id: str
    names: tuple[str, ...]
    days: Days


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact as it is kept."""

    id: UUID
    agency: str
    values: Mapping[str, Any]
    days: Days


@dataclass(frozen=True, slots=True)
class RegistryState:
    """Everything that the rows of a file are judged by."""

    agencies: Mapping[str, Kept]
    provinces: Mapping[str, Unit]
    contacts: Sequence[KnownContact] = ()
    _names: dict[str, set[str]] = field(default_factory=dict)

    def find_agencies(self, written: str) -> list[str]:
        """Return the agencies that a code or a name may mean."""
        if written in self.agencies:
            return [written]
        if not self._names:
            self._index()
        return sorted(self._names.get(fold(written), ()))

    def find_province(self, written: str, day: date) -> str | None:
        """Return the province that a code or a name means on a day."""
        if written in self.provinces:
            return written
        name = fold(written)
        there = (one for one in self.provinces.values() if holds(*one.days, day) and name in one.names)
        return next((one.id for one in there), None)

    def _index(self) -> None:
        for agency, kept in self.agencies.items():
            names = [one.name_vi for one in kept.versions] + [one.name_en for one in kept.versions]
            names += [row.key[0] for row in kept.sets["aliases"]]
            for name in names:
                self._names.setdefault(fold(name), set()).add(agency)


def covers(outer: Days, inner: Days) -> bool:
    """Say whether all days of one span lie in another."""
    begins = outer[0] is None or (inner[0] is not None and outer[0] <= inner[0])
    ends = outer[1] is None or (inner[1] is not None and inner[1] <= outer[1])
    return begins and ends


def common(one: Days, other: Days) -> Days | None:
    """Return the days that two spans have in common."""
    first = max((day for day in (one[0], other[0]) if day is not None), default=None)
    last = min((day for day in (one[1], other[1]) if day is not None), default=None)
    return None if first is not None and last is not None and first > last else (first, last)
