"""Why the ledger refuses."""

from datetime import date, datetime
from uuid import UUID

from kernel.clock import in_vietnam
from kernel.errors import Conflict, Forbidden, NotFound, Unprocessable


class PeriodUnreadable(Unprocessable):
    """The text names no period."""

    code = "period_invalid"
    title = "The period cannot be read"

    def __init__(self, text: str) -> None:
        super().__init__(
            "A period is written 2026, 2026-S1, or start/PnM such as 2025-12-15/P6M.", period=text[:40]
        )


class OccurrenceNotFound(NotFound):
    """No such occurrence, or not the caller's."""

    def __init__(self) -> None:
        super().__init__("There is no such occurrence that concerns you.")


class CycleNotFound(NotFound):
    """No such cycle, or not the caller's."""

    def __init__(self) -> None:
        super().__init__("There is no such cycle that concerns you.")


class ObligationNotFound(NotFound):
    """No such obligation, or not the caller's."""

    def __init__(self, obligation: str) -> None:
        super().__init__("There is no such obligation that concerns you.", obligation=obligation)


class NotRecipient(Forbidden):
    """Only the recipient of a cycle, or the steward where the door says so, may do this."""

    code = "not_recipient"
    title = "Only the recipient may do this"

    def __init__(self, agency: str) -> None:
        super().__init__(f"{agency} sees this cycle and is not its recipient.", agency=agency)


class NotReporter(Forbidden):
    """Only the agency that owes, or the confirmed successor of one that ended, may report."""

    code = "not_reporter"
    title = "Only the agency that owes may do this"

    def __init__(self, agency: str, owed_by: str) -> None:
        super().__init__(f"{agency} sees this occurrence; {owed_by} owes it.", agency=agency, owed_by=owed_by)


class CycleExists(Conflict):
    """The cycle is open already."""

    code = "cycle_exists"
    title = "The cycle is there already"

    def __init__(self, cycle: UUID) -> None:
        super().__init__("This obligation has a cycle for this period.", cycle=str(cycle))


class OccurrenceExists(Conflict):
    """The agency owes this report already."""

    code = "occurrence_exists"
    title = "The report is there already"

    def __init__(self, occurrence: UUID) -> None:
        super().__init__("You have this report already; answer it.", occurrence=str(occurrence))


class NotAdHoc(Unprocessable):
    """An agency opens a report of its own only where the duty is ad hoc."""

    code = "obligation_not_ad_hoc"
    title = "This report is not opened by its reporter"

    def __init__(self, obligation: str, kind: str) -> None:
        super().__init__(
            f"{obligation} is {kind}: its cycles come from the schedule, or from its recipient.",
            obligation=obligation,
            kind=kind,
        )


class CycleNotOpened(Conflict):
    """The cycle takes nothing before its first day."""

    code = "cycle_not_open"
    title = "The cycle takes nothing yet"

    def __init__(self, period: str, opens_at: datetime) -> None:
        super().__init__(
            f"Period {period} takes reports from {in_vietnam(opens_at)}.",
            period=period,
            opens_at=in_vietnam(opens_at),
        )


class CycleClosed(Conflict):
    """The recipient closed the cycle."""

    code = "cycle_closed"
    title = "The cycle is closed"

    def __init__(self, period: str, closed_at: datetime) -> None:
        super().__init__(
            f"The recipient closed period {period} at {in_vietnam(closed_at)}.",
            period=period,
            closed_at=in_vietnam(closed_at),
        )


class CycleAlready(Conflict):
    """The cycle is in the asked-for state already."""

    code = "cycle_state_same"
    title = "The cycle is so already"

    def __init__(self, state: str) -> None:
        super().__init__(f"The cycle is {state} already.", state=state)


class DateGivenByRule(Conflict):
    """A recipient sets a date only where the rule gives none."""

    code = "date_given_by_rule"
    title = "The date follows from the rule"

    def __init__(self, due_on: date) -> None:
        super().__init__(
            f"The rule of the obligation gives {due_on.isoformat()}; only its change moves the date.",
            due_on=due_on.isoformat(),
        )


class DatePassed(Unprocessable):
    """A date that is set must not lie in the past."""

    code = "date_passed"
    title = "The date has passed"

    def __init__(self, day: date, today: date) -> None:
        super().__init__(
            f"{day.isoformat()} lies before today, {today.isoformat()}.",
            day=day.isoformat(),
            today=today.isoformat(),
        )


class ReportersUnknown(Unprocessable):
    """The registry gives no reporters for the period, and the request named none."""

    code = "reporters_unknown"
    title = "Nobody is known to owe this"

    def __init__(self, obligation: str, period: str) -> None:
        super().__init__(
            "The registry gives no reporters for this period; name them in `reporters`.",
            obligation=obligation,
            period=period,
        )


class ReportersGiven(Unprocessable):
    """The registry says who owes; the request may not say otherwise."""

    code = "reporters_given"
    title = "Who owes follows from the registry"

    def __init__(self, obligation: str, period: str) -> None:
        super().__init__(
            "The registry gives the reporters of this period; leave `reporters` out.",
            obligation=obligation,
            period=period,
        )


class AgenciesUnknown(Unprocessable):
    """Some agencies are not in the registry."""

    code = "agency_unknown"
    title = "An agency is not known"

    def __init__(self, agencies: list[str]) -> None:
        super().__init__("These agencies are not in the registry.", agencies=agencies)


class PeriodOutsideValidity(Unprocessable):
    """The period lies outside the obligation's validity."""

    code = "period_outside_validity"
    title = "The obligation has no such period"

    def __init__(self, obligation: str, period: str) -> None:
        super().__init__("No cycle of this obligation has this period.", obligation=obligation, period=period)
