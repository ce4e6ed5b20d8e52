"""Where two versions of a form differ: part by part, each named by its codes and not by its place in a list."""

from collections.abc import Iterator
from typing import Any

from services.submissions.form.draft_schemas import FormDifference, FormDifferenceRead

NAMES = ("code", "key", "id", "dimension")
"""What names an entry of a list, where it has one."""
NOT_COMPARED = {"id", "version", "state"}


def find_differences(before: dict[str, Any], after: dict[str, Any]) -> list[FormDifferenceRead]:
    """Return every difference of two definitions, in the order of their paths."""
    return list(_compared("", _content(before), _content(after)))


def _content(definition: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in definition.items() if name not in NOT_COMPARED}


def _compared(path: str, before: Any, after: Any) -> Iterator[FormDifferenceRead]:
    if before == after:
        return
    ones, others = _entries(before), _entries(after)
    if ones is None or others is None or type(before) is not type(after):
        yield FormDifferenceRead(difference=FormDifference.CHANGED, path=path, before=before, after=after)
        return
    for name in [*ones, *(name for name in others if name not in ones)]:
        inside = f"{path}/{name}"
        if name not in others:
            yield FormDifferenceRead(difference=FormDifference.REMOVED, path=inside, before=ones[name], after=None)
        elif name not in ones:
            yield FormDifferenceRead(difference=FormDifference.ADDED, path=inside, before=None, after=others[name])
        else:
            yield from _compared(inside, ones[name], others[name])


def _entries(node: Any) -> dict[str, Any] | None:
    """Return the parts of a node by name; None for one that is compared whole."""
    if isinstance(node, dict):
        return node
    if not isinstance(node, list) or not all(isinstance(one, dict) for one in node):
        return None
    named = {str(next((one[n] for n in NAMES if n in one), "")): one for one in node}
    return named if len(named) == len(node) and "" not in named else None
