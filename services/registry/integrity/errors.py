"""Why the registry refuses something about its checks."""

from collections.abc import Iterable

from kernel.errors import Unprocessable


class CheckUnknown(Unprocessable):
    """No check has this code."""

    code = "integrity_check_unknown"
    title = "There is no such check"

    def __init__(self, check: str, known: Iterable[str]) -> None:
        place = {"parameter": "check", "rule": "integrity_check_unknown", "severity": "error", "value": check}
        super().__init__(f"No check has the code {check}.", errors=[place], known=list(known))
