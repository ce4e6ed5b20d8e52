"""The own part and the draft: what the owner gave of its own, and what of the whole is written for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.submissions.checking.check import CheckResult, ReportContext, check
from services.submissions.checking.numbers import plain
from services.submissions.consolidation.book import Book
from services.submissions.consolidation.rolling import OWN, Key, Part
from services.submissions.consolidation.tables import TotalStatus
from services.submissions.cycle.periods import Period
from services.submissions.cycle.tables import Cycle
from services.submissions.form.definition import FormDefinition, Narrative
from services.submissions.submission.errors import ContentRefused
from services.submissions.submission.judging import spoken
from services.submissions.submission.reading import read_draft

Content = dict[str, Any]
FIGURES = ("observations", "nil")


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """The own part, checked."""

    figures: list[tuple[Key, Part]]
    nil: list[str]


def figures_of(content: Content) -> Content:
    """Return only the figures and nil declarations of a content."""
    return {name: content[name] for name in FIGURES if content.get(name)}


def check_own(
    own: Content, form: FormDefinition, cycle: Cycle, plan: str | None, language: str
) -> OwnFigures | None:
    """Check the own part by the form, or refuse it with all findings; None when there is none."""
    if not own:
        return None
    wordless = form.model_copy(update={"narrative": Narrative()})
    period = Period(cycle.period, cycle.period_start, cycle.period_end)
    result = check(wordless, period, read_draft(own).columns(wordless), ReportContext(plan=plan))
    if not result.is_acceptable:
        wire = [spoken(one.as_wire(), language) for one in result.findings]
        raise ContentRefused([_in_own_part(one) for one in wire], result.counts)
    return OwnFigures(list(_parts(result)), result.nil)


def _in_own_part(finding: dict[str, Any]) -> dict[str, Any]:
    pointer = finding.get("pointer")
    return finding if pointer is None else {**finding, "pointer": f"/own_part{pointer}"}


def _parts(result: CheckResult) -> Iterator[tuple[Key, Part]]:
    cells = result.observations
    keys = zip(cells.indicator, cells.d1, cells.d2, cells.d3, cells.d4, strict=True)
    for key, value, status, reason in zip(keys, cells.value, cells.status, cells.reason, strict=True):
        yield key, Part(OWN, value, status, reason)


def write_figures(cells: Iterable[Any], nil: Iterable[str], book: Book) -> Content:
    """Return the content of a draft that holds a whole; what could not be rolled up is left to the owner.

    `cells` have `value`, `status`, `reason`, and a key."""
    shown = [_observation(key, cell, book) for key, cell in cells if cell.status != TotalStatus.NOT_ROLLED_UP]
    return figures_of({"observations": shown, "nil": sorted(nil)})


def _observation(key: Key, cell: Any, book: Book) -> dict[str, Any]:
    place = {"indicator": key[0], "dimensions": book.named(key[0], key[1:])}
    if cell.status == TotalStatus.VALUE:
        return {**place, "value": plain(cell.value)}
    return {**place, "status": str(cell.status), **({"reason": cell.reason} if cell.reason else {})}


def same_figures(one: Content, other: Content) -> bool:
    """Say whether two contents have the same figures, in whatever order."""
    return _named(one) == _named(other) and sorted(one.get("nil", [])) == sorted(other.get("nil", []))


def _named(content: Content) -> list[str]:
    return sorted(
        repr(
            (
                cell.get("indicator"),
                sorted((cell.get("dimensions") or {}).items()),
                cell.get("value"),
                cell.get("status"),
                cell.get("reason"),
            )
        )
        for cell in content.get("observations", [])
    )
