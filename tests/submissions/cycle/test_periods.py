"""Periods as they are written."""

from datetime import date

import pytest

from services.submissions.cycle.errors import PeriodUnreadable
from services.submissions.cycle.periods import read_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-S1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-S2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2025-12-15/P6M", date(2025, 12, 15), date(2026, 6, 14)),
        ("2025-12-15/P12M", date(2025, 12, 15), date(2026, 12, 14)),
        ("2020-01-01/P24M", date(2020, 1, 1), date(2021, 12, 31)),
    ],
)
def test_a_written_period_covers_these_days(text, start, end):
    period = read_period(text)

    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "text", ["", "26", "2026-S3", "2026-13-01/P6M", "2026-01-31/P1M", "2026-01-01/P0M", "1999", "٢٠٢٦"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(PeriodUnreadable) as refusal:
        read_period(text)

    assert refusal.value.status == 422
