"""What a report is judged beside: the reporter's own reports before it, and the reports of others."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from services.submissions.checking.rule_columns import Figures, Source
from services.submissions.checking.rule_text import RuleMistake, parse_rule
from services.submissions.checking.rule_types import cells_of
from services.submissions.form.definition import FormDefinition


@dataclass(frozen=True, slots=True)
class Past:
    """What an indicator came to in one period before, as it was accepted."""

    period: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a report. All of it was accepted; what is not there was not reported."""

    previous: Source = field(default_factory=dict)
    """The cells of the period before, of indicators that rules look at."""
    total: Source = field(default_factory=dict)
    """The cells of all other reporters of the same cycle together."""
    history: dict[str, tuple[Past, ...]] = field(default_factory=dict)
    """By indicator, the oldest first."""


NOTHING_BESIDE = Beside()


def looked_at(form: FormDefinition, source: str | None) -> dict[str, set[str]]:
    """Return which indicators the form's rules take from there, each with the dimensions that tell its cells apart
    for them. `None` is the report itself, `previous` the period before, `total` the others."""
    wanted: dict[str, set[str]] = {}
    for rule in form.rules:
        for where, indicator, dimensions in looks_at(rule.expression):
            if where == source:
                wanted.setdefault(indicator, set()).update(dimensions)
    return wanted


@lru_cache(maxsize=2_048)
def looks_at(expression: str) -> tuple[tuple[str | None, str, frozenset[str]], ...]:
    """Return each indicator that a rule looks at, the function that takes it from elsewhere, if any, and by which
    dimensions it is narrowed or judged."""
    try:
        text = parse_rule(expression)
    except RuleMistake:  # a draft's rule; a published one reads
        return ()
    each = {name for _, name in text.each}
    return tuple(
        (source, cell.indicator, frozenset(each | {where.dimension for where in cell.where}))
        for cell, source in cells_of(text.condition)
    )


def as_figures(names: tuple[str, ...], rows: list[tuple[tuple[str | None, ...], Decimal | None, bool]]) -> Figures:
    """Return stored cells of one indicator as columns: its codes, its value, and whether it is not available."""
    return Figures(
        names=names,
        codes=[[codes[slot] for codes, _, _ in rows] for slot in range(len(names))],
        value=[value for _, value, _ in rows],
        not_available=[is_missing for _, _, is_missing in rows],
    )
