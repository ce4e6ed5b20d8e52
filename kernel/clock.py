"""The two clocks. Real time is for tokens, leases and retries; business time decides what is due."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]
"""Says what time it is: an aware instant in UTC."""


def real_now() -> datetime:
    """Return the real time, aware and in UTC."""
    return datetime.now(UTC)


class BusinessClock:
    """Real time plus an offset that stays zero outside sandbox mode."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def __call__(self) -> datetime:
        return real_now() + self.offset

    def today(self) -> date:
        """Return the present day in Viet Nam."""
        return day_in_vietnam(self())


def day_in_vietnam(instant: datetime) -> date:
    """Return the calendar day that an instant falls on in Viet Nam."""
    return instant.astimezone(VIETNAM).date()


def end_of_day(day: date) -> datetime:
    """Return the last microsecond of a day in Viet Nam."""
    return datetime.combine(day, time.max, tzinfo=VIETNAM)


def in_vietnam(instant: datetime) -> str:
    """Write an instant the way every answer shows it: RFC 3339 with +07:00."""
    return instant.astimezone(VIETNAM).isoformat()
