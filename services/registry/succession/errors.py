"""Why the registry refuses something about successions."""

from collections.abc import Sequence
from typing import Any

from kernel.errors import Conflict, NotFound, Unprocessable


class SuccessionUnknown(NotFound):
    """No succession has this code."""

    code = "succession_unknown"
    title = "There is no such succession"

    def __init__(self, succession: str) -> None:
        super().__init__(f"No succession has the code {succession}.", succession=succession)


class LineUnknown(NotFound):
    """The succession has no line of this number, or the client is not open to its plan."""

    code = "succession_line_unknown"
    title = "The succession has no such line"

    def __init__(self, succession: str, number: int) -> None:
        super().__init__(f"{succession} has no line {number}.", succession=succession, line=number)


class SuccessionWrong(Unprocessable):
    """A succession that cannot have been."""

    code = "succession_invalid"
    title = "This succession cannot be"

    def __init__(self, findings: Sequence[dict[str, Any]]) -> None:
        super().__init__(f"{len(findings)} things speak against it.", errors=list(findings))


class SuccessionExists(Conflict):
    """The same fact is recorded, or another that ends the same agency, or the code is taken."""

    code = "succession_exists"
    title = "This succession is recorded already"

    def __init__(self, detail: str, succession: str) -> None:
        super().__init__(detail, succession=succession)


class SuccessionWithdrawn(Conflict):
    """Nothing moves by a withdrawn succession."""

    code = "succession_withdrawn"
    title = "The succession was withdrawn"

    def __init__(self, succession: str) -> None:
        super().__init__(f"Record {succession} anew to confirm it.", succession=succession)


class SuccessionConfirmed(Conflict):
    """What was confirmed is not withdrawn: a later fact follows it."""

    code = "succession_confirmed"
    title = "The succession was confirmed"

    def __init__(self, succession: str) -> None:
        super().__init__(f"{succession} holds; record a later succession instead.", succession=succession)


class LineDecided(Conflict):
    """A line has other receivers already."""

    code = "succession_line_decided"
    title = "This was decided otherwise before"

    def __init__(self, lines: Sequence[int]) -> None:
        super().__init__("Record a later transfer to move it on; nothing is overwritten.", lines=list(lines))


class LineFollows(Conflict):
    """An occurrence goes with its obligation."""

    code = "succession_line_follows"
    title = "Another line decides about this one"

    def __init__(self, number: int, follows: int) -> None:
        super().__init__(f"Line {number} goes with line {follows}; change that one.", line=number, follows=follows)


class ChoiceWrong(Unprocessable):
    """Lines or receivers that this succession does not have."""

    code = "succession_choice_invalid"
    title = "These lines or receivers are not of this succession"

    def __init__(self, findings: Sequence[dict[str, Any]]) -> None:
        super().__init__(f"{len(findings)} choices are wrong.", errors=list(findings))
