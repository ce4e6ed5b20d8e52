"""Why the registry refuses something about contacts."""

from kernel.errors import NotFound, Unprocessable


class ContactUnknown(NotFound):
    """There is no such contact, or the caller has nothing to do with its agency."""

    code = "contact_unknown"
    title = "There is no such contact, or it is not yours to see"


class ContactRepeated(Unprocessable):
    """The agency has the same address in the same role on some of those days."""

    code = "contact_repeated"
    title = "The address stands in this role on some of those days already"

    def __init__(self, field: str) -> None:
        super().__init__(
            "One address is told once for a role on any day.",
            errors=[{"rule": "one_contact_a_day", "severity": "error", "pointer": f"/{field}"}],
        )
