"""Why a review is refused."""

from typing import Any

from kernel.errors import Conflict, Forbidden, Unprocessable


class PreparerReviews(Forbidden):
    """Who prepared a report does not review it."""

    code = "preparer_reviews"
    title = "Who prepared a report does not review it"

    def __init__(self, agency: str) -> None:
        super().__init__("The reviewer must be another agency and another client.", agency=agency)


class AlreadyReviewed(Conflict):
    """The version has its decision already."""

    code = "already_reviewed"
    title = "This version was reviewed already"

    def __init__(self, decision: str, agency: str) -> None:
        super().__init__(f"{agency} decided: {decision}.", decision=decision, agency=agency)


class NotReturned(Conflict):
    """Only a returned version waits for a correction."""

    code = "not_returned"
    title = "No correction is waited for"

    def __init__(self) -> None:
        super().__init__("The version is not returned, or a newer one has come; it waits for no correction.")


class SubmissionSuperseded(Conflict):
    """A newer version has come."""

    code = "submission_superseded"
    title = "A newer version has come"

    def __init__(self, latest: str, version: int) -> None:
        super().__init__("Review the latest version.", latest=latest, version=version)


class CellsUnknown(Unprocessable):
    """The return names places that the form does not have."""

    code = "cells_unknown"
    title = "Some places are not in the form"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("Each is listed in errors.", errors=errors)
