"""Why a delegation of review is refused."""

from datetime import date

from kernel.errors import Conflict, NotFound, Unprocessable


class DelegationNotFound(NotFound):
    """No such delegation, or not the caller's."""

    def __init__(self) -> None:
        super().__init__("There is no such delegation that concerns you.")


class NothingToDelegate(NotFound):
    """The caller receives nothing under this obligation or plan."""

    def __init__(self, named: str) -> None:
        super().__init__("Nothing under it is owed to you.", named=named)


class DelegateIsSelf(Unprocessable):
    """A recipient reviews already and cannot be its own delegate."""

    code = "delegate_is_self"
    title = "The recipient reviews already"

    def __init__(self, agency: str) -> None:
        super().__init__(f"{agency} receives this already; name another agency.", agency=agency)


class DelegationPeriodWrong(Unprocessable):
    """A delegation ends after it begins, and not in the past."""

    code = "delegation_period_wrong"
    title = "The days of the delegation do not fit"

    def __init__(self, valid_from: date, valid_to: date) -> None:
        super().__init__(
            "It ends on or after its first day, not in the past, and lasts 366 days at most.",
            valid_from=valid_from.isoformat(),
            valid_to=valid_to.isoformat(),
        )


class DelegationEnded(Conflict):
    """The delegation is over already."""

    code = "delegation_ended"
    title = "The delegation is over already"

    def __init__(self) -> None:
        super().__init__("It was ended, or its last day has passed.")
