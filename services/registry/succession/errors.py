"""Why the registry refuses something about successions."""

from kernel.errors import NotFound


class SuccessionUnknown(NotFound):
    """No succession has this code."""

    code = "succession_unknown"
    title = "There is no such succession"

    def __init__(self, succession: str) -> None:
        super().__init__(f"No succession has the code {succession}.", succession=succession)
