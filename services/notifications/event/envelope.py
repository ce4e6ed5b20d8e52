"""A public event as CloudEvent: the same body in the feed and in a webhook."""

from typing import Any

import orjson

from kernel.events import cloud_event
from services.notifications.event.rules import NOTIFICATIONS, SOURCES


def feed_item(row: Any) -> dict[str, Any]:
    """Return an event as `GET /v1/events` shows it."""
    return cloud_event(row, SOURCES.get(row.type, NOTIFICATIONS))


def webhook_body(row: Any) -> bytes:
    """Return an event as webhooks carry it: the same bytes at every attempt, so without its position."""
    shown = cloud_event(_Unplaced(row), SOURCES.get(row.type, NOTIFICATIONS))
    del shown["position"]
    return orjson.dumps(shown)


class _Unplaced:
    """A claimed delivery's event, seen as a row of the log."""

    def __init__(self, row: Any) -> None:
        self.id = row.event_id
        self.type, self.subject, self.occurred_at = row.type, row.subject, row.occurred_at
        self.traceparent, self.data, self.audience = row.traceparent, row.data, row.audience
        self.position = None
