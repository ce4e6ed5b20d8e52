"""The gateway as an ASGI application: our own doors in FastAPI, the dispatcher in front of them."""

from typing import Any

from fastapi import FastAPI

from gateway.client import endpoints as client
from gateway.client import inside
from gateway.clock import endpoints as clock
from gateway.gate import open_gate
from gateway.portal import endpoints as portal
from gateway.route.dispatcher import Dispatcher
from gateway.settings import GatewaySettings
from gateway.token import endpoints as token
from gateway.token.errors import OAuthRefusal, answer_oauth_refusal
from kernel.web import create_app


def create_own_app(settings: GatewaySettings) -> FastAPI:
    """Build the gateway's own doors. They are reached through the dispatcher only."""
    routers = [token.router, client.router, inside.router, portal.router, portal.hidden]
    if settings.sandbox:
        routers.append(clock.router)
    app = create_app(
        "gateway",
        settings,
        routers,
        title="GCM Hub: gateway",
        description="Clients, tokens, and how the platform is doing.",
        extend=open_gate,
    )
    app.add_exception_handler(OAuthRefusal, answer_oauth_refusal)
    _give_up_own_document(app)
    return app


def _give_up_own_document(app: FastAPI) -> None:
    """Take away FastAPI's door to our own document: at that path the portal shows the one of all services."""
    doors = [route for route in app.router.routes if getattr(route, "path", None) == app.openapi_url]
    app.router.routes.remove(doors[0])


def create_gateway(settings: GatewaySettings) -> Dispatcher:
    """Build what the gateway's process serves."""
    return Dispatcher(create_own_app(settings))


def own_document() -> dict[str, Any]:
    """Return the OpenAPI document of our own doors."""
    return create_own_app(GatewaySettings()).openapi()
