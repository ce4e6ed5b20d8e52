"""Who reads confidential tables whole: the reporter its own; its line and the steward with the scope for it."""

from collections.abc import Iterable

from kernel.callers import Caller
from services.submissions.form.definition import Confidentiality, FormContent, Table

CONFIDENTIAL = "data:confidential"
"""The scope for every confidential table; with the name of a group behind it, for that group."""


def is_protected(confidentiality: Confidentiality) -> bool:
    """Say whether not everyone who sees a report reads the cells of such a table."""
    return confidentiality is not Confidentiality.AGGREGATE_OPEN


def protected_indicators(form: FormContent) -> frozenset[str]:
    """Return the indicators of the protected tables of a form."""
    return frozenset(
        indicator.code
        for table in form.tables
        if is_protected(table.confidentiality)
        for indicator in table.indicators
    )


def scope_for(table: str) -> str:
    """Return the scope for one confidential table: its indicators are a group, called as the table."""
    return f"{CONFIDENTIAL}:{table.lower()}"


def reads_group(caller: Caller, table: str) -> bool:
    """Say whether a caller reads a confidential table in its lines and of the plans it is steward of."""
    return _holds(caller, scope_for(table))


def lacks_confidential(caller: Caller, scope: str) -> bool:
    """Say whether a scope is one for confidential tables that a caller does not hold, by itself or with all."""
    return scope.startswith(CONFIDENTIAL) and not _holds(caller, scope)


def _holds(caller: Caller, scope: str) -> bool:
    return caller.has_scope(CONFIDENTIAL) or caller.has_scope(scope)


def is_closed(caller: Caller, table: Table) -> bool:
    """Say whether a caller who may see a report does not read the cells of a table by its scopes alone."""
    return is_protected(table.confidentiality) and not reads_group(caller, table.code)


def closed_tables(caller: Caller, tables: Iterable[Table]) -> frozenset[str]:
    """Return the tables that are closed to a caller."""
    return frozenset(table.code for table in tables if is_closed(caller, table))


def closed_indicators(caller: Caller, forms: Iterable[FormContent]) -> frozenset[str]:
    """Return the indicators of forms whose figures are closed to a caller."""
    return frozenset(
        indicator.code
        for form in forms
        for table in form.tables
        if is_closed(caller, table)
        for indicator in table.indicators
    )
