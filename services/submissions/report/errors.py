"""Why a report is not written."""

from collections.abc import Sequence

from kernel.errors import Forbidden, NotFound, ServiceSilent, Unprocessable


class ReportNotFound(NotFound):
    """Nothing is reported upward under this plan in this year, or it does not concern the caller."""

    code = "report_not_found"
    title = "There is no such report that concerns you"

    def __init__(self) -> None:
        super().__init__("No report upward of this plan and year concerns you, or it has not been sent yet.")


class ReportKindUnknown(NotFound):
    """A kind of report that is not written here."""

    code = "report_kind_unknown"
    title = "There is no report of this kind"

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__("GET /v1/reports lists the kinds.", known=list(known))


class ReportAgencyNeeded(Unprocessable):
    """Several agencies have such a report."""

    code = "report_agency_needed"
    title = "Say whose report you want"

    def __init__(self, agencies: Sequence[str]) -> None:
        super().__init__("Several agencies have such a report; name one as `agency`.", agencies=list(agencies))


class ReportSourcesClosed(Forbidden):
    """The client is not open to the plan of a report that leads into this one."""

    code = "report_plan_closed"
    title = "The client is not open to the plans of all reports below"

    def __init__(self) -> None:
        super().__init__("A report from a part of its sources would be wrong. Use a client open to all of them.")


class ReportNotDrawn(ServiceSilent):
    """The document could not be drawn within its time."""

    code = "report_not_drawn"
    title = "The document could not be drawn in time"

    def __init__(self) -> None:
        super().__init__("The renderer", retry_after=10)
