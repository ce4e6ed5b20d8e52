"""One OpenAPI document out of four. Values in, value out."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.client.groups import Group
from kernel.callers import SCOPES

Document = dict[str, Any]

DESCRIPTION = """\
Periodic reporting under Viet Nam's plan for the Global Compact for Migration: what is owed by whom and when,
reports in, receipts out, reminders and webhooks. One address for all; a token from `POST /oauth/token` opens it.
Refusals are problem documents (RFC 9457) with a stable `code`.
"""


def merge(documents: Mapping[str, Document], groups: Iterable[Group], *, public_url: str) -> Document:
    """Return one document of all services. Of a path that two describe, the first counts.

    Schemas of the same name and content become one; where the content differs the later one gets its service's
    name in front.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for service, document in documents.items():
        own = document.get("components", {}).get("schemas", {})
        renamed = _renamed(service, own, schemas)
        for name, schema in own.items():
            schemas[renamed.get(name, name)] = _point_to(schema, renamed)
        for path, operations in document.get("paths", {}).items():
            paths.setdefault(path, _point_to(operations, renamed))
    return {
        "openapi": "3.1.0",
        "info": {"title": "GCM Hub", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": public_url}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": _security(groups)},
    }


def _security(groups: Iterable[Group]) -> Document:
    scopes = {**SCOPES, **{group.scope: f"Of these the group “{group.en}” alone." for group in groups}}
    return {
        "accessToken": {
            "type": "oauth2",
            "description": "Send the token as `Authorization: Bearer …`.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}},
        },
        "clientBasic": {
            "type": "http",
            "scheme": "basic",
            "description": "A client's own id and secret; on the OAuth doors only.",
        },
    }


def _renamed(service: str, own: Document, known: Document) -> dict[str, str]:
    """Return new names for the schemas that another service means differently, and for all that lead to them."""
    renamed: dict[str, str] = {}
    while True:
        clashing = {
            name: f"{service}_{name}"
            for name, schema in own.items()
            if name in known and name not in renamed and _point_to(schema, renamed) != known[name]
        }
        if not clashing:
            return renamed
        renamed |= clashing


def _point_to(value: Any, renamed: Mapping[str, str]) -> Any:
    if not renamed:
        return value
    if isinstance(value, dict):
        return {key: (_target if key == "$ref" else _point_to)(item, renamed) for key, item in value.items()}
    if isinstance(value, list):
        return [_point_to(item, renamed) for item in value]
    return value


def _target(reference: Any, renamed: Mapping[str, str]) -> Any:
    if not isinstance(reference, str):
        return _point_to(reference, renamed)
    place, _, name = reference.rpartition("/")
    return f"{place}/{renamed.get(name, name)}"
