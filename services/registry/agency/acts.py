"""What an act makes of an agency: a change from a day on, an end, a correction. Values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.agency import dated_sets
from services.registry.agency.change_schemas import AgencyUpdate, CorrectionCreate
from services.registry.agency.dated_sets import Dated, Key
from services.registry.agency.errors import NothingToChange, VersionDayWrong
from services.registry.agency.rules import holds
from services.registry.agency.tables import Act
from services.registry.agency.versions import FACTS, Version, correct, divide, end, shown_on

Sets = Mapping[str, Sequence[Dated]]


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of an agency over time."""

    agency: str
    versions: Sequence[Version]
    sets: Sets

    @property
    def first_day(self) -> date | None:
        return self.versions[0].valid_from

    @property
    def last_day(self) -> date | None:
        return self.versions[-1].valid_to

    def on(self, day: date | None) -> dict[str, Any]:
        """Return what is recorded of a day, as the journal writes it."""
        looked_on = day or date.min
        shown = shown_on(self.versions, looked_on)
        facts = {name: getattr(shown, name) for name in FACTS}
        sets = {
            part: [list(key) for key in dated_sets.on_day(rows, looked_on)] for part, rows in self.sets.items()
        }
        days = {"version_from": shown.valid_from, "valid_from": self.first_day, "valid_to": self.last_day}
        return {**facts, **sets, **{name: str(value) if value else None for name, value in days.items()}}


@dataclass(frozen=True, slots=True)
class Change:
    """What an act makes of an agency. Versions and sets that stay as they are are left out."""

    act: Act
    holds_from: date | None
    was: Kept
    versions: Sequence[Version] | None
    sets: dict[str, list[Dated]]

    @property
    def becomes(self) -> Kept:
        return Kept(self.was.agency, self.versions or self.was.versions, {**self.was.sets, **self.sets})

    def recorded(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what differs on the day from which it holds: as it was recorded, and as it is now."""
        before, after = self.was.on(self.holds_from), self.becomes.on(self.holds_from)
        differs = [name for name in after if before[name] != after[name]]
        return {name: before[name] for name in differs}, {name: after[name] for name in differs}


def change_of(kept: Kept, body: AgencyUpdate, today: date) -> Change:
    """Say what a dated change, or the end of the agency, makes of it."""
    if body.valid_to is not None:
        return end_of(kept, body.valid_to, body.reason)
    return change_from(kept, body.valid_from or today, body.changes, body.sets(), body.reason)


def change_from(
    kept: Kept, day: date, changes: Mapping[str, Any], wanted: Mapping[str, list[Key]], reason: str
) -> Change:
    """Say what a change makes of an agency that holds from a day on, until the next known one."""
    if not any(holds(one.valid_from, one.valid_to, day) for one in kept.versions):
        raise VersionDayWrong(f"{kept.agency} does not exist on {day}.", valid_from=str(day))
    differing = {part: keys for part, keys in wanted.items() if not _holds_now(kept.sets[part], keys, day)}
    sets = {
        part: dated_sets.changed_from(kept.agency, kept.sets[part], keys, day, kept.last_day)
        for part, keys in differing.items()
    }
    shown = shown_on(kept.versions, day)
    facts = {name: value for name, value in changes.items() if getattr(shown, name) != value}
    if not facts:
        if not sets:
            raise NothingToChange(kept.agency, day)
        return Change(Act.CHANGED, day, kept, None, sets)
    division = divide(kept.agency, kept.versions, facts, day, reason)
    place = list(kept.versions).index(division.was)
    parts = [division.ended, *([division.begun] if division.begun else [])]
    versions = [*kept.versions[:place], *parts, *kept.versions[place + 1 :]]
    return Change(Act.CHANGED, day, kept, versions, sets)


def end_of(kept: Kept, last_day: date, reason: str) -> Change:
    """Say what the end of an agency makes of it, and of all that it had."""
    division = end(kept.agency, kept.versions, last_day, reason)
    versions = [*kept.versions[:-1], division.ended]
    sets = {part: dated_sets.cut_after(rows, last_day) for part, rows in kept.sets.items()}
    return Change(Act.ENDED, last_day, kept, versions, sets)


def correction_of(kept: Kept, body: CorrectionCreate) -> Change:
    """Say how an agency looks once one of its versions is as it should have been recorded."""
    begins_on = body.version_from
    place = next((n for n, one in enumerate(kept.versions) if one.valid_from == begins_on), None)
    if place is None:
        raise VersionDayWrong(f"No version of {kept.agency} begins on {begins_on}.", version_from=str(begins_on))
    wrong = kept.versions[place]
    changes = {name: value for name, value in body.changes.items() if getattr(wrong, name) != value}
    versions = correct(kept.agency, kept.versions, place, changes) if changes else list(kept.versions)
    right = versions[place]
    sets = {part: list(rows) for part, rows in kept.sets.items()}
    for part, keys in body.sets().items():
        sets[part] = dated_sets.replaced(sets[part], keys, right.valid_from, right.valid_to)
    sets = {part: _within(rows, kept, versions) for part, rows in sets.items()}
    differing = {part: rows for part, rows in sets.items() if rows != list(kept.sets[part])}
    if not changes and not differing:
        raise NothingToChange(kept.agency, begins_on)
    return Change(Act.CORRECTED, right.valid_from, kept, versions if changes else None, differing)


def _within(rows: list[Dated], kept: Kept, versions: Sequence[Version]) -> list[Dated]:
    """What began or ended with the agency begins or ends with it when those days are corrected."""
    first, last = versions[0].valid_from, versions[-1].valid_to
    return dated_sets.moved(rows, (kept.first_day, kept.last_day), (first, last))


def _holds_now(rows: Sequence[Dated], wanted: list[Key], day: date) -> bool:
    return dated_sets.on_day(rows, day) == sorted(wanted)
