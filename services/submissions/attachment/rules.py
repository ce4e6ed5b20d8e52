"""Who may put something beside a submission, and how much. Values in, value or refusal out."""

from services.submissions.attachment.errors import AttachmentLimitReached
from services.submissions.cycle.tables import Cycle
from services.submissions.cycle.viewer import Role, Viewer
from services.submissions.projection.tables import Obligation

MOST_ATTACHMENTS = 50


def require_voice(viewer: Viewer, obligation: Obligation, cycle: Cycle, reporter: str) -> None:
    """Refuse one whose scopes do not fit its part: the reporter writes, those above and the steward review."""
    is_reporter = Role.REPORTER in viewer.roles(obligation, cycle, reporter)
    viewer.caller.require_scope("submissions:write" if is_reporter else "submissions:review")


def require_room(count: int) -> None:
    """Refuse another file beside a version that has as many as it may have."""
    if count >= MOST_ATTACHMENTS:
        raise AttachmentLimitReached(MOST_ATTACHMENTS)
