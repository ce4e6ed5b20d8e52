"""The OAuth doors. They read forms and speak RFC 6749, 7009, 7662 and 8414."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from gateway.dependencies import Tokens
from gateway.token.credentials import MAX_FORM_BYTES, Credentials, read_credentials, read_form
from gateway.token.errors import NO_STORE
from gateway.token.rules import GRANT
from kernel.callers import SCOPES
from kernel.web import Router

router = Router(tags=["tokens"])

_SECRET = {"type": "string", "description": "With client_secret_post; leave both out with HTTP Basic."}
_CLIENT = {"client_id": {"type": "string"}, "client_secret": _SECRET}
_TOKEN = {"token": {"type": "string"}, "token_type_hint": {"type": "string", "enum": ["access_token"]}}


def _form(fields: dict[str, Any], required: list[str], example: dict[str, str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": {**fields, **_CLIENT}, "required": required}
    content = {"application/x-www-form-urlencoded": {"schema": schema, "example": example}}
    return {
        "requestBody": {"required": True, "content": content},
        "security": [{"clientBasic": []}, {}],
    }


class TokenAnswer(BaseModel):
    """An access token (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class OAuthError(BaseModel):
    """A refusal of an OAuth door (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class Introspection(BaseModel):
    """What a token is worth now (RFC 7662); nothing but `active: false` when it is worth nothing."""

    model_config = {"extra": "allow"}

    active: bool


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": OAuthError, "description": "The request is wrong."},
    401: {"model": OAuthError, "description": "The client did not prove who it is."},
}


async def _read(request: Request) -> tuple[dict[str, str], Credentials]:
    form = read_form(request.headers.get("content-type"), await _read_little(request))
    return form, read_credentials(request.headers.getlist("authorization"), form)


async def _read_little(request: Request) -> bytes:
    """Return the body, or enough of it to see that it is too long: these doors are open to everyone."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            break
    return body


@router.post(
    "/oauth/token",
    response_model=TokenAnswer,
    responses=REFUSALS,
    openapi_extra=_form(
        {
            "grant_type": {"type": "string", "enum": [GRANT]},
            "scope": {"type": "string", "description": "Space separated; absent means all the client holds."},
        },
        ["grant_type"],
        {"grant_type": GRANT, "scope": "registry:read submissions:read"},
    ),
)
async def issue_token(request: Request, tokens: Tokens) -> Response:
    """Get an access token with a client's own credentials."""
    form, credentials = await _read(request)
    client = await tokens.authenticate(credentials)
    return JSONResponse(await tokens.issue(form, client), headers=NO_STORE)


@router.post(
    "/oauth/revoke",
    response_model=None,
    responses={200: {"description": "The token is worth nothing from now on."}, **REFUSALS},
    openapi_extra=_form(_TOKEN, ["token"], {"token": "eyJ…"}),
)
async def revoke_token(request: Request, tokens: Tokens) -> Response:
    """Take an access token back. Every gateway process knows within a second."""
    form, credentials = await _read(request)
    client = await tokens.authenticate(credentials)
    await tokens.revoke(form, client)
    return Response(status_code=200, headers=NO_STORE)


@router.post(
    "/oauth/introspect",
    response_model=Introspection,
    responses=REFUSALS,
    openapi_extra=_form(_TOKEN, ["token"], {"token": "eyJ…"}),
)
async def introspect_token(request: Request, tokens: Tokens) -> Response:
    """Say what an access token is worth now. Administrators may ask about any, others about their own."""
    form, credentials = await _read(request)
    client = await tokens.authenticate(credentials)
    return JSONResponse(await tokens.introspect(form, client), headers=NO_STORE)


@router.get("/.well-known/jwks.json", response_model=dict[str, Any])
async def published_keys(request: Request) -> Response:
    """The public keys of access tokens."""
    keys = request.app.state.gate.keys.published()
    return JSONResponse(keys, headers={"Cache-Control": "public, max-age=300"})


@router.get("/.well-known/oauth-authorization-server", response_model=dict[str, Any])
async def describe_server(request: Request) -> dict[str, Any]:
    """What this authorization server can do (RFC 8414)."""
    base = request.app.state.runtime.settings.public_url.rstrip("/")
    methods = ["client_secret_basic", "client_secret_post"]
    return {
        "issuer": base,
        "token_endpoint": f"{base}/oauth/token",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "introspection_endpoint": f"{base}/oauth/introspect",
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "scopes_supported": [*SCOPES, *(group.scope for group in request.app.state.gate.groups)],
        "response_types_supported": [],
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "service_documentation": f"{base}/docs",
    }
