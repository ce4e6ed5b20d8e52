"""What becomes of an item when a person changes, splits or merges it. Values in, value or refusal out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from kernel.text import nfc
from services.registry.plan_document.contents import LISTS_OF_NAMES, MODELS, names_of, unresolved_of
from services.registry.plan_document.doubts import Known
from services.registry.plan_document.errors import DocumentItemWrong
from services.registry.plan_document.tables import ItemKind, ItemState

Content = dict[str, Any]
Errors = list[dict[str, Any]]
JOINED = ("title_vi", "title_en", "result_vi", "result_en", "text", "note")
LONGEST_JOINED = 1000


def changed_content(kind: str, content: Mapping[str, Any], changes: Mapping[str, Any], pointer: str) -> Content:
    """Return a content with fields changed, or refuse values that make no sense, all of them."""
    model = MODELS[ItemKind(kind)]
    try:
        return model.model_validate({**content, **changes}).model_dump(mode="json")
    except ValidationError as error:
        raise DocumentItemWrong([_located(fault, pointer) for fault in error.errors()]) from error


def require_named(content: Content, old: Collection[str], known: Known, day: date | None, pointer: str) -> None:
    """Refuse a code that a correction brings and that nobody has, or that names nobody on the document's day."""
    errors: Errors = []
    for place, name in names_of(content):
        code = name["code"]
        if code is None or code in old:
            continue
        if code not in known:
            errors.append(_wrong("registered", pointer + place, code, f"{code} is not registered."))
        elif not known[code].holds_on(day):
            errors.append(_wrong("exists_on_day", pointer + place, code, f"{code} does not exist on {day}."))
    if errors:
        raise DocumentItemWrong(errors)


def row_of(item: Any, content: Content, **changes: Any) -> dict[str, Any]:
    """Return the row of an item after a correction: its version moves on."""
    kept = {name: getattr(item, name) for name in ROW}
    looked_at = {"state": ItemState.CORRECTED, "version": item.version + 1}
    return {**kept, **looked_at, "content": content, "unresolved": unresolved_of(content), **changes}


ROW = ("id", "part", "kind", "place", "line", "source", "read", "confidence")


def new_row(kind: str, item_id: str, part: int, place: int, content: Content, **changes: Any) -> dict[str, Any]:
    """Return the row of an item that a person adds."""
    return {
        "id": item_id,
        "part": part,
        "kind": kind,
        "place": place,
        "line": None,
        "source": None,
        "read": None,
        "confidence": 1.0,
        "state": ItemState.ADDED,
        "version": 1,
        "content": content,
        "unresolved": unresolved_of(content),
        **changes,
    }


def merged_content(contents: Sequence[Mapping[str, Any]]) -> Content:
    """Return what several items say as one: texts joined, names united in their order, the rest of the first."""
    first = dict(contents[0])
    for field in JOINED:
        texts = [one[field] for one in contents if one.get(field)]
        if len(texts) > 1:
            first[field] = " ".join(dict.fromkeys(texts))[:LONGEST_JOINED]
    for field in LISTS_OF_NAMES:
        if field in first:
            names = [name for one in contents for name in one[field]]
            first[field] = list({(name["code"], name["printed"]): name for name in names}.values())
    return first


def resolved_content(content: Mapping[str, Any], printed: str, code: str) -> Content | None:
    """Return a content in which a printed name means an agency, or None where it does not stand."""
    key, found = name_key(printed), False

    def resolved(name: dict[str, Any]) -> dict[str, Any]:
        nonlocal found
        if name_key(name["printed"]) != key:
            return name
        found = True
        return {"printed": name["printed"], "code": code, "confidence": 1.0, "nearest": []}

    changed = dict(content)
    for field in LISTS_OF_NAMES:
        if content.get(field):
            changed[field] = [resolved(name) for name in content[field]]
    if content.get("issuer"):
        changed["issuer"] = resolved(content["issuer"])
    return changed if found else None


def name_key(printed: str) -> str:
    """Return what two prints of one name share: case, spaces and Unicode form do not matter, accents do."""
    return " ".join(nfc(printed).casefold().split())


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Content, Content]:
    """Return the fields that a correction changes, as they were and as they are."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {n: before.get(n) for n in names}, {n: after.get(n) for n in names}


def _located(fault: Any, pointer: str) -> dict[str, Any]:
    path = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in fault["loc"])
    value = fault.get("input")
    shown = value if isinstance(value, (str, int, float, bool)) else None
    return _wrong(fault["type"], pointer + path, shown, fault["msg"])


def _wrong(rule: str, pointer: str, value: Any, message: str) -> dict[str, Any]:
    return {"rule": rule, "severity": "error", "pointer": pointer, "value": value, "message": message}


def codes_of(contents: Iterable[Content]) -> set[str]:
    """Return every code that contents name."""
    return {name["code"] for content in contents for _, name in names_of(content) if name["code"]}
