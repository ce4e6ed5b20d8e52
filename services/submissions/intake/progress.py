"""How far a check is, told from the thread that checks to the loop that asks; and the word to stop."""


class JobLost(Exception):
    """The job was cancelled, or another attempt has it."""


class Progress:
    """One check under way."""

    def __init__(self) -> None:
        self._percent = 0.0
        self._is_lost = False

    @property
    def percent(self) -> int:
        """Whole per cent; 100 only when the outcome is kept."""
        return min(int(self._percent), 99)

    def reach(self, percent: float) -> None:
        """Say how far the check is; ends it when the job is lost."""
        if self._is_lost:
            raise JobLost()
        self._percent = percent

    def stop(self) -> None:
        """Let the check end at its next step."""
        self._is_lost = True
