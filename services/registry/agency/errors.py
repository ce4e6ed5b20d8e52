"""Why the registry refuses something about agencies."""

from datetime import date
from typing import Any

from kernel.errors import Conflict, NotFound, Unprocessable


class AgencyUnknown(NotFound):
    """No agency has this code."""

    code = "agency_unknown"
    title = "There is no such agency"

    def __init__(self, agency: str) -> None:
        super().__init__(f"No agency has the code {agency}.", agency=agency)


class AgencyExists(Conflict):
    """The code is taken."""

    code = "agency_exists"
    title = "An agency has this code already"

    def __init__(self, agency: str) -> None:
        super().__init__(f"The code {agency} is taken; a code is never used again.", agency=agency)


class AgencyReferenceWrong(Unprocessable):
    """An agency names a parent or a province that does not exist on all days of the version."""

    code = "agency_reference_invalid"
    title = "A parent or province does not exist on all those days"

    def __init__(self, field: str, value: str | None) -> None:
        super().__init__(
            f"{field} {value} does not exist on every day of this version.",
            errors=[{"rule": "exists_on_all_days", "severity": "error", "pointer": f"/{field}", "value": value}],
        )


class AgencyStillNamed(Conflict):
    """Other agencies stand under this one after the day on which it should end."""

    code = "agency_still_named"
    title = "Other agencies stand under this one after that day"

    def __init__(self, agency: str) -> None:
        super().__init__(f"End or move the agencies under {agency} first.", agency=agency)


class VersionDayWrong(Conflict):
    """A new version cannot begin on that day."""

    code = "version_day_invalid"
    title = "A new version cannot begin on that day"

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason, **facts)


class NothingToChange(Unprocessable):
    """A change that changes nothing."""

    code = "nothing_to_change"
    title = "This changes nothing"

    def __init__(self, agency: str, day: date) -> None:
        super().__init__(f"{agency} is on {day} as the change says.", agency=agency, valid_from=str(day))


class MissionFactsWrong(Unprocessable):
    """A mission abroad needs host country and city; nobody else has them."""

    code = "mission_facts_invalid"
    title = "Host country and city belong to missions abroad, and to all of them"

    def __init__(self) -> None:
        super().__init__("Give host_country and city for a mission abroad, and for nobody else.")
