"""A form of more reports than a statement takes parameters."""

from datetime import date
from uuid import UUID

from services.submissions.data.store import DataStore
from services.submissions.disclosure.origin import built_from_below
from services.submissions.disclosure.selecting import Accepted
from services.submissions.disclosure.store import DisclosureStore
from tests.submissions.service import Service

MANY = [UUID(int=number) for number in range(33_000)]
DAY = date(2026, 7, 1)


def accepted(one: UUID) -> Accepted:
    return Accepted(one, one, "A", "O", "2026-S1", DAY, DAY, 1, 2026, DAY)


async def test_many_reports_are_asked_about_at_once(service: Service):
    async with service.app.state.runtime.database.transaction() as session:
        assert await DataStore(session).list_built(MANY) == {}
        assert await built_from_below(session, MANY) == frozenset()
        assert await DisclosureStore(session).list_figures([accepted(one) for one in MANY], ["X"]) == []
