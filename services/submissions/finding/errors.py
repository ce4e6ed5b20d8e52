"""Why an explanation is refused."""

from kernel.errors import Conflict, NotFound, Unprocessable


class FindingNotFound(NotFound):
    """The version has no such finding."""

    code = "finding_not_found"

    def __init__(self, finding: str) -> None:
        super().__init__("The version has no such finding.", finding=finding)


class FindingNeedsNoExplanation(Unprocessable):
    """Only warnings are explained: errors refuse the report, notes ask for nothing."""

    code = "finding_needs_no_explanation"
    title = "Only warnings are explained"

    def __init__(self, finding: str, severity: str) -> None:
        super().__init__(f"The finding is of the severity {severity}.", finding=finding, severity=severity)


class FindingSettled(Conflict):
    """The version was accepted, and its warnings with it."""

    code = "finding_settled"
    title = "The version is accepted already"

    def __init__(self, agency: str) -> None:
        super().__init__(f"{agency} accepted the version with its warnings.", agency=agency)
