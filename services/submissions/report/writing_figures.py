"""From rolled-up figures to the parts of a document: tables by category, and the largest countries as a chart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from services.submissions.consolidation.tables import TotalStatus
from services.submissions.form.definition import Dimension, Table
from services.submissions.report import content
from services.submissions.report.content import Align, Bar, Bars, Block, Column, Heading, Paragraph, Row, Style
from services.submissions.report.facts import Facts
from services.submissions.report.speech import Speech
from services.submissions.report.totals import COUNTRY, SEX, SEXES, Total, tables_of, total_up

CHARTED = 8
LISTED = 15
INSTEAD = (
    (TotalStatus.NOT_ROLLED_UP, "not_rolled_up"),
    (TotalStatus.NOT_AVAILABLE, "not_available"),
    (TotalStatus.NOT_APPLICABLE, "not_applicable"),
)


class FigureWriter:
    """Writes about figures."""

    def __init__(self, facts: Facts, speech: Speech) -> None:
        self._facts, self._speech = facts, speech
        self._built = facts.figures[facts.year]
        self._totals = {year: total_up(built.whole.cells, built.book) for year, built in facts.figures.items()}
        books = [built.book for built in facts.figures.values()]
        self._titles = _titles_of((dimension for book in books for dimension in book.dimensions), speech)

    def write(self, heading: str) -> list[Block]:
        """Return the tables of the year."""
        say = self._speech.say
        blocks: list[Block] = [Heading(level=1, text=heading)]
        tables = tables_of(list(self._facts.figures.values()), self._facts.only_tables)
        if not tables:
            return [*blocks, Paragraph(text=say("figures_none"))]
        adjustments = self._speech.number(len(self._built.adjustments))
        blocks += [
            Paragraph(text=say("figures_told", adjustments=adjustments)),
            Paragraph(text=say("unit_note"), style=Style.NOTE),
        ]
        for table in tables:
            blocks += self._table(table)
        return blocks

    def _table(self, table: Table) -> list[Block]:
        title = self._speech.choose(table.title_vi, table.title_en)
        head: list[Block] = [Heading(level=2, text=title)]
        if table.code in self._facts.withheld:
            return [*head, Paragraph(text=self._speech.say("withheld"), style=Style.NOTE)]
        codes = [one.code for one in table.indicators]
        codes = [code for code in codes if any(code in totals for totals in self._totals.values())]
        if not codes:
            return [*head, Paragraph(text=self._speech.say("nil"))]
        totals = [self._totals[self._facts.year].get(code) for code in codes]
        shown = [total for total in totals if total is not None]
        several = len(self._facts.figures) > 1
        by_country = [self._over_years(code) for code in codes] if several else [self._chart(one) for one in shown]
        return [
            *head,
            self._by_sex(codes, self._speech.say("t_by_sex", table=title)),
            *(block for block in by_country if block is not None),
        ]

    def _by_sex(self, codes: Sequence[str], caption: str) -> content.Table:
        say = self._speech.say
        years = sorted(self._facts.figures)
        sexes = self._titles.get(SEX, {})
        columns = [Column(title=say("c_indicator"), width=4)]
        columns += [
            Column(
                title=say("total") if len(years) == 1 else say("whole_year", year=year).capitalize(),
                width=1.4,
                align=Align.RIGHT,
            )
            for year in years
        ]
        columns += [Column(title=sexes.get(sex, sex), width=1.4, align=Align.RIGHT) for sex in SEXES]
        columns.append(Column(title=say("c_sources"), width=1, align=Align.RIGHT))
        rows = [self._row(code, years) for code in codes]
        partial = any("*" in cell for row in rows for cell in row.cells)
        now = self._totals[self._facts.year]
        has_own = any(code in now and now[code].has_own for code in codes)
        notes = [*([say("partial_note")] if partial else []), *([say("own_note")] if has_own else [])]
        return content.Table(caption=caption, columns=tuple(columns), rows=tuple(rows), note=" ".join(notes))

    def _row(self, code: str, years: Sequence[int]) -> Row:
        named = next(totals[code] for totals in self._totals.values() if code in totals).asked.indicator
        now = self._totals[self._facts.year].get(code)
        known = now.by.get(SEX, {}) if now else {}
        by_sex = [self._speech.number(known[sex]) if sex in known else "–" for sex in SEXES]
        return Row(
            cells=(
                self._speech.choose(named.title_vi, named.title_en),
                *(self._value(self._totals[year].get(code)) for year in years),
                *by_sex,
                self._speech.number(len(now.sources)) if now else "–",
            )
        )

    def _value(self, total: Total | None) -> str:
        if total is None:
            return "–"
        if total.value is not None:
            return self._speech.number(total.value) + ("*" if total.is_partial else "")
        return next((self._speech.say(word) for status, word in INSTEAD if status in total.statuses), "–")

    def _chart(self, total: Total) -> Bars | None:
        largest = total.largest(COUNTRY, CHARTED)
        if not largest or total.value is None:
            return None
        indicator = self._speech.choose(total.asked.indicator.title_vi, total.asked.indicator.title_en)
        longest = largest[0][1]
        return Bars(
            caption=self._speech.say("b_countries", indicator=indicator),
            bars=tuple(
                Bar(
                    label=self._country(code),
                    share=float(value / longest) if value > 0 else 0.0,
                    text=self._speech.number(value),
                )
                for code, value in largest
            ),
        )

    def _over_years(self, code: str) -> content.Table | None:
        """Return one indicator by country, the years side by side."""
        years = sorted(self._facts.figures)
        totals = {year: self._totals[year].get(code) for year in years}
        known = [total for total in totals.values() if total is not None]
        latest = next((total for total in reversed(known) if total.by[COUNTRY]), None)
        if latest is None:
            return None
        indicator = self._speech.choose(latest.asked.indicator.title_vi, latest.asked.indicator.title_en)
        columns = (
            Column(title=self._speech.say("c_country"), width=4),
            *(Column(title=str(year), width=1.5, align=Align.RIGHT) for year in years),
        )
        rows = tuple(
            Row(cells=(self._country(country), *(self._of_country(totals[year], country) for year in years)))
            for country, _ in latest.largest(COUNTRY, LISTED)
        )
        return content.Table(
            caption=self._speech.say("b_countries", indicator=indicator), columns=columns, rows=rows
        )

    def _of_country(self, total: Total | None, country: str) -> str:
        value: Decimal | None = None if total is None else total.by[COUNTRY].get(country)
        return "–" if value is None else self._speech.number(value)

    def _country(self, code: str) -> str:
        return self._titles.get(COUNTRY, {}).get(code, code)


def _titles_of(dimensions: Iterable[Dimension], speech: Speech) -> dict[str, dict[str, str]]:
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    for dimension in dimensions:
        titles[dimension.code] |= {one.code: speech.choose(one.title_vi, one.title_en) for one in dimension.codes}
    return titles
