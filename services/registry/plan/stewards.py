"""Who may change the registry: an administrator, the steward of a national plan, and in its own province
the steward of a plan that derives from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kernel.errors import Forbidden
from services.registry.agency.rules import Place, RegistrySnapshot, carriers_of


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


def stewards_on(plan: str, steward: str, day: date, snapshot: RegistrySnapshot) -> tuple[str, ...]:
    """Say who is steward of a plan on a day: the one it names, or whoever has that part by succession."""
    return carriers_of(steward, day, snapshot, Place("plan", plan, "steward"))


def steward_on(plan: str | None, steward: str | None, day: date, snapshot: RegistrySnapshot) -> str | None:
    """Return the one steward whom other services ask for; as named where nobody has the part yet."""
    if plan is None or steward is None:
        return steward
    return next(iter(stewards_on(plan, steward, day, snapshot)), steward)
