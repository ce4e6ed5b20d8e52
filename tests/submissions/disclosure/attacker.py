"""Somebody who keeps every answer ever given and solves for the counts that none of them shows.

The attacker knows more than any reader: of each count in each version whether it is zero, small or not, and which
counts a new version changed. An insider also knows every count that its own agency gave.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, combinations
from uuid import UUID

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import lil_matrix

from services.submissions.disclosure.answering import Released, disclose_groups
from services.submissions.disclosure.atoms import Key
from services.submissions.disclosure.protection import THRESHOLD
from services.submissions.disclosure.readers import NOBODY_ELSE, Readers
from services.submissions.disclosure.release import Release, Report

NOBODY = UUID(int=0)
Variable = tuple[int, Key]
"""A count in a release, by the number of the release."""
Equation = tuple[tuple[Variable, ...], int]
Snapshot = Mapping[Key, Released]


def snapshot(released: Release) -> Snapshot:
    """Return what is released now, as a reader of the service gets it."""
    zeros = {key: _cell(key, 0, None, 1) for key in released.zeros()}
    return zeros | {
        key: _cell(key, value, released.atom_of[key], len(released.atoms[released.atom_of[key]]))
        for key, value in released.values.items()
    }


def snapshots(days: Iterable[Mapping[str, Report]], readers: Readers = NOBODY_ELSE) -> list[Snapshot]:
    """Return what was released at the end of each day."""
    released, found = Release(), []
    for day in days:
        released.take_in(day, readers)
        found.append(snapshot(released))
    return found


def _cell(key: Key, value: int, atom: int | None, size: int) -> Released:
    return Released(
        NOBODY, NOBODY, key[0], "O402-01", "2026-S1", 1, "TRAFFICKING.IN.FLOW", key[1:], value, atom, size
    )


def ask_everything(releases: Sequence[Snapshot]) -> list[Equation]:
    """Return what all answers say: every grouping, of everything, of each code alone and of all but each code."""
    equations: set[Equation] = set()
    for number, cells in enumerate(releases):
        for chosen in _filters(cells):
            for columns in _subsets(len(next(iter(cells)))) if cells else ():
                groups: dict[tuple[str, ...], list[Key]] = {}
                for key in chosen:
                    groups.setdefault(tuple(key[column] for column in columns), []).append(key)
                shown = disclose_groups((group, cells[key]) for group, keys in groups.items() for key in keys)
                equations |= {
                    (tuple((number, key) for key in sorted(groups[group])), figure.value)
                    for group, figure in shown.items()
                    if figure.value is not None
                }
    return sorted(equations)


def _filters(cells: Snapshot) -> list[list[Key]]:
    keys = sorted(cells)
    found = [keys]
    for column in range(len(keys[0]) if keys else 0):
        for code in sorted({key[column] for key in keys}):
            found.append([key for key in keys if key[column] == code])
            found.append([key for key in keys if key[column] != code])
    return found


def _subsets(width: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(range(width), size) for size in range(width + 1)))


class Attacker:
    """Solves what was published for single counts."""

    def __init__(
        self,
        truth: Sequence[Mapping[Key, int]],
        equations: Iterable[Equation],
        knows_all_of: Collection[str] = (),
        *,
        knows_what_is_small: bool = True,
    ) -> None:
        self._truth = truth
        variables = [(number, key) for number, counts in enumerate(truth) for key in sorted(counts)]
        self._at = {variable: place for place, variable in enumerate(variables)}
        self.small = [
            (n, key) for n, key in variables if 0 < truth[n][key] < THRESHOLD and key[0] not in knows_all_of
        ]
        bounds = [self._bounds(v, knows_all_of, knows_what_is_small) for v in variables]
        self._low, self._high = np.array([b[0] for b in bounds]), np.array([b[1] for b in bounds])
        rows = [*equations, *self._unchanged()]
        matrix, self._right = lil_matrix((max(len(rows), 1), len(variables))), np.zeros(max(len(rows), 1))
        for row, (terms, value) in enumerate(rows):
            self._right[row] = value
            for variable, factor in self._factors(terms):
                matrix[row, self._at[variable]] = factor
        self._matrix = matrix.tocsr()

    def _bounds(
        self, variable: Variable, insider: Collection[str], knows_what_is_small: bool
    ) -> tuple[float, float]:
        number, key = variable
        value = self._truth[number][key]
        if key[0] in insider or value == 0:
            return value, value
        if not knows_what_is_small:
            return 1, np.inf
        return (1, THRESHOLD - 1) if value < THRESHOLD else (THRESHOLD, np.inf)

    def _unchanged(self) -> list[Equation]:
        """What a version leaves as it was is known to be left, in the form `this - that = 0`."""
        return [
            (((number, key), (number - 1, key)), 0)
            for number, counts in enumerate(self._truth)
            for key, value in counts.items()
            if number and self._truth[number - 1].get(key) == value
        ]

    @staticmethod
    def _factors(terms: tuple[Variable, ...]) -> list[tuple[Variable, int]]:
        is_difference = len(terms) == 2 and terms[0][0] != terms[1][0]
        return list(zip(terms, (1, -1) if is_difference else [1] * len(terms), strict=True))

    def interval(self, variable: Variable) -> tuple[int, int]:
        """Return the least and the greatest that a count can be, by everything known."""
        return round(self._solve(variable, 1)), round(self._solve(variable, -1))

    def _solve(self, variable: Variable, sign: int) -> float:
        aim = np.zeros(len(self._at))
        aim[self._at[variable]] = sign
        answer = milp(
            aim,
            constraints=LinearConstraint(self._matrix, self._right, self._right),
            integrality=np.ones(len(aim)),
            bounds=(self._low, np.minimum(self._high, 10**6)),
        )
        assert answer.success, answer.message
        return sign * float(answer.fun)

    def found(self) -> list[tuple[Variable, tuple[int, int]]]:
        """Return the small counts of which it is not open any more which small count they are."""
        intervals = [(variable, self.interval(variable)) for variable in self.small]
        return [(variable, span) for variable, span in intervals if span != (1, THRESHOLD - 1)]


def values_of(releases: Sequence[Snapshot]) -> list[dict[Key, int]]:
    """Return the counts of each release."""
    return [{key: cell.value for key, cell in cells.items()} for cells in releases]
