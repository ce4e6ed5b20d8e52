"""Figures that stand out from what the same agency reported before: warnings that show the history they rest on.

The modified z-score rests on the median and the median absolute deviation, which a few odd periods do not move
(Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993, who advise 3.5 as limit). Where more than half of
the periods are alike, so that this deviation is zero, the mean absolute deviation takes its place. With a short
history, or one that never moved, the figure is only compared with the period before."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from statistics import median

from services.submissions.checking.beside import Past
from services.submissions.checking.catalogue import RULES, Rule
from services.submissions.checking.content import SECTION_HISTORY, ParsedContent
from services.submissions.checking.findings import Finding, Place, as_number
from services.submissions.checking.rule_columns import EXACT, ZERO, Figures, count_cells
from services.submissions.checking.rule_text import Cell
from services.submissions.form.definition import FormDefinition

SHORTEST_HISTORY = 5
"""Periods that a z-score needs."""
LIMIT = Decimal("3.5")
SCALE_MEDIAN, SCALE_MEAN = Decimal("0.6745"), Decimal("0.7979")
"""What makes the two deviations comparable with a standard deviation: the 0.75 quantile of the normal
distribution, and the square root of 2/π."""
SMALLEST_CHANGE = Decimal(10)
"""A change of fewer is never called an outlier."""
SMALLEST_BASE = Decimal(30)
"""The larger of two periods must reach this before they are compared."""
FACTOR = Decimal(3)


def check_outliers(
    form: FormDefinition,
    content: ParsedContent,
    own: Mapping[str, Figures],
    history: Mapping[str, Sequence[Past]],
    out: list[Finding],
) -> None:
    """Compare the total of each indicator with what the agency reported in the periods before."""
    if not history:
        return
    indicators = (
        (number, table.code, one.code) for number, table in enumerate(form.tables, 1) for one in table.indicators
    )
    for order, (number, table, code) in enumerate(indicators):
        past, figures = history.get(code, ()), own.get(code)
        if not past or figures is None or not figures.is_whole:
            continue
        with localcontext(EXACT):
            counted = count_cells(figures, Cell(0, code, ()), ()).get(())
        total = ZERO if counted is None else counted.value
        rule = None if total is None else judge_total(total, past)
        if total is None or rule is None:
            continue
        row = counted.row if counted is not None else None
        place = content.places.of_table(number, table) if row is None else content.places.of_cell(row, "value")
        out.append(_found(rule, order, place, code, total, past))


def judge_total(total: Decimal, past: Sequence[Past]) -> str | None:
    """Return the rule by which a total stands out from its history, if any."""
    score = modified_z_score(total, [one.total for one in past])
    if score is not None:
        middle = median(one.total for one in past)
        return "outlier_in_history" if abs(score) > LIMIT and abs(total - middle) >= SMALLEST_CHANGE else None
    before = past[-1].total
    low, high = sorted((total, before))
    if high < SMALLEST_BASE or high - low < SMALLEST_CHANGE:
        return None
    return "change_since_last_period" if high >= FACTOR * low else None


def modified_z_score(total: Decimal, past: Sequence[Decimal]) -> Decimal | None:
    """Return how far a total stands from the median of its history; None where the history does not say."""
    if len(past) < SHORTEST_HISTORY:
        return None
    with localcontext(EXACT):
        middle = median(past)
        distances = [abs(one - middle) for one in past]
        typical, mean = median(distances), sum(distances, ZERO) / len(distances)
        if typical:
            return SCALE_MEDIAN * (total - middle) / typical
        return SCALE_MEAN * (total - middle) / mean if mean else None


def _found(rule: str, order: int, place: Place, code: str, total: Decimal, past: Sequence[Past]) -> Finding:
    said = RULES[rule]
    totals = [one.total for one in past]
    score = modified_z_score(total, totals)
    history = ", ".join(f"{one.period}: {as_number(one.total)}" for one in past)
    facts = {
        "value": as_number(total),
        "indicator": code,
        "history": history,
        "median": as_number(median(totals)),
        "score": "" if score is None else f"{score:.1f}",
        "limit": LIMIT,
        "factor": FACTOR,
    }
    detail = {
        "indicators": [code],
        "history": [{"period": one.period, "value": as_number(one.total)} for one in past],
        **({} if score is None else {"score": round(float(score), 2), "limit": float(LIMIT)}),
    }
    return Finding(
        rule,
        Place((SECTION_HISTORY, order, 0, ""), place.pointer, place.row, place.column, place.sheet, place.cell),
        value=as_number(total),
        own=Rule(said.severity, said.vi.format(**facts), said.en.format(**facts)),
        about=(code,),
        detail=detail,
    )
