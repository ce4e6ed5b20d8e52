"""The API of notifications."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kernel.runtime import Runtime
from kernel.web import create_app as create_service_app
from services.notifications.delivery.endpoints import router as deliveries
from services.notifications.endpoint.address import policy_of
from services.notifications.endpoint.endpoints import router as endpoints
from services.notifications.endpoint.secrets import SecretBox
from services.notifications.event.endpoints import router as events
from services.notifications.inbox.endpoints import router as inbox
from services.notifications.reminder.endpoints import router as reminders
from services.notifications.settings import NotificationsSettings

SERVICE = "notifications"
DESCRIPTION = "Reminders, webhooks, the inbox, and the feed of public events."


def create_app(settings: NotificationsSettings) -> FastAPI:
    """Build the API of notifications."""

    @asynccontextmanager
    async def extend(app: FastAPI, _: Runtime) -> AsyncIterator[None]:
        app.state.secret_box = SecretBox.load(settings.key_file("webhook-keys"))
        app.state.target_policy = policy_of(settings.webhook_allowed_networks, sandbox=settings.sandbox)
        yield

    return create_service_app(
        SERVICE,
        settings,
        [endpoints, deliveries, events, reminders, inbox],
        title="Notifications",
        description=DESCRIPTION,
        extend=extend,
    )
