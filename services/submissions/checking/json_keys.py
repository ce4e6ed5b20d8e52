"""Keys that an object of a JSON body gives twice. A parser keeps the last and says nothing of the others, and
nobody knows which was meant."""

import json
from typing import Any

Path = tuple[int | str, ...]


class _Object(tuple[tuple[str, Any], ...]):
    """An object with all that was written in it."""

    __slots__ = ()


def find_repeated_key(raw: bytes) -> Path | None:
    """Return the way to the first key that is given a second time, or None. The body must be JSON."""
    if not _has_repeated_key(raw):
        return None
    return _find(json.loads(raw, object_pairs_hook=_Object, parse_int=str, strict=False), ())


def _has_repeated_key(raw: bytes) -> bool:
    has_repeated = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal has_repeated
        has_repeated = has_repeated or len({key for key, _ in pairs}) < len(pairs)

    json.loads(raw, object_pairs_hook=look, parse_int=str, strict=False)
    return has_repeated


def _find(node: Any, path: Path) -> Path | None:
    seen: set[int | str] = set()
    steps = node if isinstance(node, _Object) else enumerate(node) if isinstance(node, list) else ()
    for step, part in steps:
        if step in seen:
            return (*path, step)
        seen.add(step)
        found = _find(part, (*path, step))
        if found is not None:
            return found
    return None
