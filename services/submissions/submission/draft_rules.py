"""How a change goes into a draft. Values in, value out."""

from typing import Any

from kernel.text import nfc
from services.submissions.submission.schemas import DraftAction, DraftUpdate

Content = dict[str, Any]
Key = tuple[str, tuple[tuple[str, str], ...]]


def change_draft(content: Content, change: DraftUpdate) -> Content:
    """Return the content of a draft after a change."""
    if change.action is DraftAction.REPLACE:
        return _tidy(_given(change))
    if change.action is DraftAction.DELETE:
        return {} if _names_nothing(change) else _tidy(_without(content, change))
    return _tidy(_merged(content, change))


def is_empty(content: Content) -> bool:
    """Say whether a draft says nothing."""
    return not any(content.get(name) for name in ("observations", "nil", "narrative"))


def _given(change: DraftUpdate) -> Content:
    return change.model_dump(include={"form_version", "observations", "nil", "narrative"})


def _names_nothing(change: DraftUpdate) -> bool:
    return not (change.observations or change.nil or change.narrative)


def _merged(content: Content, change: DraftUpdate) -> Content:
    cells = {_key(cell): cell for cell in content.get("observations", [])}
    cells |= {_key(cell): cell for cell in change.observations}
    return {
        "form_version": change.form_version or content.get("form_version"),
        "observations": list(cells.values()),
        "nil": list(dict.fromkeys([*content.get("nil", []), *change.nil])),
        "narrative": {**content.get("narrative", {}), **change.narrative},
    }


def _without(content: Content, change: DraftUpdate) -> Content:
    gone = {_key(cell) for cell in change.observations}
    return {
        "form_version": content.get("form_version"),
        "observations": [cell for cell in content.get("observations", []) if _key(cell) not in gone],
        "nil": [table for table in content.get("nil", []) if table not in change.nil],
        "narrative": {k: v for k, v in content.get("narrative", {}).items() if k not in change.narrative},
    }


def _tidy(content: Content) -> Content:
    return {name: value for name, value in content.items() if value}


def _key(cell: dict[str, Any]) -> Key:
    """Return what names a figure: its indicator and dimension codes, whatever their order."""
    dimensions = cell.get("dimensions")
    codes = dimensions.items() if isinstance(dimensions, dict) else ()
    return nfc(str(cell.get("indicator"))), tuple(sorted((nfc(str(k)), nfc(str(v))) for k, v in codes))
