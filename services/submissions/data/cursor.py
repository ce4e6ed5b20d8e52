"""What a reader had seen, as a cursor: which transactions, of which reports, and for which query.

A snapshot of the database names exactly the transactions that were finished when an answer was read, so nothing is
missed that was under way then. The fingerprint of what counted shows whether the same would still count the same
way: when rights, maps or rules changed since, changes cannot be told and everything has to be read again.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from kernel.paging import read_cursor, write_cursor
from services.submissions.data.cells_query import Selection
from services.submissions.data.wanted import Wanted

SNAPSHOT = re.compile(r"\d{1,19}:\d{1,19}:(\d{1,19}(,\d{1,19})*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cursor says."""

    epoch: UUID
    snapshot: str
    as_of: datetime
    query: str
    fingerprint: str

    def written(self) -> str:
        """Return the opaque text that readers keep."""
        parts = (str(self.epoch), self.snapshot, self.as_of.isoformat(), self.query, self.fingerprint)
        return write_cursor(*parts)


def read_seen(text: str) -> Seen:
    """Return what a cursor says, or refuse one that is not ours."""
    parts = read_cursor(text, UUID, _snapshot, datetime.fromisoformat, str, str)
    assert parts is not None
    return Seen(*parts)


def _snapshot(text: str) -> str:
    if not SNAPSHOT.fullmatch(text) or any(int(n) >= 2**63 for n in re.findall(r"\d+", text)):
        raise ValueError("no snapshot")
    lowest, highest = (int(part) for part in text.split(":")[:2])
    if not 0 < lowest <= highest:
        raise ValueError("no snapshot")
    return text


def query_of(wanted: Wanted) -> str:
    """Return what tells one query from another."""
    asked: dict[str, Any] = {
        "form": wanted.form,
        "periods": sorted(wanted.periods),
        "span": [wanted.span.first, wanted.span.last],
        "agencies": sorted(wanted.agencies),
        "provinces": sorted(wanted.provinces),
        "obligations": sorted(wanted.obligations),
        "plans": sorted(wanted.plans),
        "indicators": sorted(wanted.indicators),
        "dimensions": {name: sorted(codes) for name, codes in sorted(wanted.dimensions.items())},
        "group_by": wanted.group_by,
        "map": wanted.map,
        "include": wanted.include,
    }
    return _digest(asked)


def fingerprint_of(chosen: Selection) -> str:
    """Return what tells whether the same reports count in the same way."""
    counted: Iterable[Any] = sorted(
        [str(one.version.submission), chosen.province_of(one), sorted(one.left_out)] for one in chosen.counted
    )
    rules = {code: chosen.book.indicators[code].indicator.roll_up.model_dump() for code in chosen.indicators}
    return _digest([list(counted), dict(sorted(chosen.units.items())), dict(sorted(rules.items()))])


def _digest(content: Any) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
