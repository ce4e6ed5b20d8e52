"""The two shares, and where the rows behind a figure stand. Values in, value out."""

from dataclasses import dataclass
from urllib.parse import urlencode

from services.submissions.compliance.schemas import FiguresRead

ROWS: dict[str, list[tuple[str, str]]] = {
    "expected": [],
    "received": [("state", "submitted"), ("state", "returned"), ("state", "accepted")],
    "missing": [("state", "owed"), ("state", "draft")],
    "accepted": [("state", "accepted")],
    "on_time": [("clock", "on_time")],
    "late": [("clock", "late")],
    "overdue": [("clock", "overdue")],
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What the ledger holds for one group."""

    expected: int = 0
    received: int = 0
    accepted: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0


def reckon(counts: Counts, narrowing: dict[str, str]) -> FiguresRead:
    """Return the figures of one group; `narrowing` leads to its rows."""
    return FiguresRead(
        expected=counts.expected,
        received=counts.received,
        missing=counts.expected - counts.received,
        accepted=counts.accepted,
        on_time=counts.on_time,
        late=counts.late,
        overdue=counts.overdue,
        completeness=share(counts.received, counts.expected),
        punctuality=share(counts.on_time, counts.on_time + counts.late + counts.overdue),
        links={name: _link(narrowing, extra) for name, extra in ROWS.items()},
    )


def share(part: int, whole: int) -> float | None:
    """Return a share between 0 and 1, or None of nothing."""
    return None if whole == 0 else round(part / whole, 4)


def _link(narrowing: dict[str, str], extra: list[tuple[str, str]]) -> str:
    return "/v1/occurrences?" + urlencode([("counted", "true"), *narrowing.items(), *extra])
