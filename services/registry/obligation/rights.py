"""Who may change an obligation: the steward of its plan, the steward of the plan above, or an administrator."""

from services.registry.plan.stewards import NotSteward, Steward


def require_plan_steward(steward: Steward, plan: str | None, above: str | None) -> None:
    """Refuse a caller that is steward neither of the plan nor of the one that it derives from.

    What belongs to no plan is a matter of national stewards.
    """
    if steward.is_administrator:
        return
    own = {one.plan for one in steward.stewardships}
    is_national = any(one.is_national for one in steward.stewardships)
    if not (is_national if plan is None else own & {plan, above}):
        raise NotSteward(steward.agency)
