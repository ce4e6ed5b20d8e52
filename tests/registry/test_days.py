"""Days on the wire: every day that passes has a day before it and a year after it."""

from datetime import date, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from services.registry.days import FIRST_DAY, LAST_DAY, Day

DAY = TypeAdapter(Day)


@pytest.mark.parametrize("day", [date.min, FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1), date.max])
def test_a_day_at_the_end_of_all_days_is_refused(day: date):
    with pytest.raises(ValidationError):
        DAY.validate_python(day.isoformat())


@pytest.mark.parametrize("day", [FIRST_DAY, date(2026, 7, 1), LAST_DAY])
def test_a_day_between_is_read(day: date):
    assert DAY.validate_python(day.isoformat()) == day
