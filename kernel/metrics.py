"""What a process counts about itself; served at /metrics, inside only."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response

REQUESTS = Counter("gcm_requests_total", "Answers given", ["method", "status"])
REQUEST_SECONDS = Histogram("gcm_request_seconds", "Time from request to answer", ["method"])
EVENTS_UNSEALED = Gauge("gcm_events_unsealed", "Committed events that have no position yet")
FEED_PAGE = Gauge("gcm_feed_page", "Events in the page last read from a feed; full pages mean lag", ["source"])
LOOP_FAILURES = Counter("gcm_loop_failures_total", "Worker steps that raised", ["loop"])


def metrics_response() -> Response:
    """Return all figures in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
