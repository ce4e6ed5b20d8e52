"""Why the registry refuses something about plans."""

from datetime import date

from kernel.errors import Conflict, NotFound


class PlanUnknown(NotFound):
    """No plan has this code, or the client is not open to it."""

    code = "plan_unknown"
    title = "There is no such plan"

    def __init__(self, plan: str) -> None:
        super().__init__(f"No plan has the code {plan}.", plan=plan)


class TaskUnknown(NotFound):
    """The plan has no line with this code."""

    code = "task_unknown"
    title = "The plan has no such task"

    def __init__(self, plan: str, task: str) -> None:
        super().__init__(f"{plan} has no task {task}.", plan=plan, task=task)


class PlanVersionUnknown(NotFound):
    """The plan has no version with this number."""

    code = "plan_version_unknown"
    title = "The plan has no such version"

    def __init__(self, plan: str, version: int) -> None:
        super().__init__(f"{plan} has no version {version}.", plan=plan, version=version)


class PlanDraftUnknown(NotFound):
    """Nobody is preparing a version of this plan, or the caller is not on its steward's side."""

    code = "plan_draft_unknown"
    title = "There is no such draft"

    def __init__(self, plan: str) -> None:
        super().__init__(f"There is no draft of {plan}.", plan=plan)


class PlanDraftExists(Conflict):
    """A version of this plan is being prepared already."""

    code = "plan_draft_exists"
    title = "There is a draft of this plan already"

    def __init__(self, plan: str) -> None:
        super().__init__(f"Publish or discard the draft of {plan} first.", plan=plan)


class PlanExists(Conflict):
    """The instrument orders a plan that is published already."""

    code = "plan_exists"
    title = "The plan is published already"

    def __init__(self, plan: str) -> None:
        super().__init__(
            f"{plan} is published. Amend it instead; a document that is another plan gets another code.", plan=plan
        )


class PlanVersionDayWrong(Conflict):
    """The new version would begin in the future, or not after the version that it follows."""

    code = "plan_version_day_invalid"
    title = "A version of the plan cannot begin on that day"

    def __init__(self, detail: str, day: date) -> None:
        super().__init__(detail, in_force_from=day.isoformat())
