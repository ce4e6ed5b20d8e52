"""The rules that our forms share, from the reference list: a form takes those whose cells it has."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from services.submissions.checking.rule_text import parse_rule
from services.submissions.checking.rule_types import cells_of
from services.submissions.form.authoring.code_lists import Row, read_rows
from services.submissions.form.definition import Table
from services.submissions.form.rule_definition import FormRule, RuleKind, RuleSeverity

EVERY_TABLE = "*"


def build_rules(data: Path, tables: Sequence[Table]) -> tuple[FormRule, ...]:
    """Return the rules whose cells all stand in these tables, in the order of the list."""
    cells = {i.code: {use.dimension for use in i.dimensions} for table in tables for i in table.indicators}
    rules = (rule for row in read_rows(data / "forms" / "sources" / "rules.csv") for rule in _rules(row, tables))
    return tuple(rule for rule in rules if _has_cells(rule, cells))


def for_one_owner(rules: Sequence[FormRule]) -> tuple[FormRule, ...]:
    """Return the rules of a whole that one agency puts together from what others gave.

    It is compared with nobody, and nothing that was accepted below refuses it: errors are warnings there.
    """
    return tuple(
        rule.model_copy(update={"severity": RuleSeverity.WARNING}) if rule.severity is RuleSeverity.ERROR else rule
        for rule in rules
        if rule.kind is not RuleKind.CROSS_REPORTER
    )


def _rules(row: Row, tables: Sequence[Table]) -> Iterator[FormRule]:
    """`for` names the table for each of whose indicators the rule is meant, `*` all tables; empty: one rule."""
    if not row["for"]:
        yield _rule(row, row["id"], row["expression"])
        return
    for table in tables:
        if row["for"] in (EVERY_TABLE, table.code):
            for indicator in table.indicators:
                text = row["expression"].replace("{indicator}", indicator.code)
                yield _rule(row, f"{row['id']}.{indicator.code}", text)


def _rule(row: Row, name: str, expression: str) -> FormRule:
    looked_at = dict.fromkeys(cell.indicator for cell, _ in cells_of(parse_rule(expression).condition))
    return FormRule(
        id=name,
        kind=RuleKind(row["kind"]),
        severity=RuleSeverity(row["severity"]),
        on=tuple(looked_at),
        expression=expression,
        message_vi=row["message_vi"],
        message_en=row["message_en"],
    )


def _has_cells(rule: FormRule, cells: dict[str, set[str]]) -> bool:
    """Say whether the form has every indicator of a rule, broken down as the rule needs it."""
    return all(
        cell.indicator in cells and {where.dimension for where in cell.where} <= cells[cell.indicator]
        for cell, _ in cells_of(parse_rule(rule.expression).condition)
    )
