"""Why the registry refuses something about plans."""

from kernel.errors import NotFound


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
