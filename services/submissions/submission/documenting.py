"""How the schema of a body that FastAPI does not read itself comes into the OpenAPI document."""

from typing import Any

from services.submissions.submission.reading import CSV, JSON, SDMX_CSV, XLSX
from services.submissions.submission.schemas import DraftUpdate


def inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON schema with every definition put where it is used."""
    definitions = schema.get("$defs", {})

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolve(definitions[node["$ref"].rsplit("/", 1)[1]])
        return {name: resolve(value) for name, value in node.items() if name != "$defs"}

    resolved: dict[str, Any] = resolve(schema)
    return resolved


DRAFT_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": inlined(DraftUpdate.model_json_schema())},
            CSV: {"schema": {"type": "string", "description": "The columns of a report as CSV."}},
            f"{SDMX_CSV};version=2.0.0": {
                "schema": {
                    "type": "string",
                    "description": "SDMX-CSV 2.0: each row says what it does to the draft.",
                }
            },
            XLSX: {"schema": {"type": "string", "format": "binary", "description": "The template, filled in."}},
        },
    }
}
"""The bodies by which a draft is changed."""
