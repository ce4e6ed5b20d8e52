"""What stood beside a body: who sent it, as what, for which report. Kept with the job until it is done."""

from dataclasses import asdict, dataclass
from typing import Any

from kernel.callers import Caller
from services.submissions.checking.read_json import Envelope


@dataclass(frozen=True, slots=True)
class Order:
    """A request to take a report."""

    by: Caller
    content_type: str
    query: Envelope
    nil: list[str]
    dry_run: bool

    @property
    def caller(self) -> dict[str, Any]:
        """Who asked, as it is kept."""
        known = asdict(self.by)
        return {**known, "scopes": sorted(self.by.scopes), "plans": sorted(self.by.plans)}

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as it is kept."""
        query = {name: getattr(self.query, name) for name in Envelope.__slots__}
        return {"content_type": self.content_type, "query": query, "nil": self.nil, "dry_run": self.dry_run}


def read_order(caller: dict[str, Any], asked: dict[str, Any]) -> Order:
    """Return a request as it was kept."""
    by = {**caller, "scopes": frozenset(caller["scopes"]), "plans": frozenset(caller["plans"])}
    return Order(Caller(**by), asked["content_type"], Envelope(**asked["query"]), asked["nil"], asked["dry_run"])
