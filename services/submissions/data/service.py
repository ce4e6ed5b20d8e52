"""Answers queries over figures: who may see what, which reports count, which rules hold, and then the figures."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from services.submissions.cycle.counting import ProvinceMap
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.viewer import Viewer
from services.submissions.data import rules
from services.submissions.data.answer import Answer, Figure, Note
from services.submissions.data.cells_query import Grouping, Selection
from services.submissions.data.choosing import Chooser
from services.submissions.data.figure_book import PROVINCE_DIMENSION, FigureBook
from services.submissions.data.provinces import ProvinceMapping
from services.submissions.data.restricted import Restricted, note_of
from services.submissions.data.shaping import shape_groups, shape_single
from services.submissions.data.store import DataStore
from services.submissions.data.versions import Version
from services.submissions.data.versions_query import Moment
from services.submissions.data.wanted import Wanted, column_of
from services.submissions.disclosure.rights import reads_confidential
from services.submissions.disclosure.service import DisclosureService
from services.submissions.form.errors import FormNotFound
from services.submissions.form.shelf import FormShelf


@dataclass(frozen=True, slots=True)
class Readable:
    """What a caller may read of the indicators that it asks for."""

    open: frozenset[str]
    withheld: frozenset[str]


class DataService:
    """Reads figures within what a caller may see. The session must be one that nobody writes with."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf) -> None:
        self._session = session
        self._clock = clock
        self._forms = forms
        self._store = DataStore(session)

    async def freeze(self) -> str:
        """Make everything that is read belong to one moment, and say which; nothing may have been read before."""
        return await self._store.freeze()

    async def fetch_book(self, form: str) -> FigureBook:
        """Return what the versions of a form say about its figures, or refuse when there is no such form."""
        await self._forms.refresh(self._session)
        versions = self._forms.list_versions(form)
        if not versions:
            raise FormNotFound(form)
        return FigureBook(versions)

    async def answer(self, caller: Caller, wanted: Wanted, book: FigureBook) -> Answer:
        """Return the figures that are wanted."""
        rules.require_answerable(wanted, book)
        viewer = await read_viewer(self._session, caller, self._clock.today())
        readable = _readable(viewer, wanted, book)
        chooser = Chooser(self._store, book, wanted)
        mapping = await self._mapping(wanted)
        (versions,) = await self._store.list_versions(viewer, wanted, [Moment(known_at=wanted.known_at)])
        chosen = await chooser.choose(versions, readable.open, mapping)
        columns = _columns(wanted, book, readable.open | readable.withheld)
        restricted, suppressed = await self._restricted(
            Restricted(wanted, book, mapping, columns), readable.withheld, versions
        )
        return Answer(
            wanted=wanted,
            book=book,
            columns=columns,
            as_of=self._clock(),
            notes=[*suppressed, *chooser.notes],
            pieces=self._pieces(chosen, columns, wanted, restricted),
            versions=sorted({one.version.form_version for one in chosen.counted}),
            indicators=readable.open | readable.withheld,
        )

    async def read(self, caller: Caller, wanted: Wanted) -> tuple[Answer, list[Figure]]:
        """Return an answer with all of its figures at once, for those who need few of them."""
        answer = await self.answer(caller, wanted, await self.fetch_book(wanted.form))
        return answer, [figure async for piece in answer.pieces for figure in piece]

    async def _mapping(self, wanted: Wanted) -> ProvinceMapping:
        if wanted.map is ProvinceMap.THEN:
            return ProvinceMapping((), self._clock.today())
        return ProvinceMapping(await self._store.list_followed(), self._clock.today())

    async def _restricted(
        self, restricted: Restricted, indicators: frozenset[str], versions: Sequence[Version]
    ) -> tuple[list[Figure], list[Note]]:
        """Return the figures of indicators that the caller may not read whole, as they are released."""
        if not indicators:
            return [], []
        wanted = restricted.wanted
        disclosure = DisclosureService(session=self._session, clock=self._clock)
        released = await disclosure.read(wanted.form, indicators, periods=wanted.periods, known_at=wanted.known_at)
        return restricted.shape(released.cells, versions), [note_of(released, indicators)]

    async def _pieces(
        self, chosen: Selection, columns: tuple[str, ...], wanted: Wanted, restricted: Sequence[Figure]
    ) -> AsyncIterator[Sequence[Figure]]:
        async for piece in self._open_pieces(chosen, columns, wanted):
            yield piece
        if restricted:
            yield restricted

    async def _open_pieces(
        self, chosen: Selection, columns: tuple[str, ...], wanted: Wanted
    ) -> AsyncIterator[Sequence[Figure]]:
        if not chosen.counted or not chosen.indicators:
            return
        if wanted.group_by is None and not _carries_codes(chosen):
            async for reports, rows in self._store.read_single(chosen):
                yield shape_single(chosen, columns, reports, rows)
            return
        grouping = Grouping(columns, rules.rules_in_use(wanted, chosen.book))
        async for rows in self._store.read_groups(chosen, grouping):
            yield shape_groups(chosen, columns, rows, grouping)


def _readable(viewer: Viewer, wanted: Wanted, book: FigureBook) -> Readable:
    asked = frozenset(wanted.indicators) or frozenset(book.indicators)
    if reads_confidential(viewer.caller):
        return Readable(asked, frozenset())
    withheld = frozenset(code for code in asked if book.indicators[code].is_protected)
    return Readable(asked - withheld, withheld)


def _columns(wanted: Wanted, book: FigureBook, indicators: frozenset[str]) -> tuple[str, ...]:
    """Return the columns of the answer; single figures have all that name them."""
    if wanted.group_by is not None:
        return wanted.group_by
    dimensions = (column_of(name) for name in book.dimensions_of(indicators))
    return ("indicator", "period", "agency", "province", "obligation", *dimensions)


def _carries_codes(chosen: Selection) -> bool:
    """Say whether single figures of one report can become one on the wanted map."""
    return bool(chosen.units) and PROVINCE_DIMENSION in chosen.book.dimensions_of(chosen.indicators)
