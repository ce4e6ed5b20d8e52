"""On which map figures are read: what became of a provincial unit. Values in, values out.

As registry carries figures: along the chain while exactly one unit followed; a unit that several followed keeps
its figures under its own code and is named, for no document says which part went where. So totals agree.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Followed:
    """One confirmed succession of a provincial unit."""

    province: str
    successor: str
    effective_on: date


class ProvinceMapping:
    """The units of a day, and what earlier ones have become by it."""

    def __init__(self, successions: Iterable[Followed], day: date) -> None:
        self._followers: dict[str, set[str]] = defaultdict(set)
        for one in successions:
            if one.effective_on <= day:
                self._followers[one.province].add(one.successor)

    def unit(self, code: str) -> str:
        """Return what a unit has become; itself where it was divided, or is no unit."""
        seen = {code}
        while len(after := self._followers.get(code, set())) == 1:
            (code,) = after
            if code in seen:
                break
            seen.add(code)
        return code

    def is_divided(self, code: str) -> bool:
        """Say whether several units followed, so that a figure stays where it was."""
        return len(self._followers.get(code, ())) > 1

    def changes(self, codes: Iterable[str]) -> dict[str, str]:
        """Return, of these codes, those that read otherwise on this map."""
        return {code: unit for code in codes if (unit := self.unit(code)) != code}
