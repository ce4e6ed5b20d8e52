"""What may be put together. Values in, refusal out: all of them, each with its query parameter."""

from collections.abc import Iterator
from typing import Any

from services.submissions.cycle.counting import ProvinceMap
from services.submissions.data.errors import QueryRefused
from services.submissions.data.figure_book import PROVINCE_DIMENSION, FigureBook
from services.submissions.data.wanted import Wanted, column_of
from services.submissions.form.definition import Indicator, RollUpRule

Rules = tuple[RollUpRule, RollUpRule, RollUpRule]
"""Across agencies, across time, and across the codes of provinces that became one."""
NOT_ADDITIVE = (RollUpRule.AVERAGE, RollUpRule.MAX)


def require_answerable(wanted: Wanted, book: FigureBook) -> None:
    """Refuse a query that puts figures together against the rules of their indicators."""
    asked = wanted.indicators or tuple(book.indicators)
    errors = [error for code in asked for error in _forbidden(wanted, book.indicators[code].indicator)]
    if errors:
        raise QueryRefused(errors)


def _forbidden(wanted: Wanted, indicator: Indicator) -> Iterator[dict[str, Any]]:
    rules = indicator.roll_up
    if wanted.joins_periods and rules.across_time is RollUpRule.NONE:
        yield _refusal(
            "not_across_time", indicator, "Its figures of several periods never become one: group by `period`."
        )
    if wanted.joins_agencies and rules.across_agencies is RollUpRule.NONE:
        yield _refusal(
            "not_across_agencies",
            indicator,
            "Its figures of several agencies never become one: group by `agency`.",
        )
    if rules.across_time in NOT_ADDITIVE or rules.across_agencies in NOT_ADDITIVE:
        joined = [use.dimension for use in indicator.dimensions if wanted.joins_codes(use.dimension)]
        for dimension in joined:
            yield _refusal(
                "not_across_codes",
                indicator,
                f"It is no count: group by `{column_of(dimension)}`, or ask for one code of it.",
                dimension=dimension,
            )


def _refusal(rule: str, indicator: Indicator, message: str, **facts: str) -> dict[str, Any]:
    return {"parameter": "group_by", "rule": rule, "indicator": indicator.code, **facts, "message": message}


def rules_in_use(wanted: Wanted, book: FigureBook) -> dict[str, Rules]:
    """Return, for each indicator, the rules that really put several figures of a group together."""
    found = {}
    for code, facts in book.indicators.items():
        rules = facts.indicator.roll_up
        found[code] = (
            rules.across_agencies if wanted.joins_agencies else RollUpRule.NONE,
            rules.across_time if wanted.joins_periods else RollUpRule.NONE,
            across_codes(book, code) if wanted.map is ProvinceMap.NOW else RollUpRule.SUM,
        )
    return found


def across_codes(book: FigureBook, indicator: str) -> RollUpRule:
    """Return how provinces that became one are put together: as agencies are, where a sum would be wrong."""
    rule = book.indicators[indicator].indicator.roll_up.across_agencies
    is_sum = rule not in NOT_ADDITIVE or PROVINCE_DIMENSION not in book.dimensions_of([indicator])
    return RollUpRule.SUM if is_sum else rule
