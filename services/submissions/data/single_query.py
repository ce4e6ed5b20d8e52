"""The SQL that reads single figures: as they were reported, or put together where the wanted map does so."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.submissions.data.cells_query import (
    OVER_CODES,
    SLOTS,
    Selection,
    Sql,
    carried,
    classes_of,
    layouts_of,
    where,
)
from services.submissions.data.counting_once import Counted
from services.submissions.data.figure_book import PROVINCE_DIMENSION
from services.submissions.data.rules import across_codes
from services.submissions.form.definition import RollUpRule


def carries_codes(chosen: Selection) -> bool:
    """Say whether figures of one report can become one on the wanted map."""
    return bool(chosen.units) and PROVINCE_DIMENSION in chosen.book.dimensions_of(chosen.indicators)


def single_query(sql: Sql, chosen: Selection, piece: Sequence[Counted]) -> str:
    """Return the statement of figures that stand alone, in the order of reports and lines."""
    narrowed = replace(chosen, counted=piece)
    source = _source(sql, narrowed)
    moved = _any(_moved(sql, narrowed)) if carries_codes(chosen) else "false"
    alone = "" if moved == "false" else f" and ({moved}) is not true"
    return f"""select r.ord - 1 as report, o.indicator, o.d1, o.d2, o.d3, o.d4, o.value, o.status, o.reason
        from {source}{alone} order by r.ord, o.line"""


def merged_query(sql: Sql, chosen: Selection, piece: Sequence[Counted]) -> str:
    """Return the statement of the figures that the map may make one. One that stayed alone keeps its reason."""
    narrowed = replace(chosen, counted=piece)
    source = _source(sql, narrowed)
    moved = _moved(sql, narrowed)
    slots = [
        f"case when {moved[slot]} then {carried(sql, narrowed, f'o.{slot}')} else o.{slot} end"
        if slot in moved
        else f"o.{slot}"
        for slot in SLOTS
    ]
    return f"""select r.ord - 1 as report, o.indicator, {", ".join(slots)}, {_together(sql, narrowed)},
            case when count(o.value) > 0 then 'value'
                when count(*) filter (where o.status = 'not_available') > 0 then 'not_available'
                else 'not_applicable' end,
            case when count(*) = 1 then min(o.reason) end
        from {source} and ({_any(moved)}) group by 1, 2, 3, 4, 5, 6 order by 1, min(o.line)"""


def _together(sql: Sql, chosen: Selection) -> str:
    """Return how values become one, by the rule of their indicator."""
    by_rule: dict[RollUpRule, list[str]] = {}
    for code in sorted(chosen.indicators):
        by_rule.setdefault(across_codes(chosen.book, code), []).append(code)
    by_rule.pop(RollUpRule.SUM, None)
    cases = " ".join(
        f"when o.indicator = any({sql.bind(codes, 'text[]')}) then {OVER_CODES[rule]}(o.value)"
        for rule, codes in by_rule.items()
    )
    return f"case {cases} else sum(o.value) end" if cases else "sum(o.value)"


def _source(sql: Sql, narrowed: Selection) -> str:
    classes = classes_of(narrowed)
    ids = sql.bind([one.version.submission for one in narrowed.counted], "uuid[]")
    versions = sql.bind([one.version.form_version for one in narrowed.counted], "int[]")
    numbers = sql.bind([classes[one.left_out] for one in narrowed.counted], "int[]")
    return f"""unnest({ids}, {versions}, {numbers}) with ordinality as r(submission, version, class, ord)
        join observation o on o.submission_id = r.submission
        where {where(sql, narrowed, narrowed.indicators)}"""


def _moved(sql: Sql, chosen: Selection) -> dict[str, str]:
    """Return, for each slot that keeps provinces, the condition that another figure may come to the same unit."""
    codes = sql.bind(sorted({*chosen.units, *chosen.units.values()}), "text[]")
    kept: dict[str, list[str]] = {}
    for (version, code), (slot,) in sorted(layouts_of(chosen, chosen.indicators, [PROVINCE_DIMENSION]).items()):
        if slot:
            named = f"r.version = {int(version)} and o.indicator = {sql.bind(code, 'text')} and " if code else ""
            kept.setdefault(slot, []).append(f"({named}o.{slot} = any({codes}))")
    return {slot: f"({' or '.join(tests)})" for slot, tests in kept.items()}


def _any(moved: Mapping[str, str]) -> str:
    return " or ".join(moved.values()) or "false"
