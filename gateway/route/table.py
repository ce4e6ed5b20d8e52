"""Which service answers for which path. Values in, value out."""

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Who answers."""

    GATEWAY = "gateway"
    REGISTRY = "registry"
    SUBMISSIONS = "submissions"
    NOTIFICATIONS = "notifications"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a request goes, and whether it needs an access token."""

    owner: Owner
    open: bool = False


_NOUNS = {
    Owner.GATEWAY: ("clients", "me", "sandbox"),
    Owner.REGISTRY: (
        "agencies",
        "successions",
        "agency-groups",
        "imports",
        "instruments",
        "plans",
        "plan-documents",
        "timeline",
        "gcm-objectives",
        "obligations",
        "integrity",
        "sdmx",
        "working-days",
        "calendar-overrides",
    ),
    Owner.SUBMISSIONS: (
        "forms",
        "cycles",
        "occurrences",
        "extensions",
        "waivers",
        "paper-receipts",
        "submissions",
        "return-reasons",
        "review-delegations",
        "compliance",
        "task-progress",
        "data",
        "reports",
        "audit",
    ),
    Owner.NOTIFICATIONS: (
        "webhook-endpoints",
        "deliveries",
        "events",
        "event-types",
        "reminder-policies",
        "reminders",
        "inbox",
        "preferences",
        "calendar-feeds",
    ),
}
NOUNS = {noun: Way(owner) for owner, nouns in _NOUNS.items() for noun in nouns}
JOBS = {
    "reg_": Way(Owner.REGISTRY),
    "sub_": Way(Owner.SUBMISSIONS),
    "ntf_": Way(Owner.NOTIFICATIONS),
}
OPEN = {
    "/": Way(Owner.GATEWAY, open=True),
    "/livez": Way(Owner.GATEWAY, open=True),
    "/readyz": Way(Owner.GATEWAY, open=True),
    "/openapi.json": Way(Owner.GATEWAY, open=True),
    "/docs": Way(Owner.GATEWAY, open=True),
    "/v1/status": Way(Owner.GATEWAY, open=True),
    "/oauth/token": Way(Owner.GATEWAY, open=True),
    "/oauth/revoke": Way(Owner.GATEWAY, open=True),
    "/oauth/introspect": Way(Owner.GATEWAY, open=True),
    "/.well-known/jwks.json": Way(Owner.GATEWAY, open=True),
    "/.well-known/oauth-authorization-server": Way(Owner.GATEWAY, open=True),
    "/internal/clients": Way(Owner.GATEWAY, open=True),  # registry's service token opens it, and nothing else
    "/.well-known/receipt-jwks.json": Way(Owner.SUBMISSIONS, open=True),
    "/asyncapi.json": Way(Owner.NOTIFICATIONS, open=True),
}
UPLOADS = frozenset({"/v1/submissions"})
"""Doors that take bodies of up to `max_upload_bytes`: behind them nobody gathers what comes."""
OPEN_BELOW = {
    "docs": Way(Owner.GATEWAY, open=True),
    "calendars": Way(Owner.NOTIFICATIONS, open=True),  # the secret stands in the address
}


def find_way(text: str, segments: tuple[str, ...]) -> Way | None:
    """Return where a path leads, or None when it leads nowhere; no inside door of a service, no metrics."""
    if len(segments) >= 2 and segments[0] == "v1":
        way = JOBS.get(segments[2][:4]) if segments[1] == "jobs" and len(segments) > 2 else None
        return way or NOUNS.get(segments[1]) or OPEN.get(text)
    return OPEN.get(text) or (OPEN_BELOW.get(segments[0]) if len(segments) == 2 else None)
