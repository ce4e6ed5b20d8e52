"""Why the progress of tasks cannot be read."""

from kernel.errors import NotFound


class PlanHasNoTasks(NotFound):
    """The plan is not known, has no tasks, or your client is not open to it."""

    code = "task_progress_plan_unknown"
    title = "No tasks of this plan can be read"

    def __init__(self, plan: str) -> None:
        super().__init__(f"There are no tasks of a plan {plan} that you may read.", plan=plan)
