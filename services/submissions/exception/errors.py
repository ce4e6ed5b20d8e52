"""Why an extension or a waiver is refused."""

from datetime import date
from uuid import UUID

from kernel.errors import Conflict, Forbidden, NotFound, Unprocessable


class ExceptionNotFound(NotFound):
    """No such extension or waiver, or not the caller's."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no such {kind} that concerns you.")


class ReportReceived(Conflict):
    """The report came; its due date does not move any more, and it cannot be waived."""

    code = "report_received"
    title = "The report was received already"

    def __init__(self, state: str) -> None:
        super().__init__(
            f"The occurrence is {state}; exceptions are for reports that are still owed.", state=state
        )


class DateMissing(Conflict):
    """An occurrence without a date has nothing to extend."""

    code = "date_missing"
    title = "The report has no due date"

    def __init__(self) -> None:
        super().__init__("Without a due date it is never overdue. The recipient may set one for the cycle.")


class DateNotLater(Unprocessable):
    """An extension moves the due date to a later day."""

    code = "date_not_later"
    title = "The new day is not later"

    def __init__(self, day: date, present: date) -> None:
        super().__init__(
            f"The report is due on {present.isoformat()}; give a later day.",
            day=day.isoformat(),
            due_on=present.isoformat(),
        )


class ExceptionPending(Conflict):
    """The same was asked for before and waits for its decision."""

    code = "exception_pending"
    title = "A request waits for its decision"

    def __init__(self, pending: UUID) -> None:
        super().__init__("Decide that request, or withdraw it, before another.", pending=str(pending))


class ExceptionSettled(Conflict):
    """The request has its decision already, or was withdrawn."""

    code = "exception_settled"
    title = "The request is settled already"

    def __init__(self, state: str) -> None:
        super().__init__(f"It is {state}.", state=state)


class RequesterDecides(Forbidden):
    """Who asked for an exception does not grant it."""

    code = "requester_decides"
    title = "Who asks does not decide"

    def __init__(self, agency: str) -> None:
        super().__init__("The decision needs another agency and another client.", agency=agency)


class ExtensionInUse(Conflict):
    """The extension can no longer be taken back."""

    code = "extension_in_use"
    title = "The extension cannot be taken back"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
