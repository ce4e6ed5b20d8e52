"""What an answer may show: a sum of whole atoms, or nothing. Values in, values out."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from services.submissions.form.definition import RollUpRule

Group = TypeVar("Group", bound=Hashable)
SUPPRESSED = "suppressed"


class Released(NamedTuple):
    """One released figure of a confidential table."""

    occurrence: UUID
    submission: UUID
    agency: str
    obligation: str
    period: str
    form_version: int
    indicator: str
    codes: tuple[str | None, ...]
    """In the slots d1 to d4."""
    value: int
    atom: int | None
    """What it is shown together with; null: a zero, which hides nothing."""
    atom_size: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an answer; null: suppressed."""

    value: int | None

    @property
    def status(self) -> str:
        """The word for its state."""
        return SUPPRESSED if self.value is None else "value"


def disclose(cells: Iterable[Released], rule: RollUpRule = RollUpRule.SUM) -> Figure:
    """Return what may be shown of some released figures put together by a rule across agencies or codes.

    A sum is shown when it is made of whole atoms. Anything but a sum is shown of one figure only.
    """
    total = count = 0
    atoms: Counter[int] = Counter()
    sizes: dict[int, int] = {}
    for cell in cells:
        total += cell.value
        count += 1
        if cell.atom is not None:
            atoms[cell.atom] += 1
            sizes[cell.atom] = cell.atom_size
    is_whole = all(seen == sizes[atom] for atom, seen in atoms.items())
    return Figure(total if is_whole and (rule is RollUpRule.SUM or count == 1) else None)


def disclose_groups(
    rows: Iterable[tuple[Group, Released]], rule: RollUpRule = RollUpRule.SUM
) -> dict[Group, Figure]:
    """Return what may be shown of each group of an answer, in the order in which the groups first come."""
    groups: dict[Group, list[Released]] = {}
    for group, cell in rows:
        groups.setdefault(group, []).append(cell)
    return {group: disclose(cells, rule) for group, cells in groups.items()}
