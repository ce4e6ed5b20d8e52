"""Why the audit refuses."""

from kernel.errors import Forbidden, Unprocessable


class AuditForbidden(Forbidden):
    """The audit is for stewards and administrators."""

    code = "audit_forbidden"
    title = "The audit is for stewards and administrators"

    def __init__(self, agency: str) -> None:
        super().__init__(f"{agency} is no steward of a plan.", agency=agency)


class RangeWrong(Unprocessable):
    """The range of positions is empty or too long."""

    code = "audit_range_invalid"
    title = "This range cannot be verified"

    def __init__(self, first: int, last: int, longest: int) -> None:
        super().__init__(
            f"Ask for a range from {first} upwards, of at most {longest} positions.", first=first, last=last
        )


class SpanEmpty(Unprocessable):
    """No event of that time has a position yet."""

    code = "audit_span_empty"
    title = "Nothing happened in this time"

    def __init__(self) -> None:
        super().__init__("No sealed event lies between `from` and `to`.")
