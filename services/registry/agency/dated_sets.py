"""Sets that an agency has on each day: its other names, codes and relations. A change cuts days, and adds days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.registry.agency.errors import VersionDayWrong
from services.registry.agency.rules import holds
from services.registry.validity import ONE_DAY

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """One member of a set, and the days on which it belongs to it; None is open."""

    key: Key
    valid_from: date | None
    valid_to: date | None


def on_day(rows: Iterable[Dated], day: date) -> list[Key]:
    """Return what the set holds on a day, in order."""
    return sorted(row.key for row in rows if holds(row.valid_from, row.valid_to, day))


def changed_from(
    agency: str, rows: Sequence[Dated], wanted: Sequence[Key], day: date, last: date | None
) -> list[Dated]:
    """Let a set hold from a day on, until its next known change or the last day of the agency."""
    begun = [row for row in rows if row.valid_from == day and row.key not in wanted]
    if begun:
        raise VersionDayWrong(
            f"{' '.join(begun[0].key)} of {agency} begins on {day} already; correct it if it is a mistake.",
            valid_from=str(day),
        )
    edges = [row.valid_from for row in rows if row.valid_from and row.valid_from > day]
    edges += [row.valid_to + ONE_DAY for row in rows if row.valid_to and row.valid_to >= day]
    until = min(edges) - ONE_DAY if edges else None
    return replaced(rows, wanted, day, until if until is not None else last)


def replaced(rows: Sequence[Dated], wanted: Iterable[Key], first: date | None, last: date | None) -> list[Dated]:
    """Let exactly these members belong to a set from the first to the last day; other days stay as they are."""
    outside = [part for row in rows for part in _outside(row, first, last)]
    inside = [Dated(key, first, last) for key in dict.fromkeys(wanted)]
    return _joined([*outside, *inside])


def cut_after(rows: Sequence[Dated], last: date) -> list[Dated]:
    """End a set with the agency that it belongs to."""
    return replaced(rows, (), last + ONE_DAY, None)


Ends = tuple[date | None, date | None]


def moved(rows: Sequence[Dated], was: Ends, now: Ends) -> list[Dated]:
    """Let what began or ended with the agency do so on its corrected days, and nothing lie outside of them."""
    if was == now:
        return list(rows)
    first, last = now
    within = []
    for row in rows:
        begins = (
            first
            if row.valid_from == was[0] or (first and row.valid_from and row.valid_from < first)
            else row.valid_from
        )
        ends = last if row.valid_to == was[1] or (last and row.valid_to and row.valid_to > last) else row.valid_to
        if begins is None or ends is None or begins <= ends:
            within.append(Dated(row.key, begins, ends))
    return within


def _outside(row: Dated, first: date | None, last: date | None) -> list[Dated]:
    before = first is not None and (row.valid_from is None or row.valid_from < first)
    after = last is not None and (row.valid_to is None or row.valid_to > last)
    parts = []
    if before and first is not None:
        ends = first - ONE_DAY
        parts.append(replace(row, valid_to=ends if row.valid_to is None else min(ends, row.valid_to)))
    if after and last is not None:
        begins = last + ONE_DAY
        parts.append(replace(row, valid_from=begins if row.valid_from is None else max(begins, row.valid_from)))
    return parts


def _joined(rows: Iterable[Dated]) -> list[Dated]:
    """Put spans of one member together that touch."""
    joined: list[Dated] = []
    for row in sorted(rows, key=lambda one: (one.key, one.valid_from or date.min)):
        before = joined[-1] if joined else None
        if before and before.key == row.key and before.valid_to and row.valid_from == before.valid_to + ONE_DAY:
            joined[-1] = replace(before, valid_to=row.valid_to)
        else:
            joined.append(row)
    return joined
