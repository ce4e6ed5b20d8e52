"""Why the sandbox clock does not move, or not everywhere."""

from collections.abc import Sequence
from datetime import datetime

from kernel.clock import in_vietnam
from kernel.errors import Conflict, ServiceSilent


class ClockGoesForward(Conflict):
    """The business clock never goes back: what was due stays due."""

    code = "clock_goes_forward"
    title = "The sandbox clock only goes forward"

    def __init__(self, present: datetime) -> None:
        super().__init__(f"It is {in_vietnam(present)} already.", now=in_vietnam(present))


class ClockNotFollowed(ServiceSilent):
    """Some services did not take over the new time; the same request may be repeated."""

    code = "clock_not_followed"
    title = "Not every service follows the clock yet"

    def __init__(self, silent: Sequence[str]) -> None:
        super().__init__(", ".join(silent))
        self.detail = f"Did not follow: {', '.join(silent)}. Repeat the same request."
        self.facts["services"] = list(silent)
