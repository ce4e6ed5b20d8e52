"""Who reads confidential tables whole: the reporter its own; its line and the steward with the scope for it."""

from kernel.callers import Caller
from services.submissions.form.definition import Confidentiality, FormContent

CONFIDENTIAL = "data:confidential"


def is_protected(confidentiality: Confidentiality) -> bool:
    """Say whether not everyone who sees a report reads the cells of such a table."""
    return confidentiality is not Confidentiality.AGGREGATE_OPEN


def protected_indicators(form: FormContent) -> frozenset[str]:
    """Return the indicators of a form whose figures are protected."""
    return frozenset(
        indicator.code
        for table in form.tables
        if is_protected(table.confidentiality)
        for indicator in table.indicators
    )


def protected_tables(form: FormContent) -> frozenset[str]:
    """Return the tables of a form that are protected."""
    return frozenset(table.code for table in form.tables if is_protected(table.confidentiality))


def reads_confidential(caller: Caller) -> bool:
    """Say whether a caller reads confidential figures of the lines it stands in and the plans it is steward of."""
    return caller.has_scope(CONFIDENTIAL)
