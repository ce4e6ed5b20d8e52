"""What the versions of a form say is worked out once, and anew when there is another version."""

from services.submissions.data.figure_book import FigureBook, book_of
from tests.submissions.service import Service


async def test_a_book_is_made_once_for_the_same_versions(service: Service):
    (first,) = service.app.state.parts.forms.list_versions("migration-data")[:1]
    second = first.model_copy(update={"version": first.version + 1, "tables": first.tables[:1]})

    alone, both = book_of([first]), book_of([first, second])
    assert book_of([first]) is alone
    assert book_of([first, second]) is both
    assert (set(alone.versions), set(both.versions)) == ({1}, {1, 2})
    assert both.indicators_of(2) < both.indicators_of(1) == alone.indicators_of(1)
    assert (alone.indicators_of(2), both.comparable(1, 2)) == (frozenset(), both.indicators_of(2))
    assert alone.indicators == FigureBook([first]).indicators
