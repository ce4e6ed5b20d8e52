"""How the schema of a body that FastAPI does not read itself comes into the OpenAPI document."""

from typing import Any


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
