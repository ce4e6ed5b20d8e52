"""A day on the wire: ISO 8601 and nothing else."""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

FIRST_DAY = date.min + timedelta(days=366)
LAST_DAY = date.max - timedelta(days=366)
"""Between these a day has a day before it and a year after it."""


def _only_iso(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != len("2026-07-01"):
        raise ValueError("write a day as 2026-07-01")
    return value


Day = Annotated[date, BeforeValidator(_only_iso), Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A day as ISO 8601 writes it; no instants, no numbers."""
