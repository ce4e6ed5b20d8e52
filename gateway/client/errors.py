"""Why a client is not registered or not changed."""

from collections.abc import Sequence
from datetime import datetime

from kernel.errors import NotFound, Unprocessable


class ClientNotFound(NotFound):
    """No client of that id."""

    code = "client_not_found"
    title = "No such client"

    def __init__(self, client_id: str) -> None:
        super().__init__(f"There is no client {client_id}.", client_id=client_id)


class AgencyUnknown(Unprocessable):
    """The registry has told of no agency with that code."""

    code = "agency_unknown"
    title = "No agency has this code"

    def __init__(self, agency: str) -> None:
        super().__init__(
            f"The registry knows no agency {agency}.",
            errors=[{"rule": "agency_unknown", "severity": "error", "pointer": "/agency", "value": agency}],
        )


class ScopeUnknown(Unprocessable):
    """A client is to be given a scope that there is not."""

    code = "scope_unknown"
    title = "There is no such scope"

    def __init__(self, number: int, scope: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no scope {scope}.",
            errors=[
                {"rule": "scope_unknown", "severity": "error", "pointer": f"/scopes/{number}", "value": scope}
            ],
            known=list(known),
        )


class ExpiryPast(Unprocessable):
    """A client cannot expire before it begins."""

    code = "expiry_past"
    title = "The expiry lies in the past"

    def __init__(self, expires_at: datetime) -> None:
        value = expires_at.isoformat()
        super().__init__(
            f"{value} is over already.",
            errors=[{"rule": "expiry_past", "severity": "error", "pointer": "/expires_at", "value": value}],
        )
