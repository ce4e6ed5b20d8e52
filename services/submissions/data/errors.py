"""Why a query over figures is refused."""

from typing import Any

from kernel.errors import Gone, TooManyRequests, Unprocessable


class QueryRefused(Unprocessable):
    """The query asks for what there is not, or for what a rule forbids."""

    code = "data_query_refused"
    title = "The query over figures cannot be answered"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("See `errors`: each names the query parameter and the rule.", errors=errors)


class CursorOutdated(Gone):
    """A cursor after which changes can no longer be told completely."""

    code = "data_cursor_outdated"
    title = "Read everything again: changes since this cursor cannot be told"

    def __init__(self, why: str) -> None:
        super().__init__(why)


class DataBusy(TooManyRequests):
    """As many answers as this process gives at once are under way."""

    code = "data_busy"
    title = "Too many exports are under way"

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__("Try again in a moment.", headers={"Retry-After": str(retry_after)})
