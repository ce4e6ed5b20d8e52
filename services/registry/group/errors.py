"""Why the registry refuses something about agency groups."""

from kernel.errors import NotFound


class GroupUnknown(NotFound):
    """No agency group has this code."""

    code = "agency_group_unknown"
    title = "There is no such agency group"

    def __init__(self, group: str) -> None:
        super().__init__(f"No agency group has the code {group}.", agency_group=group)
