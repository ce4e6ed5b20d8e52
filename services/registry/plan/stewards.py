"""Who may change the registry: an administrator, the steward of a national plan, and in its own province
the steward of a plan that derives from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.errors import Forbidden


class NotSteward(Forbidden):
    """The caller's agency is no steward of what it wants to change."""

    code = "not_steward"
    title = "Only a steward may change this"

    def __init__(self, agency: str) -> None:
        super().__init__(f"{agency} is no steward of this part of the registry.", agency=agency)


@dataclass(frozen=True, slots=True)
class Stewardship:
    """One plan that an agency is steward of, as far as it matters here."""

    plan: str
    is_national: bool
    province: str | None


@dataclass(frozen=True, slots=True)
class Steward:
    """What a caller's agency may change."""

    agency: str
    is_administrator: bool
    stewardships: tuple[Stewardship, ...] = ()

    def may_change(self, provinces: Iterable[str | None]) -> bool:
        """Say whether the steward may change something that lies in these provinces (None: in the country)."""
        if self.is_administrator or any(one.is_national for one in self.stewardships):
            return True
        own = {one.province for one in self.stewardships} - {None}
        asked = set(provinces)
        return bool(asked) and asked <= own

    def require(self, *provinces: str | None) -> None:
        """Refuse a caller that is no steward of these provinces."""
        if not self.may_change(provinces):
            raise NotSteward(self.agency)
