"""The SQL that reads figures: of reports that were chosen, put together as the rules of the indicators say.

Figures are summed first in the database's own columns, in one pass; only then are slots named by their dimensions
and provinces carried to another map, and only figures that are no sums go on through agencies one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.submissions.data.counting_once import Counted
from services.submissions.data.figure_book import PROVINCE_DIMENSION, FigureBook
from services.submissions.data.rules import Rules
from services.submissions.data.wanted import Column, column_of, dimension_of
from services.submissions.form.definition import RollUpRule

SLOTS = ("d1", "d2", "d3", "d4")
REPORT_COLUMNS = (Column.PERIOD, Column.AGENCY, Column.PROVINCE, Column.OBLIGATION)
COUNTS = ("given", "zeros", "not_available", "not_applicable")
OVER_TIME = {
    RollUpRule.SUM: "sum(value)",
    RollUpRule.LATEST: "sum(value)",
    RollUpRule.MAX: "max(value)",
    RollUpRule.AVERAGE: "avg(value)",
    RollUpRule.NONE: "sum(value)",
}
OVER_AGENCIES = {
    RollUpRule.SUM: "sum(value)",
    RollUpRule.LATEST: "(array_agg(value order by ord desc) filter (where value is not null))[1]",
    RollUpRule.MAX: "max(value)",
    RollUpRule.AVERAGE: "avg(value)",
    RollUpRule.NONE: "sum(value)",
}
OVER_CODES = {RollUpRule.SUM: "sum", RollUpRule.MAX: "max", RollUpRule.AVERAGE: "avg"}
PLAIN = (RollUpRule.SUM,) * 3


@dataclass(slots=True)
class Sql:
    """A statement with its values."""

    text: str = ""
    values: list[Any] = field(default_factory=list)

    def bind(self, value: Any, kind: str) -> str:
        """Keep a value and return how the text names it."""
        self.values.append(value)
        return f"${len(self.values)}::{kind}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read: reports, indicators, and the codes to which dimensions are narrowed."""

    counted: Sequence[Counted]
    indicators: frozenset[str]
    narrowed: Mapping[str, tuple[str, ...]]
    book: FigureBook
    units: Mapping[str, str] = field(default_factory=dict)
    """Provinces that read otherwise on the wanted map."""

    def province_of(self, counted: Counted) -> str | None:
        """Return the reporter's province on the wanted map."""
        province = counted.version.facts.province
        return None if province is None else self.units.get(province, province)


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what figures are put together; `rules` are those that really put several figures together."""

    columns: tuple[str, ...]
    rules: Mapping[str, Rules]


def group_query(sql: Sql, chosen: Selection, grouping: Grouping, *, ordered: bool = True) -> str:
    """Return the statement of grouped figures: the columns, `value`, and the counts of the cell states."""
    by_rules: dict[Rules, set[str]] = {}
    for code in chosen.indicators:
        by_rules.setdefault(_plainest(grouping.rules[code]), set()).add(code)
    reports = _reports(sql, chosen)
    parts = [
        _put_together(sql, chosen, grouping, rules, frozenset(codes), reports)
        for rules, codes in sorted(by_rules.items())
    ]
    text = "\nunion all\n".join(parts)
    if ordered:
        order = ", ".join(f'"{name}" collate "C"' for name in grouping.columns)
        text = f"select * from ({text}) figures order by {order}"
    return text


def _plainest(rules: Rules) -> Rules:
    """Sums go together: of a stock one report of each agency was left, and `none` puts nothing together."""
    over_agencies, over_time, over_codes = rules
    is_sum = over_agencies in (RollUpRule.SUM, RollUpRule.NONE)
    as_sum = over_time in (RollUpRule.SUM, RollUpRule.LATEST, RollUpRule.NONE)
    return PLAIN if is_sum and as_sum and over_codes is RollUpRule.SUM else rules


def _put_together(
    sql: Sql, chosen: Selection, grouping: Grouping, rules: Rules, indicators: frozenset[str], reports: str
) -> str:
    dimensions = [name for column in grouping.columns if (name := dimension_of(column)) is not None]
    kept = [name for name in REPORT_COLUMNS if name in grouping.columns]
    is_sum = rules == PLAIN
    is_merged = rules[2] is not RollUpRule.SUM and PROVINCE_DIMENSION not in dimensions
    apart = [*dimensions, PROVINCE_DIMENSION] if is_merged else dimensions
    steps = [] if is_sum else [name for name in ("ord", "agency") if name not in kept]
    layouts = layouts_of(chosen, indicators, apart)
    slots = sorted({slot for layout in layouts.values() for slot in layout if slot})
    by_version = len(layouts) > 1 and bool(dimensions)
    inner_keys = [
        *(f"r.{name}" for name in (*kept, *steps)),
        *(["r.version"] if by_version else []),
        "o.indicator",
        *(f"o.{slot}" for slot in slots),
    ]
    inner = f"""select {", ".join(inner_keys)}, {_sums()}
        from {reports} join observation o on o.submission_id = r.submission
        where {where(sql, chosen, indicators)} group by {", ".join(inner_keys)}"""
    named = _named(sql, chosen, dimensions, layouts, by_version)
    join = _layout_join(sql, layouts, dimensions) if by_version else ""
    outer_keys = [
        "i.indicator as indicator",
        *(f'i.{name} as "{name}"' for name in (*kept, *steps)),
        *(f'{text} as "{column_of(name)}"' for name, text in named.items()),
    ]
    again = _again(OVER_CODES[rules[2]])
    text = f"select {', '.join(outer_keys)}, {again} from ({inner}) i {join} group by {_ordinals(outer_keys)}"
    columns = [f'"{name}"' for name in grouping.columns]
    if not is_sum:
        text = _step(
            text, ["agency", *(c for c in columns if c != '"agency"')], OVER_TIME[rules[1]], "max(ord) as ord,"
        )
        text = _step(text, columns, OVER_AGENCIES[rules[0]], "")
    return f"select {', '.join(columns)}, value, {', '.join(COUNTS)} from ({text}) {_alias(is_sum)}"


def _alias(is_sum: bool) -> str:
    return "summed" if is_sum else "rolled"


def _step(text: str, keys: Sequence[str], value: str, more: str) -> str:
    counts = ", ".join(f"sum({name})::bigint as {name}" for name in COUNTS)
    named = ", ".join(keys)
    return f"select {named}, {more} {value} as value, {counts} from ({text}) step group by {named}"


def _sums() -> str:
    return (
        "sum(o.value) as value, count(o.value) as given, count(*) filter (where o.value = 0) as zeros, "
        "count(*) filter (where o.status = 'not_available') as not_available, "
        "count(*) filter (where o.status = 'not_applicable') as not_applicable"
    )


def _again(put_together: str) -> str:
    counts = ", ".join(f"sum(i.{name})::bigint as {name}" for name in COUNTS)
    return f"{put_together}(i.value) as value, {counts}"


def _ordinals(keys: Sequence[str]) -> str:
    return ", ".join(str(number) for number in range(1, len(keys) + 1))


def _reports(sql: Sql, chosen: Selection) -> str:
    """Return the chosen reports as a table; without their years, by which the database would think them few.

    That each stands there once is said in the text: else the database would rather hash all figures than these.
    """
    rows = chosen.counted
    classes = classes_of(chosen)
    ranks = {one.version.submission: n for n, one in enumerate(sorted(rows, key=lambda c: c.version.rank))}
    columns = {
        "submission": ("uuid[]", [one.version.submission for one in rows]),
        "ord": ("int[]", [ranks[one.version.submission] for one in rows]),
        "version": ("int[]", [one.version.form_version for one in rows]),
        "class": ("int[]", [classes[one.left_out] for one in rows]),
        "period": ("text[]", [one.version.facts.period for one in rows]),
        "agency": ("text[]", [one.version.facts.agency for one in rows]),
        "province": ("text[]", [chosen.province_of(one) for one in rows]),
        "obligation": ("text[]", [one.version.facts.obligation for one in rows]),
    }
    given = ", ".join(sql.bind(values, kind) for kind, values in columns.values())
    unnested = f"unnest({given}) as report({', '.join(columns)})"
    return f"(select distinct on (submission) * from {unnested}) r"


def classes_of(chosen: Selection) -> dict[frozenset[str], int]:
    """Return a number for each set of indicators for which other reports stand."""
    return {without: n for n, without in enumerate(dict.fromkeys(one.left_out for one in chosen.counted))}


def where(sql: Sql, chosen: Selection, indicators: frozenset[str]) -> str:
    """Return the condition on figures: what was asked for and counts."""
    versions = {one.version.form_version for one in chosen.counted}
    years = sorted({one.version.year for one in chosen.counted})
    conditions = [f"o.period_year in ({', '.join(map(str, years)) or 'null'})"]
    every = {code for version in versions for code in chosen.book.indicators_of(version)}
    if not every <= indicators:
        conditions.append(f"o.indicator = any({sql.bind(sorted(indicators), 'text[]')})")
    for without, number in classes_of(chosen).items():
        if without & indicators:
            names = sql.bind(sorted(without), "text[]")
            conditions.append(f"not (r.class = {number} and o.indicator = any({names}))")
    for name, codes in chosen.narrowed.items():
        conditions.append(_narrowing(sql, chosen, indicators, name, codes))
    return " and ".join(conditions)


def _narrowing(sql: Sql, chosen: Selection, indicators: Iterable[str], name: str, codes: Sequence[str]) -> str:
    """Return the condition on a dimension, wherever indicators keep it; those without it have no such figure."""
    if name == PROVINCE_DIMENSION:
        units = chosen.units
        every = chosen.book.codes_of(name)
        codes = [code for code in every if units.get(code, code) in codes]
    wanted = sql.bind(list(codes), "text[]")
    layouts = layouts_of(chosen, frozenset(indicators), [name])
    slots = set(layouts.values())
    if len(slots) == 1:
        (slot,) = slots.pop()
        return f"o.{slot} = any({wanted})" if slot else "false"
    tests = [
        f"(r.version = {int(version)} and o.indicator = {sql.bind(code, 'text')} and o.{slot} = any({wanted}))"
        for (version, code), (slot,) in sorted(layouts.items())
        if slot
    ]
    return f"({' or '.join(tests)})" if tests else "false"


Layouts = dict[tuple[int, str], tuple[str | None, ...]]
"""For each version and indicator the slots of the wanted dimensions."""


def layouts_of(chosen: Selection, indicators: frozenset[str], dimensions: Sequence[str]) -> Layouts:
    """Return where dimensions are kept; one nameless entry where that is everywhere the same."""
    versions = sorted({one.version.form_version for one in chosen.counted})
    layouts: Layouts = {}
    for version in versions:
        for code in sorted(indicators & chosen.book.indicators_of(version)):
            names = chosen.book.names(version, code)
            layouts[version, code] = tuple(SLOTS[names.index(n)] if n in names else None for n in dimensions)
    if len(set(layouts.values())) == 1:
        return {(0, ""): next(iter(layouts.values()))}
    return layouts


def _named(
    sql: Sql, chosen: Selection, dimensions: Sequence[str], layouts: Layouts, by_version: bool
) -> dict[str, str]:
    """Return what gives the code of each dimension."""
    named = {}
    only = next(iter(layouts.values()), (None,) * len(dimensions))
    for number, name in enumerate(dimensions):
        if by_version:
            used = sorted({slot for layout in layouts.values() if (slot := layout[number]) is not None})
            cases = " ".join(f"when '{slot}' then i.{slot}" for slot in used)
            text = f"case l.s{number} {cases} end" if used else "null::text"
        else:
            text = f"i.{only[number]}" if only[number] else "null::text"
        named[name] = carried(sql, chosen, text) if name == PROVINCE_DIMENSION else text
    return named


def carried(sql: Sql, chosen: Selection, text: str) -> str:
    """Return what gives a province on the wanted map."""
    if not chosen.units:
        return text
    before, after = sql.bind(list(chosen.units), "text[]"), sql.bind(list(chosen.units.values()), "text[]")
    return f"coalesce(({after})[array_position({before}, {text})], {text})"


def _layout_join(sql: Sql, layouts: Layouts, dimensions: Sequence[str]) -> str:
    columns = [
        sql.bind([version for version, _ in layouts], "int[]"),
        sql.bind([code for _, code in layouts], "text[]"),
        *(sql.bind([layout[n] for layout in layouts.values()], "text[]") for n in range(len(dimensions))),
    ]
    names = ", ".join(f"s{number}" for number in range(len(dimensions)))
    unnested = f"unnest({', '.join(columns)}) as l(version, indicator, {names})"
    return f"join {unnested} on l.version = i.version and l.indicator = i.indicator"
