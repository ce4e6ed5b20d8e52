"""Standard Webhooks v1: the headers by which a receiver knows that an event is ours. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime


def sign(event_id: str, timestamp: int, body: bytes, secrets: Sequence[bytes]) -> str:
    """Return one signature per secret, the present one first."""
    content = f"{event_id}.{timestamp}.".encode() + body
    digests = (hmac.digest(secret, content, hashlib.sha256) for secret in secrets)
    return " ".join("v1," + base64.b64encode(digest).decode() for digest in digests)


def headers(event_id: str, sent_at: datetime, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """Return the headers of one attempt; `sent_at` is real time."""
    timestamp = int(sent_at.timestamp())
    return {
        "Content-Type": "application/cloudevents+json",
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(event_id, timestamp, body, secrets),
    }
