"""Why the registry refuses something about agencies."""

from collections.abc import Sequence
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
    """An agency names others, or a province, that do not exist on all days of the version."""

    code = "agency_reference_invalid"
    title = "A parent, a related agency or a province does not exist on all those days"

    def __init__(self, *named: tuple[str, str | None]) -> None:
        listed = ", ".join(f"{field} {value}" for field, value in named)
        super().__init__(
            f"Not there on every one of those days: {listed}.",
            errors=[
                {"rule": "exists_on_all_days", "severity": "error", "pointer": f"/{field}", "value": value}
                for field, value in named
            ],
        )


class ParentCircle(Unprocessable):
    """An agency would stand under itself, on some day at least."""

    code = "agency_parent_circle"
    title = "The agency would stand under itself"

    def __init__(self, agency: str, parent: str | None, first: date | None, last: date | None) -> None:
        days = f"from {first or 'the beginning'} to {last or 'an open end'}"
        super().__init__(
            f"{agency} would stand under itself {days}.",
            errors=[{"rule": "no_circle", "severity": "error", "pointer": "/parent", "value": parent}],
            agency=agency,
            circle_from=str(first) if first else None,
            circle_to=str(last) if last else None,
        )


class CodeTaken(Unprocessable):
    """Another agency has the code on some of those days."""

    code = "agency_code_taken"
    title = "The code belongs to another agency on some of those days"

    def __init__(self, *taken: tuple[str, str, str]) -> None:
        super().__init__(
            "On any day a code means one agency.",
            errors=[
                {
                    "rule": "one_agency_a_day",
                    "severity": "error",
                    "pointer": pointer,
                    "value": code,
                    "agency": agency,
                }
                for pointer, code, agency in taken
            ],
        )


class AgencyStillNamed(Conflict):
    """Other agencies stand under this one after the day on which it should end."""

    code = "agency_still_named"
    title = "Other agencies stand under this one after that day"

    def __init__(self, agency: str, others: Sequence[str]) -> None:
        super().__init__(f"End or move the agencies under {agency} first.", agency=agency, named_by=list(others))


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

    def __init__(self, agency: str, day: date | None) -> None:
        super().__init__(f"{agency} is on {day} as the change says.", agency=agency, valid_from=str(day))


class MissionFactsWrong(Unprocessable):
    """A mission abroad needs host country and city; nobody else has them."""

    code = "mission_facts_invalid"
    title = "Host country and city belong to missions abroad, and to all of them"

    def __init__(self) -> None:
        super().__init__("Give host_country and city for a mission abroad, and for nobody else.")
