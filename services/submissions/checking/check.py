"""The whole check of one report against its form: pure, and the same input gives the same findings in the same
order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from services.submissions.checking.beside import NOTHING_BESIDE, Beside
from services.submissions.checking.catalogue import Severity
from services.submissions.checking.check_figures import CellStatus, check_figures, check_reasons
from services.submissions.checking.check_keys import Group, group_rows
from services.submissions.checking.check_narrative import Kept, OwedTask, check_narrative
from services.submissions.checking.check_outliers import check_outliers
from services.submissions.checking.check_rules import check_rules, figures_of, indicators_judged, nothing_of
from services.submissions.checking.codebook import codebook_of
from services.submissions.checking.content import ALL_TABLES, SECTION_HEADER, ParsedContent
from services.submissions.checking.explaining import Explained, Explanations
from services.submissions.checking.findings import (
    Finding,
    Place,
    count_by_severity,
    found,
    found_about,
    in_order,
)
from services.submissions.checking.rule_columns import Figures
from services.submissions.form.definition import MOST_DIMENSIONS, FormDefinition, Table


class Covered(Protocol):
    """The period that a report covers. Codes are judged on its last day."""

    @property
    def end(self) -> date:
        """Its last day."""


class Asked(Protocol):
    """A part of a form that some kinds of agency owe."""

    @property
    def reporters(self) -> tuple[str, ...]:
        """These kinds; empty = everyone."""


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What is owed by this reporter beyond the form itself."""

    plan: str | None = None
    tasks: tuple[OwedTask, ...] = ()
    kind: str | None = None
    """The kind of the reporting agency; None asks for everything."""
    occurrence: str | None = None
    period: str | None = None
    agency: str | None = None
    """Which report is answered, for files that say for which one they were made."""
    beside: Beside = NOTHING_BESIDE
    """What the rules compare the report with."""

    def asks_for(self, part: Asked) -> bool:
        """Say whether a table or indicator is asked of this reporter."""
        return self.kind is None or not part.reporters or self.kind in part.reporters


@dataclass(slots=True)
class Observations:
    """The figures as columns, indicator by indicator, each in the order in which they were sent.

    `status` is `value` where there is one; `row` is the number that a person sees."""

    table: list[str] = field(default_factory=list)
    indicator: list[str] = field(default_factory=list)
    d1: list[str | None] = field(default_factory=list)
    d2: list[str | None] = field(default_factory=list)
    d3: list[str | None] = field(default_factory=list)
    d4: list[str | None] = field(default_factory=list)
    value: list[Decimal | None] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    reason: list[str | None] = field(default_factory=list)
    row: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.indicator)

    def count_cells(self) -> Counter[str]:
        """Return how many there are of each of the four: a value, a true zero among them, and the two without."""
        states = Counter(self.status)
        return Counter(
            given=states["value"],
            zeros=self.value.count(Decimal(0)),
            not_available=states["not_available"],
            not_applicable=states["not_applicable"],
        )


def count_figures(cells: Mapping[str, int]) -> int:
    """Return how many figures there are in all."""
    return cells["given"] + cells["not_available"] + cells["not_applicable"]


@dataclass(slots=True)
class CheckResult:
    """What the check found, and what would be kept: observations only when nothing stands against them."""

    findings: list[Finding]
    observations: Observations
    nil: list[str]
    narrative: Kept
    explanations: list[Explained] = field(default_factory=list)
    """Warnings that words beside the figures explain."""

    @property
    def is_acceptable(self) -> bool:
        """Say whether the report may be stored."""
        return not any(finding.severity in (Severity.BLOCKER, Severity.ERROR) for finding in self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        return count_by_severity(self.findings)


def check(form: FormDefinition, period: Covered, content: ParsedContent, context: ReportContext) -> CheckResult:
    """Check a report against its form, and return every finding and the figures as they are kept."""
    out = [*content.findings, *find_misdirected(form, content, context)]
    if any(finding.severity is Severity.BLOCKER for finding in out):
        return CheckResult(in_order(out), Observations(), [], {})
    groups = list(group_rows(content, codebook_of(form, period.end), out))
    values = [check_figures(group, content, out) for group in groups]
    check_reasons(content, out)
    wanted = indicators_judged(form) | context.beside.history.keys()
    own = figures_of(groups, values, content, wanted)
    nil, narrative = check_as_a_whole(form, content, context, groups, own, out)
    explained = explain(content, out)
    result = CheckResult(in_order(out), Observations(), nil, narrative, explained)
    if result.is_acceptable:
        result.observations = assemble(content, groups, values)
    return result


def explain(content: ParsedContent, out: list[Finding]) -> list[Explained]:
    """Return which of a report's findings are explained beside its figures; add what is wrong with that."""
    explanations = Explanations()
    explanations.see(content)
    explained = explanations.match(out)
    out += [*explanations.findings, *explanations.find_unneeded()]
    return explained


def check_as_a_whole(
    form: FormDefinition,
    content: ParsedContent,
    context: ReportContext,
    groups: list[Group],
    own: dict[str, Figures],
    out: list[Finding],
) -> tuple[list[str], Kept]:
    """Check what is not said in one row: nil declarations, words, what is missing, the rules of the form.

    Of `content`, columns are not looked at; of `groups`, only the first row of each."""
    nil = _check_nil(form, content, groups, out)
    narrative = check_narrative(content, form.narrative, context.tasks, out)
    _check_completeness(form, content, context, groups, nil, out)
    _check_asked(form, content, context, groups, out)
    wanted = indicators_judged(form) | context.beside.history.keys()
    own = nothing_of(form, nil, wanted) | own
    check_rules(form, content, own, context.beside, out)
    check_outliers(form, content, own, context.beside.history, out)
    return nil, narrative


def find_misdirected(form: FormDefinition, content: ParsedContent, context: ReportContext) -> list[Finding]:
    """Find out whether a file says that it was made for another report than the one that it is sent for."""
    asked: dict[str, str | None] = {"form": form.id, "form_version": str(form.version)}
    if "occurrence" in content.made_for:
        asked["occurrence"] = context.occurrence
    else:
        asked |= {"period": context.period, "agency": context.agency}
    return [
        found(f"file_of_other_{what}", Place((SECTION_HEADER, 0, 0, what)), content.made_for[what], asked=wanted)
        for what, wanted in asked.items()
        if wanted is not None and content.made_for.get(what, wanted) != wanted
    ]


def tables_owed(form: FormDefinition, context: ReportContext) -> list[Table]:
    """Return the tables that are asked of a reporter, each with the indicators that are."""
    plan = context.plan
    asked = [table for table in form.tables if plan is None or not table.plans or plan in table.plans]
    narrowed = [_narrowed(table, context) for table in asked if context.asks_for(table)]
    return [table for table in narrowed if table.indicators]


def _narrowed(table: Table, context: ReportContext) -> Table:
    indicators = tuple(indicator for indicator in table.indicators if context.asks_for(indicator))
    return table if indicators == table.indicators else table.model_copy(update={"indicators": indicators})


def _check_nil(form: FormDefinition, content: ParsedContent, groups: list[Group], out: list[Finding]) -> list[str]:
    filled = {group.book.table for group in groups}
    known = {table.code for table in form.tables} | {ALL_TABLES}
    declared: dict[str, int] = {}
    for number, table in enumerate(content.nil):
        place = content.places.of_nil(number)
        if not isinstance(table, str) or table not in known:
            out.append(found("nil_table_unknown", place, table))
            continue
        declared.setdefault(table, number)
        if table in filled or (table == ALL_TABLES and filled):
            whole = table == ALL_TABLES
            said = ("Cả báo cáo", "The whole report") if whole else (f"Bảng {table}", f"The table {table}")
            out.append(found("nil_but_filled", place, table, declared_vi=said[0], declared_en=said[1]))
    return sorted(declared)


def _check_completeness(
    form: FormDefinition,
    content: ParsedContent,
    context: ReportContext,
    groups: list[Group],
    nil: list[str],
    out: list[Finding],
) -> None:
    if not content.indicator and not content.nil and not content.narrative:
        out.append(found("content_empty", content.places.of_table(0, "")))
    spoken_for = {group.book.table for group in groups} | set(nil)
    if ALL_TABLES in nil:
        return
    for number, table in enumerate(tables_owed(form, context), start=1):
        if table.code not in spoken_for:
            place = content.places.of_table(number, table.code)
            titles = {"title_vi": table.title_vi, "title_en": table.title_en}
            out.append(
                found_about((table.code,), "table_not_filled", place, table.code, table=table.code, **titles)
            )


def _check_asked(
    form: FormDefinition, content: ParsedContent, context: ReportContext, groups: list[Group], out: list[Finding]
) -> None:
    """Figures that are not asked of this reporter are kept, and it is said so."""
    asked = {indicator.code for table in tables_owed(form, context) for indicator in table.indicators}
    for group in groups:
        if group.book.indicator.code not in asked:
            place = content.places.of_cell(content.rows[group.positions[0]], "indicator")
            code = group.book.indicator.code
            out.append(found_about((code,), "indicator_not_asked", place, code))


def assemble(content: ParsedContent, groups: list[Group], values: list[list[Decimal | None]]) -> Observations:
    """Return the figures as they are kept."""
    cells, value = Observations(), CellStatus.VALUE.value
    for group, figures in zip(groups, values, strict=True):
        count = len(group.positions)
        cells.table += [group.book.table] * count
        cells.indicator += [group.book.indicator.code] * count
        codes = [*group.codes, *([[None] * count] * (MOST_DIMENSIONS - len(group.codes)))]
        for column, given in zip((cells.d1, cells.d2, cells.d3, cells.d4), codes, strict=True):
            column += given
        cells.value += figures
        cells.status += [status or value for status in group.cut(content.status)]
        cells.reason += group.cut(content.reason)
        cells.row += group.cut(content.rows)
    return cells
