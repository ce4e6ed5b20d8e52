"""Why the registry refuses something about agency groups and requests."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel.errors import Conflict, Forbidden, NotFound, Unprocessable


class GroupUnknown(NotFound):
    """No agency group has this code."""

    code = "agency_group_unknown"
    title = "There is no such agency group"

    def __init__(self, group: str) -> None:
        super().__init__(f"No agency group has the code {group}.", agency_group=group)


class GroupExists(Conflict):
    """The code is taken, by a group or by an agency."""

    code = "agency_group_exists"
    title = "This code is taken already"

    def __init__(self, group: str) -> None:
        super().__init__(f"The code {group} is taken.", agency_group=group)


class GroupWrong(Unprocessable):
    """The words or the province of a new group are not known, or its words mean nobody."""

    code = "agency_group_invalid"
    title = "The group cannot be made like this"

    def __init__(self, findings: Sequence[dict[str, str]]) -> None:
        places = [{**one, "severity": "error"} for one in findings]
        super().__init__(f"{len(places)} places are wrong.", errors=places)


class ListingUnknown(NotFound):
    """The group has no such listed member."""

    code = "group_listing_unknown"
    title = "There is no such listed member"

    def __init__(self, listing: UUID) -> None:
        super().__init__(f"The group has no listing {listing}.", listing=str(listing))


class RequestUnknown(NotFound):
    """The task has no such request."""

    code = "task_request_unknown"
    title = "There is no such request"

    def __init__(self, request: UUID) -> None:
        super().__init__(f"The task has no request {request}.", request=str(request))


class GroupClosed(Conflict):
    """The words of the group alone say who belongs to it."""

    code = "agency_group_closed"
    title = "This group takes no members by hand"

    def __init__(self, group: str) -> None:
        super().__init__(f"The kinds of agencies decide alone whom {group} means.", agency_group=group)


class MemberListedTwice(Conflict):
    """The agency is listed on one of these days already."""

    code = "group_member_twice"
    title = "This agency is a member on one of these days already"

    def __init__(self, agency: str) -> None:
        super().__init__(f"{agency} is listed or asked on one of these days already.", agency=agency)


class MemberAgencyWrong(Unprocessable):
    """The agency does not exist on the first day of its membership, or asks itself."""

    code = "group_member_invalid"
    title = "This agency cannot be a member from that day"

    def __init__(self, agency: str, day: date) -> None:
        place = {"pointer": "/agency", "rule": "exists_on_first_day", "severity": "error", "value": agency}
        super().__init__(f"{agency} does not exist on {day}, or is the lead that asks.", errors=[place])


class EndDayWrong(Unprocessable):
    """A membership ends on a day on which it holds, and before it would end anyway."""

    code = "end_day_invalid"
    title = "It cannot end on that day"

    def __init__(self, first: date, present: date | None, asked: date) -> None:
        place = {"pointer": "/valid_to", "rule": "end_day", "severity": "error", "value": str(asked)}
        super().__init__(
            f"It holds from {first} to {present or 'any day'}; {asked} does not shorten it.", errors=[place]
        )


class TaskTakesNoRequests(Conflict):
    """The task names no such group that is open to requests of its lead."""

    code = "task_takes_no_requests"
    title = "This task names no group that its lead may call in"

    def __init__(self, task: str, groups: Sequence[str]) -> None:
        known = ", ".join(groups) or "none"
        super().__init__(f"Groups of {task} that are open to requests: {known}.", task=task, groups=list(groups))


class NotLead(Forbidden):
    """The caller's agency neither leads the task nor is its plan's steward."""

    code = "not_lead"
    title = "Only the task's lead or its steward may do this"

    def __init__(self, agency: str, leads: Sequence[str]) -> None:
        super().__init__(f"{agency} does not lead this task.", agency=agency, leads=list(leads))


class LeadNamedWrong(Unprocessable):
    """A request is made in the name of an agency that leads the task on its first day."""

    code = "requesting_lead_invalid"
    title = "Name one of the task's leads"

    def __init__(self, named: str | None, leads: Sequence[str]) -> None:
        place = {"pointer": "/requested_by", "rule": "leads_on_first_day", "severity": "error", "value": named}
        super().__init__(f"Leads on that day: {', '.join(leads) or 'none'}.", errors=[place], leads=list(leads))
