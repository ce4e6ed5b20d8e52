"""Single reports as those see them who may not read their confidential tables: every figure of these is hidden.

One report is one contributor, and its versions and those of the reports around it can all be read; so nothing of
such a table is shown here, zeros neither. What may be shown of it, /v1/data shows.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from kernel.text import nfc
from services.submissions.disclosure.answering import SUPPRESSED

NAMED_BY_VALUE = ("table_not_filled", "indicator_not_asked")
"""Rules whose value is no figure but the code of the table or indicator that they are about."""
FIGURES_OF_FINDINGS = ("value", "compared", "history", "score", "limit")
HIDDEN_VI = "Phát hiện này liên quan đến bảng mật; số liệu không được hiển thị."
HIDDEN_EN = "This finding is about a confidential table; its figures are not shown."
HIDDEN = {"vi": HIDDEN_VI, "en": HIDDEN_EN}


@dataclass(frozen=True, slots=True)
class MaskedFigure:
    """A stored figure of which only the place is shown."""

    line: int
    indicator: str
    d1: str | None
    d2: str | None
    d3: str | None
    d4: str | None
    value: None = None
    status: str = SUPPRESSED
    reason: None = None


def mask_figures(rows: Sequence[Any], hidden: Set[str]) -> list[Any]:
    """Return stored figures, those of hidden indicators without what they say."""
    return [_masked(row) if row.indicator in hidden else row for row in rows]


def _masked(row: Any) -> MaskedFigure:
    return MaskedFigure(row.line, row.indicator, row.d1, row.d2, row.d3, row.d4)


def is_about_open(body: Mapping[str, Any], hidden: Set[str]) -> bool:
    """Say whether nothing that a finding is about is hidden. One that does not say what it is about may be."""
    about = _about(body)
    return not hidden or (about is not None and not hidden & about)


def _about(body: Mapping[str, Any]) -> set[str] | None:
    if body.get("rule") in NAMED_BY_VALUE:
        return {body["value"]}
    return None if (about := body.get("indicators")) is None else set(about)


def mask_content(content: Mapping[str, Any], hidden: Set[str]) -> dict[str, Any]:
    """Return the content of a draft without the figures of hidden indicators."""
    if not hidden or "observations" not in content:
        return dict(content)
    kept = [one for one in content["observations"] if not _is_hidden(one, hidden)]
    return {**content, "observations": kept}


def names_hidden(cells: Sequence[Any], hidden: Set[str]) -> bool:
    """Say whether some figures of a draft are of hidden indicators."""
    return any(_is_hidden(one, hidden) for one in cells)


def _is_hidden(cell: Any, hidden: Set[str]) -> bool:
    return nfc(str(cell.get("indicator"))).strip() in hidden


def mask_spoken(body: Mapping[str, Any], hidden: Set[str], language: str) -> dict[str, Any]:
    """Return a finding with its message in one language, without figures when it is about something hidden."""
    masked = mask_finding(body, hidden)
    return masked if masked == body else {**masked, "message": HIDDEN[language]}


def mask_finding(body: Mapping[str, Any], hidden: Set[str]) -> dict[str, Any]:
    """Return a finding without figures, when it is about something hidden or does not say what it is about.

    `hidden` names indicators, and tables of which nothing is shown."""
    about = _about(body)
    if is_about_open(body, hidden) or (about is None and body.get("value") is None):
        return dict(body)
    kept = {name: part for name, part in body.items() if name not in FIGURES_OF_FINDINGS}
    return {**kept, "value": None, "message_vi": HIDDEN_VI, "message_en": HIDDEN_EN}
