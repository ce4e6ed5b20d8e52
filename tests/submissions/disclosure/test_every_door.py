"""Every door that can show figures was looked at: a new one fails here until it is said how it keeps them."""

import json
from typing import Any

from tests.conftest import ROOT

FIGURES = {"value", "amount", "own_part", "content"}
"""Names under which figures go over the wire."""
MASKED = {
    "GET /v1/submissions/{submission}/observations",
    "GET /v1/submissions/{submission}/diff",
    "GET /v1/occurrences/{occurrence}/consolidation",
    "GET /v1/occurrences/{occurrence}/consolidation/cells",
    "GET /v1/occurrences/{occurrence}/consolidation/adjustments",
}
"""Shown in tests/submissions/disclosure/test_report_doors.py."""
RELEASED = {"GET /v1/data"}
NOT_PRINTED = {"GET /v1/reports/{kind}"}
OWN = {
    "GET /v1/occurrences/{occurrence}/draft",
    "PUT /v1/occurrences/{occurrence}/draft",
    "POST /v1/occurrences/{occurrence}/consolidation",
    "GET /v1/occurrences/{occurrence}/consolidation/changes",
    "POST /v1/occurrences/{occurrence}/consolidation/adjustments",
    "POST /v1/occurrences/{occurrence}/consolidation/adjustments/{adjustment}/withdraw",
    "GET /v1/forms/{form}/template",
}
"""For the reporter only; the figures of the last period in a template too."""
NO_FIGURES = {
    "POST /v1/forms",
    "GET /v1/forms/{form}/draft",
    "PUT /v1/forms/{form}/draft",
    "GET /v1/submissions/{submission}/receipt",
}
FILES = {
    "GET /v1/submissions/{submission}/attachments/{attachment}",
    "GET /v1/paper-receipts/{receipt}/evidence",
}
"""What people attach is shown to the line as it came; docs/confidentiality.md says so."""


def test_every_door_that_can_show_figures_was_looked_at():
    document = json.loads((ROOT / "docs" / "api" / "submissions.json").read_text("utf-8"))
    schemas = document["components"]["schemas"]
    doors = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, door in methods.items()
        if shows_figures(door, schemas)
    }

    assert doors - (MASKED | RELEASED | NOT_PRINTED | OWN | NO_FIGURES | FILES) == set()
    assert doors >= MASKED | OWN


def shows_figures(door: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Say whether an answer has a field that figures stand in, or is a file."""
    contents = [answer.get("content", {}) for status, answer in door["responses"].items() if status[0] == "2"]
    is_file = any("json" not in kind for content in contents for kind in content)
    return is_file or bool(FIGURES & fields_of(contents, schemas, frozenset()))


def fields_of(node: Any, schemas: dict[str, Any], seen: frozenset[str]) -> set[str]:
    """Return the names of all fields of a schema, through its references."""
    if isinstance(node, list):
        return {name for one in node for name in fields_of(one, schemas, seen)}
    if not isinstance(node, dict):
        return set()
    if (reference := node.get("$ref")) is not None:
        name = reference.rsplit("/", 1)[1]
        return set() if name in seen else fields_of(schemas[name], schemas, seen | {name})
    own = set(node.get("properties", {}))
    return own | {name for one in node.values() for name in fields_of(one, schemas, seen)}
