"""Why a consolidation is refused."""

from decimal import Decimal
from uuid import UUID

from kernel.errors import Conflict, Forbidden, NotFound, Unprocessable


class NothingBelow(Conflict):
    """No report below leads into this one."""

    code = "consolidation_nothing_below"
    title = "No report below leads into this one"

    def __init__(self, obligation: str) -> None:
        super().__init__("No cycle in its period names this report as its next level.", obligation=obligation)


class SourcesClosed(Forbidden):
    """The client is not open to the plan of a report below."""

    code = "consolidation_plan_closed"
    title = "The client is not open to the plans of all reports below"

    def __init__(self) -> None:
        super().__init__("A whole from a part of the reports would be wrong. Use a client open to all of them.")


class ConsolidationNotFound(NotFound):
    """Nothing was built, or it is not the caller's to see."""

    def __init__(self) -> None:
        super().__init__("There is no such consolidation that concerns you.")


class DraftFiguresChanged(Conflict):
    """The draft has figures that building anew would lose."""

    code = "consolidation_draft_changed"
    title = "The draft's figures were changed since they were built"

    def __init__(self, occurrence: UUID) -> None:
        super().__init__(
            "Put your own figures into `own_part`, and build with `replace_draft` to give up those in the draft.",
            occurrence=str(occurrence),
        )


class CellUnknown(Unprocessable):
    """The latest build has no such cell."""

    code = "consolidation_cell_unknown"
    title = "There is no such cell"

    def __init__(self, indicator: str) -> None:
        super().__init__("Name a cell of the latest build, with all of its dimensions.", indicator=indicator)


class CellNotSummed(Unprocessable):
    """Only sums are adjusted for double counting."""

    code = "consolidation_cell_not_summed"
    title = "This figure is no sum"

    def __init__(self, indicator: str, rule: str) -> None:
        super().__init__(f"The figures of {indicator} are put together by {rule}.", indicator=indicator, rule=rule)


class AdjustmentNotWhole(Unprocessable):
    """A count is adjusted by whole numbers."""

    code = "consolidation_adjustment_not_whole"
    title = "This figure takes whole numbers only"

    def __init__(self, indicator: str, amount: Decimal) -> None:
        super().__init__(f"{indicator} is a count: {amount} would leave a part of one.", indicator=indicator)


class AdjustmentWithdrawn(Conflict):
    """The line was withdrawn before."""

    code = "consolidation_adjustment_withdrawn"
    title = "This adjustment was withdrawn already"

    def __init__(self) -> None:
        super().__init__("An adjustment is withdrawn once; add another one instead.")
