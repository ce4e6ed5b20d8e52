"""What is released of confidential counts, day after day.

Whoever reads keeps what was read before. So an atom never changes its members, and a new version of a member is
released only when the atom still hides its small counts with all versions laid side by side; until then the member
stays as it was released. New counts form atoms among themselves, and wait where no atom can take them in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.submissions.disclosure.atoms import Key, form_atoms
from services.submissions.disclosure.protection import Room, is_safe, room_of, room_of_both
from services.submissions.disclosure.readers import NOBODY_ELSE, Readers

Report = Mapping[tuple[str, ...], int]
"""What one agency reported of one indicator: dimension codes and count."""


@dataclass(slots=True)
class Kin:
    """Members of one atom that changed together or not at all, with how far each can move in all its versions."""

    rooms: dict[Key, Room]
    pending: dict[Key, int] = field(default_factory=dict)
    """What was reported since and could not be released."""

    def is_safe_with(self, rooms: Mapping[Key, Room], readers: Readers) -> bool:
        """Say whether some rooms hide each other."""
        return is_safe(((key[0], room) for key, room in rooms.items()), readers)


class Release:
    """The counts of one indicator and period as they are released, and what they are shown together with."""

    def __init__(self) -> None:
        self.values: dict[Key, int] = {}
        """Every member of an atom with its released count."""
        self.atoms: list[list[Key]] = []
        self.atom_of: dict[Key, int] = {}
        self._waiting: dict[str, dict[Key, int]] = {}
        self._reported: dict[str, Report] = {}
        self._kin: dict[Key, Kin] = {}
        """Of members of atoms in which something changed."""
        self._members: dict[str, list[Key]] = {}

    @property
    def waiting(self) -> dict[Key, int]:
        """The counts that no atom could take in."""
        return {key: value for own in self._waiting.values() for key, value in own.items()}

    @property
    def behind(self) -> set[str]:
        """The agencies that reported something that is not released."""
        waiting = {agency for agency, counts in self._waiting.items() if counts}
        return waiting | {key[0] for kin in self._kin.values() for key in kin.pending}

    def zeros(self) -> Iterable[Key]:
        """Return the zeros that were reported and never were anything else."""
        for agency, report in self._reported.items():
            for codes, value in report.items():
                key = (agency, *codes)
                if value == 0 and key not in self.atom_of:
                    yield key

    def take_in(self, day: Mapping[str, Report], readers: Readers = NOBODY_ELSE) -> None:
        """Release what can be released of the reports of one day: the last that each agency had accepted.

        `readers` says who reads whose reports when it is released."""
        for agency in sorted(day):
            self._take_in_new(agency, day[agency])
        changed = {id(kin): kin for agency in sorted(day) for kin in self._take_in_known(agency, day[agency])}
        for kin in changed.values():
            self._revise(kin, readers)
        self._form_new(readers)

    def _take_in_new(self, agency: str, report: Report) -> None:
        self._reported[agency] = report
        counts = (((agency, *codes), value) for codes, value in report.items() if value)
        self._waiting[agency] = {key: value for key, value in counts if key not in self.atom_of}

    def _take_in_known(self, agency: str, report: Report) -> Iterable[Kin]:
        for key in self._members.get(agency, ()):
            value, released = report.get(key[1:], 0), self.values[key]
            if value == released and key not in self._kin:
                continue
            kin = self._kin_of(key)
            if kin.pending.get(key, released) == value:
                continue
            kin.pending[key] = value
            if value == released:
                del kin.pending[key]
            yield kin

    def _kin_of(self, key: Key) -> Kin:
        """Return those that change with a count: its whole atom, until some of it changed by themselves."""
        if key not in self._kin:
            atom = self.atoms[self.atom_of[key]]
            self._kin.update(dict.fromkeys(atom, Kin({one: room_of(self.values[one]) for one in atom})))
        return self._kin[key]

    def _revise(self, kin: Kin, readers: Readers) -> None:
        """Release what changed when it stays hidden, by one of two ways, or leave all as it was released."""
        if not kin.pending:
            return
        after = {key: room_of(value) for key, value in kin.pending.items()}
        together = {
            key: room_of_both(room, after[key]) if key in after else room for key, room in kin.rooms.items()
        }
        if kin.is_safe_with(together, readers):
            kin.rooms = together
        elif not self._part(kin, after, readers):
            return
        self.values.update(kin.pending)
        kin.pending = {}

    def _part(self, kin: Kin, after: dict[Key, Room], readers: Readers) -> bool:
        """Let those that changed go on by themselves, when they and those that stay each hide their own."""
        before = {key: kin.rooms[key] for key in after}
        staying = {key: room for key, room in kin.rooms.items() if key not in after}
        if not all(kin.is_safe_with(rooms, readers) for rooms in (before, after, staying)):
            return False
        kin.rooms = staying
        self._kin.update(dict.fromkeys(after, Kin(after)))
        return True

    def _form_new(self, readers: Readers) -> None:
        counts = self.waiting
        formed = form_atoms(counts, readers)
        for keys in formed.atoms:
            self.atom_of.update(dict.fromkeys(keys, len(self.atoms)))
            self.atoms.append(keys)
            for key in keys:
                self.values[key] = counts[key]
                self._members.setdefault(key[0], []).append(key)
        self._waiting = {}
        for key in formed.waiting:
            self._waiting.setdefault(key[0], {})[key] = counts[key]


def release(days: Iterable[Mapping[str, Report]], readers: Readers = NOBODY_ELSE) -> Release:
    """Return what is released after these days, each with the reports that were accepted on it, by agency."""
    released = Release()
    for day in days:
        released.take_in(day, readers)
    return released
