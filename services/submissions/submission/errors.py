"""Why a submission is refused."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.clock import in_vietnam
from kernel.errors import Conflict, NotFound, Unprocessable, UnsupportedMedia


class SubmissionNotFound(NotFound):
    """No such submission, or not the caller's."""

    def __init__(self) -> None:
        super().__init__("There is no such submission that concerns you.")


class ContentRefused(Unprocessable):
    """The report was checked and has errors; nothing was stored."""

    code = "content_refused"
    title = "The report has errors; nothing was stored"

    def __init__(self, findings: list[dict[str, Any]], counts: dict[str, int]) -> None:
        wrong, every = counts["error"] + counts["blocker"], sum(counts.values())
        listed = "All are listed."
        if 0 < len(findings) < every:
            listed = (
                f"The first {len(findings)} are listed; sent with `Prefer: respond-async`, all are read in pages."
            )
        super().__init__(
            f"Errors: {wrong}; warnings and notes: {every - wrong}. {listed}",
            errors=findings,
            findings=counts,
        )
        self.findings, self.counts = findings, counts


class ExplanationsWrong(Unprocessable):
    """Explanations of what was not found, or is no warning."""

    code = "explanations_wrong"
    title = "Explanations of what was not found"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("Only warnings of this very content are explained; nothing was stored.", errors=errors)


class FormMissing(Conflict):
    """There is no form for this obligation yet."""

    code = "form_missing"
    title = "There is no form for this report"

    def __init__(self, obligation: str) -> None:
        super().__init__("No form is published for this obligation and period.", obligation=obligation)


class FormVersionWrong(Unprocessable):
    """The period is bound to another version of the form."""

    code = "form_version_wrong"
    title = "The period uses another version of the form"

    def __init__(self, given: int, wanted: int, form: str) -> None:
        super().__init__(
            f"Version {given} was given; this period uses version {wanted} of {form}.",
            given=given,
            form_version=wanted,
            form=form,
        )


class OccurrenceWaived(Conflict):
    """The report is not owed any more."""

    code = "occurrence_waived"
    title = "This report is not owed"

    def __init__(self, reason: str | None) -> None:
        super().__init__(reason or "The occurrence was waived.")


class TargetMissing(Unprocessable):
    """It is not said which report this is."""

    code = "occurrence_missing"
    title = "It is not said which report this is"

    def __init__(self, given: list[str]) -> None:
        super().__init__("Give `occurrence`, or all of `obligation`, `period` and `agency`.", given=given)


class TargetContradicts(Unprocessable):
    """A request names different reports: in body and address, or by its id and otherwise."""

    code = "occurrence_contradicts"
    title = "The request names different reports"

    def __init__(self, names: list[str]) -> None:
        super().__init__("Body, query parameters and occurrence do not name the same report.", names=names)


class MediaUnread(UnsupportedMedia):
    """The content type is none of those that reports come in."""

    def __init__(self, given: str, known: list[str]) -> None:
        super().__init__(f"Reports come as {' or '.join(known)}.", given=given[:100], known=known)


class VersionBeforeMoved(Conflict):
    """A message changes a version that is not the latest any more."""

    code = "version_before_moved"
    title = "Another version came in the meantime"

    def __init__(self, changes: int, latest: int) -> None:
        super().__init__(
            f"The message changes version {changes}; the latest is {latest}.", changes=changes, latest=latest
        )


class VersionTooLarge(Conflict):
    """A message changes a version that has too many figures for that."""

    code = "version_too_large"
    title = "The version is too large to be changed by a message"

    def __init__(self, figures: int, limit: int) -> None:
        super().__init__(
            f"The latest version has {figures} figures; one of more than {limit} is sent anew, as CSV.",
            figures=figures,
            limit=limit,
        )


class UploadOvertaken(Conflict):
    """While a large upload was checked another version came, or the report was returned."""

    code = "upload_overtaken"
    title = "Something happened to the report while the upload was checked"

    def __init__(self, received_at: datetime, *, version: int | None, at: datetime) -> None:
        what = "the report was returned" if version is None else f"version {version} came in"
        super().__init__(
            f"The upload was complete at {in_vietnam(received_at)}, and {what} at {in_vietnam(at)}.",
            received_at=in_vietnam(received_at),
            version=version,
            at=in_vietnam(at),
        )


class DraftEmpty(Conflict):
    """There is no draft to submit."""

    code = "draft_empty"
    title = "There is no draft"

    def __init__(self, occurrence: UUID) -> None:
        super().__init__("Nothing is drafted for this occurrence.", occurrence=str(occurrence))


class DraftTooLarge(Unprocessable):
    """The draft would hold more figures than a draft is for."""

    code = "draft_too_large"
    title = "The draft would be too large"

    def __init__(self, figures: int, limit: int) -> None:
        super().__init__(
            f"It would hold {figures} figures, at most {limit} are drafted. Submit the file itself.",
            figures=figures,
            limit=limit,
        )


class DraftMoved(Conflict):
    """The draft was changed while it was being submitted."""

    code = "draft_moved"
    title = "The draft changed in the meantime"

    def __init__(self, submitted: int, present: int) -> None:
        super().__init__(
            f"Version {submitted} was being submitted; the draft is at version {present}.",
            submitted=submitted,
            present=present,
        )


class OtherOccurrence(Unprocessable):
    """Two submissions that answer different occurrences are not compared."""

    code = "submissions_unrelated"
    title = "The submissions answer different occurrences"

    def __init__(self) -> None:
        super().__init__("Only versions of one report are compared.")
