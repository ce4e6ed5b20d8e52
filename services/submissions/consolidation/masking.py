"""Builds as those see them who may not read confidential tables. Values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.submissions.consolidation.book import Book
from services.submissions.consolidation.schemas import AdjustmentRead, PartRead, TotalRead
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.answering import SUPPRESSED
from services.submissions.disclosure.rights import is_protected, reads_confidential

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hidden:
    """Which indicators a viewer does not read: of the whole, and of its parts that are not the viewer's own."""

    whole: frozenset[str] = NOTHING
    parts: frozenset[str] = NOTHING
    own: frozenset[str] = NOTHING
    """The agencies for which the viewer stands."""

    def mask_total(self, total: TotalRead) -> TotalRead:
        """Return a figure of the whole without what the viewer does not read."""
        changes: dict[str, Any] = {}
        if total.indicator in self.whole:
            changes = {"value": None, "status": SUPPRESSED, "reason": None, "adjustment": None}
        if total.indicator in self.parts:
            changes["sources"] = [self._mask_part(part) for part in total.sources]
        return total.model_copy(update=changes) if changes else total

    def _mask_part(self, part: PartRead) -> PartRead:
        if part.agency in self.own or not part.shown:
            return part
        return part.model_copy(update={"shown": False, "value": None, "status": None, "reason": None})

    def mask_adjustment(self, line: AdjustmentRead) -> AdjustmentRead:
        """Return a signed line without its amount, where the viewer does not read the cell."""
        return line.model_copy(update={"amount": None}) if line.indicator in self.whole else line

    def mask_own_part(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the owner added of its own, without figures that the viewer does not read."""
        if not self.whole:
            return dict(own)
        kept = [one for one in own.get("observations", []) if one.get("indicator") not in self.whole]
        return {**own, "observations": kept}


def hidden_in(book: Book, viewer: Viewer, owner: str) -> Hidden:
    """Return what a viewer does not read of the builds of an owner."""
    if reads_confidential(viewer.caller):
        return Hidden()
    protected = frozenset(
        code for code, asked in book.indicators.items() if is_protected(asked.table.confidentiality)
    )
    whole = NOTHING if owner in viewer.stands_for else protected
    return Hidden(whole, protected, viewer.stands_for)
