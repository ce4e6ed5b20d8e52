"""Builds as those see them who may not read confidential tables. Values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.submissions.consolidation.book import Book
from services.submissions.consolidation.rolling import OWN
from services.submissions.consolidation.schemas import (
    AdjustmentRead,
    CellChangeRead,
    CellState,
    PartRead,
    TotalRead,
)
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.answering import SUPPRESSED
from services.submissions.disclosure.rights import is_closed

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hidden:
    """Which indicators a viewer does not read: of the whole, and of its parts that are not the viewer's own."""

    whole: frozenset[str] = NOTHING
    parts: frozenset[str] = NOTHING
    is_own: bool = False
    """Whether the viewer is the owner, who knows what it added itself."""

    def mask_total(self, total: TotalRead) -> TotalRead:
        """Return a figure of the whole without what the viewer does not read."""
        changes: dict[str, Any] = {}
        if total.indicator in self.whole:
            changes = {"value": None, "status": SUPPRESSED, "reason": None, "adjustment": None}
        if total.indicator in self.parts:
            changes["sources"] = [self._mask_part(part) for part in total.sources]
        return total.model_copy(update=changes) if changes else total

    def _mask_part(self, part: PartRead) -> PartRead:
        if (self.is_own and part.source == OWN) or not part.shown:
            return part
        return part.model_copy(update={"shown": False, "value": None, "status": None, "reason": None})

    def mask_adjustment(self, line: AdjustmentRead) -> AdjustmentRead:
        """Return a signed line without its amount, where the viewer does not read the cell."""
        return line.model_copy(update={"amount": None}) if self._hides_added(line.indicator) else line

    def mask_own_part(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the owner added of its own, without figures that the viewer does not read."""
        kept = [one for one in own.get("observations", []) if not self._hides_added(one.get("indicator"))]
        return {**own, "observations": kept} if "observations" in own else dict(own)

    def _hides_added(self, indicator: str | None) -> bool:
        return indicator in self.whole and not self.is_own

    def mask_change(self, change: CellChangeRead) -> CellChangeRead:
        """Return a cell that differs without what stands and stood in it."""
        if change.indicator not in self.whole:
            return change
        hidden = CellState(value=None, status=SUPPRESSED)
        sides = {"before": change.before and hidden, "after": change.after and hidden}
        return change.model_copy(update=sides)


def hidden_in(book: Book, viewer: Viewer, owner: str, *, is_from_below: bool) -> Hidden:
    """Return what a viewer does not read of the builds of an owner, who knows by itself its own part only."""
    closed = closed_to(viewer, book)
    is_own = owner in viewer.stands_for
    return Hidden(closed if is_from_below or not is_own else NOTHING, closed, is_own)


def closed_to(viewer: Viewer, book: Book) -> frozenset[str]:
    """Return the indicators that a viewer does not read by its scopes."""
    return frozenset(code for code, asked in book.indicators.items() if is_closed(viewer.caller, asked.table))
