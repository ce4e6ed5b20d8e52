"""A definition as the JSON document that is kept: what its hash is of, and what versions are compared by."""

import hashlib
from typing import Any

import orjson

from services.submissions.form.definition import FormDefinition

FIRST = ("title_vi", "title_en", "id", "version", "state")
LATER = {"reporters", "task_parts", "rules"}
"""Fields that came after the first forms were published: left out when empty, so that those stay as they were."""


def as_document(form: FormDefinition) -> dict[str, Any]:
    """Return the document of a definition. Other defaults are written out: a later default changes no form."""
    document: dict[str, Any] = _without_empty(form.model_dump(mode="json", exclude_none=True))
    return {name: document[name] for name in FIRST} | document


def _without_empty(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_empty(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {name: _without_empty(value) for name, value in node.items() if value or name not in LATER}


def definition_sha256(definition: dict[str, Any]) -> str:
    """Return the hash of a definition: of its JSON without spaces and with sorted keys."""
    return hashlib.sha256(orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)).hexdigest()
