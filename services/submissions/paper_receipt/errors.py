"""Why a back-filled receipt is refused."""

from datetime import date
from uuid import UUID

from kernel.errors import Conflict, Forbidden, NotFound, Unprocessable


class PaperReceiptNotFound(NotFound):
    """No such receipt, or not the caller's."""

    def __init__(self) -> None:
        super().__init__("There is no such receipt that concerns you.")


class ReceivedDayWrong(Unprocessable):
    """The day of receipt lies ahead, or before the cycle took reports."""

    code = "received_day_wrong"
    title = "The report cannot have come on this day"

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__(
            f"Give a day from {first.isoformat()} to {last.isoformat()}.",
            day=day.isoformat(),
            first=first.isoformat(),
            last=last.isoformat(),
        )


class PaperReceiptPending(Conflict):
    """A receipt of this report waits for its confirmation."""

    code = "paper_receipt_pending"
    title = "A receipt waits for its confirmation"

    def __init__(self, pending: UUID) -> None:
        super().__init__("Confirm that one, or withdraw it.", pending=str(pending))


class PaperReceiptSettled(Conflict):
    """The receipt is confirmed or withdrawn already."""

    code = "paper_receipt_settled"
    title = "The receipt is settled already"

    def __init__(self, state: str) -> None:
        super().__init__(f"It is {state}.", state=state)


class EvidenceMissing(Conflict):
    """A receipt without evidence is not confirmed."""

    code = "evidence_missing"
    title = "There is no evidence yet"

    def __init__(self) -> None:
        super().__init__("Store the scanned report or its e-office sheet as evidence first.")


class SecondPersonNeeded(Forbidden):
    """Who recorded a receipt does not confirm it."""

    code = "second_person_needed"
    title = "A second person confirms"

    def __init__(self) -> None:
        super().__init__("Another client of the recipient confirms what this one recorded.")


class ReceiptInUse(Conflict):
    """Figures came for the report; its receipt stays."""

    code = "paper_receipt_in_use"
    title = "Figures followed this receipt"

    def __init__(self) -> None:
        super().__init__("The figures of the report came later, and its punctuality stands on this receipt.")
