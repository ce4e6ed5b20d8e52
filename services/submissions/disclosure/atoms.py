"""Putting counts together into atoms: sets that are shown as one sum or not at all.

Small counts are put together with their nearest kin: first within the last dimension, then the one before, and at
last across agencies, so that what an agency reported in sum stays readable wherever it can. Where the small ones
alone would not hide each other, others of the same place join them. What cannot be hidden even so has to wait.
"""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from services.submissions.disclosure.protection import Room, are_safe_together, room_of, room_together
from services.submissions.disclosure.readers import NOBODY_ELSE, Readers

Key = tuple[str, ...]
"""The agency that reported a count, then its dimension codes in the order of the form."""


class Bundle(NamedTuple):
    """Counts that stay together."""

    keys: list[Key]
    room: Room


class Formed(NamedTuple):
    """The atoms of some counts, and the counts that no atom can take in."""

    atoms: list[list[Key]]
    waiting: list[Key]


def form_atoms(values: Mapping[Key, int], readers: Readers = NOBODY_ELSE) -> Formed:
    """Put counts above zero together, the same way whatever order they come in."""
    keys = sorted(values)
    atoms: list[Bundle] = []
    firsts: list[Bundle] = []
    left: list[Bundle] = []
    for _, of_agency in groupby(keys, key=itemgetter(0)):
        inside, rest = _settle(_of_place(list(of_agency), values, 1))
        atoms += inside
        if rest is not None:
            left.append(rest)
        elif inside:
            firsts.append(inside[0])
    if not left:
        return Formed([atom.keys for atom in atoms], [])
    joined = _join_agencies(left, firsts, readers)
    if joined is None:
        return Formed([atom.keys for atom in atoms], [key for rest in left for key in rest.keys])
    gone = {id(one) for one in joined}
    kept = [atom.keys for atom in atoms if id(atom) not in gone]
    return Formed([*kept, _merged(joined).keys], [])


Settled = tuple[list[Bundle], Bundle | None]


def _of_place(keys: list[Key], values: Mapping[Key, int], depth: int) -> Settled:
    """Return the atoms of one place, and what is left of its small counts."""
    if len(keys) == 1 or depth >= len(keys[0]) - 1:
        return _of_cells(keys, values)
    atoms: list[Bundle] = []
    left: list[Bundle] = []
    for _, inside in groupby(keys, key=itemgetter(depth)):
        safe, rest = _settle(_of_place(list(inside), values, depth + 1))
        atoms += safe
        if rest is not None:
            left.append(rest)
    return atoms, _merged(left) if left else None


def _of_cells(keys: list[Key], values: Mapping[Key, int]) -> Settled:
    large: list[Bundle] = []
    small: list[Bundle] = []
    for key in keys:
        cell = Bundle([key], room_of(values[key]))
        (small if cell.room.has_small else large).append(cell)
    return large, _merged(small) if small else None


def _settle(place: Settled) -> Settled:
    """Make an atom of what is left of a place, with as many of its atoms as it needs, in the order of the codes.

    How large they are is no reason to prefer one: what was chosen would tell of what it was chosen for.
    """
    atoms, rest = place
    if rest is None or not (atoms or rest.room.is_safe):
        return place
    room = rest.room
    for needed in range(len(atoms) + 1):
        if room.is_safe:
            return [*atoms[needed:], _merged([rest, *atoms[:needed]])], None
        if needed < len(atoms):
            room = room_together((room, atoms[needed].room))
    return place


def _join_agencies(left: list[Bundle], firsts: list[Bundle], readers: Readers) -> list[Bundle] | None:
    """Return what makes one atom of the rests of several agencies, or nothing when no set hides them.

    They may take in the first atom of each agency that has no rest. Each bundle is of one agency.
    """
    for needed in range(len(firsts) + 1):
        taken = [*left, *firsts[:needed]]
        if are_safe_together({one.keys[0][0]: one.room for one in taken}, readers):
            return taken
    return None


def _merged(bundles: list[Bundle]) -> Bundle:
    if len(bundles) == 1:
        return bundles[0]
    keys = [key for bundle in bundles for key in bundle.keys]
    return Bundle(keys, room_together(bundle.room for bundle in bundles))
