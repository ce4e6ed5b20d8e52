"""The two shares, and where the rows behind a figure stand. Values in, value out."""

from dataclasses import dataclass
from urllib.parse import urlencode

from services.submissions.compliance.schemas import FiguresRead

COUNTED = ("counted", "true")
DECIDED = [("clock", "on_time"), ("clock", "late"), ("clock", "overdue")]
ROWS: dict[str, list[tuple[str, str]]] = {
    "expected": [COUNTED],
    "received": [COUNTED, ("state", "submitted"), ("state", "returned"), ("state", "accepted")],
    "missing": [COUNTED, ("state", "owed"), ("state", "draft")],
    "accepted": [COUNTED, ("state", "accepted")],
    "decided": [COUNTED, *DECIDED],
    "on_time": [COUNTED, ("clock", "on_time")],
    "late": [COUNTED, ("clock", "late")],
    "overdue": [COUNTED, ("clock", "overdue")],
    "waived": [("standing", "waived")],
    "voluntary": [("standing", "voluntary")],
    "same_report": [("standing", "same_report")],
    "not_open": [("standing", "not_open")],
}
"""For each figure the filters of `/v1/occurrences` that give exactly its rows."""
_QUERIES = {name: urlencode(filters) for name, filters in ROWS.items()}


@dataclass(frozen=True, slots=True)
class Counts:
    """What the ledger holds for one group, in the order in which it is asked."""

    expected: int = 0
    received: int = 0
    accepted: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    waived: int = 0
    voluntary: int = 0
    same_report: int = 0
    not_open: int = 0


def reckon(counts: Counts, narrowing: dict[str, str]) -> FiguresRead:
    """Return the figures of one group; `narrowing` leads to its rows."""
    decided = counts.on_time + counts.late + counts.overdue
    return FiguresRead(
        expected=counts.expected,
        received=counts.received,
        missing=counts.expected - counts.received,
        accepted=counts.accepted,
        decided=decided,
        on_time=counts.on_time,
        late=counts.late,
        overdue=counts.overdue,
        completeness=share(counts.received, counts.expected),
        punctuality=share(counts.on_time, decided),
        waived=counts.waived,
        voluntary=counts.voluntary,
        same_report=counts.same_report,
        not_open=counts.not_open,
        links=_links(narrowing),
    )


def share(part: int, whole: int) -> float | None:
    """Return a share between 0 and 1, or None of nothing."""
    return None if whole == 0 else round(part / whole, 4)


def _links(narrowing: dict[str, str]) -> dict[str, str]:
    asked = urlencode(narrowing)
    start = f"/v1/occurrences?{asked}&" if asked else "/v1/occurrences?"
    return {name: start + query for name, query in _QUERIES.items()}
