"""Why the event log refuses."""

from collections.abc import Iterable

from kernel.errors import Unprocessable


class UnknownEventType(Unprocessable):
    """A type of event that does not exist."""

    code = "event_type_unknown"
    title = "There is no such type of event"

    def __init__(self, unknown: Iterable[str]) -> None:
        listed = sorted(unknown)
        super().__init__(
            f"Not a type of event: {', '.join(listed)}. All are listed at /v1/event-types.",
            errors=[{"rule": "event_type_unknown", "severity": "error", "value": one} for one in listed],
        )
