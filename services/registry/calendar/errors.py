"""Why the calendar refuses."""

from datetime import date

from kernel.errors import Unprocessable


class DaysTooMany(Unprocessable):
    """A span of days that one answer cannot hold."""

    code = "days_out_of_range"
    title = "This span of days cannot be answered"

    def __init__(self, first: date, last: date, longest: int) -> None:
        super().__init__(
            f"Ask for a span that begins before it ends and holds at most {longest} days; "
            f"this one runs from {first} to {last}.",
            longest_days=longest,
        )
