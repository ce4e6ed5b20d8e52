"""Why a webhook endpoint is refused."""

from kernel.errors import Conflict, Unprocessable


class TargetRefused(Unprocessable):
    """An address that webhooks may not be sent to."""

    code = "webhook_target_refused"
    title = "Webhooks cannot be sent to this address"

    def __init__(self, rule: str, detail: str) -> None:
        error = {"rule": rule, "severity": "error", "pointer": "/url", "message": detail}
        super().__init__(detail, errors=[error])


class PlanNotOpen(Unprocessable):
    """A plan that the client is not open to."""

    code = "plan_not_open"
    title = "The client is not open to this plan"

    def __init__(self, plans: list[str]) -> None:
        super().__init__(f"The client is not open to: {', '.join(plans)}.", plans=plans)


class TooManyEndpoints(Conflict):
    """The agency has as many endpoints as it may have."""

    code = "endpoint_limit_reached"
    title = "The agency has no room for another endpoint"

    def __init__(self, limit: int) -> None:
        super().__init__(f"An agency has at most {limit} endpoints; delete one first.", limit=limit)


class EndpointDisabled(Conflict):
    """Nothing is sent to a disabled endpoint."""

    code = "endpoint_disabled"
    title = "The endpoint is disabled"

    def __init__(self, endpoint: str) -> None:
        super().__init__('Enable it first: PATCH with {"state": "enabled"}.', endpoint=endpoint)
