"""When a delegation may be made or ended. Values in, value or refusal out."""

from datetime import date, timedelta

from services.submissions.delegation.errors import DelegateIsSelf, DelegationEnded, DelegationPeriodWrong
from services.submissions.delegation.tables import ReviewDelegation

LONGEST = timedelta(days=366)


def require_fitting_days(valid_from: date, valid_to: date, today: date) -> None:
    """Refuse days that end before they begin, lie in the past, or never seem to end."""
    if valid_to < max(valid_from, today) or valid_to - valid_from > LONGEST:
        raise DelegationPeriodWrong(valid_from, valid_to)


def require_another(recipient: str, delegate: str) -> None:
    """Refuse a recipient that names itself."""
    if recipient == delegate:
        raise DelegateIsSelf(recipient)


def require_running(delegation: ReviewDelegation, today: date) -> None:
    """Refuse to end what is over."""
    if delegation.ended_at is not None or delegation.valid_to < today:
        raise DelegationEnded()


def is_running(delegation: ReviewDelegation, today: date) -> bool:
    """Say whether the delegate may review today."""
    return delegation.ended_at is None and delegation.valid_from <= today <= delegation.valid_to
