"""Answers queries over figures: who may see what, which reports count, which rules hold, and then the figures."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from services.submissions.cycle.counting import ProvinceMap
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.viewer import Viewer
from services.submissions.data import rules
from services.submissions.data.answer import Answer, Figure, Note
from services.submissions.data.cells_query import Grouping, Selection
from services.submissions.data.changes import Comparison, changed_pairs, gone
from services.submissions.data.choosing import Chooser
from services.submissions.data.counting_once import Counted
from services.submissions.data.cursor import Seen, fingerprint_of, query_of
from services.submissions.data.errors import CursorOutdated, QueryRefused
from services.submissions.data.figure_book import FigureBook, book_of
from services.submissions.data.provinces import ProvinceMapping
from services.submissions.data.restricted import Restricted, note_of
from services.submissions.data.shaping import shape_groups, shape_single
from services.submissions.data.store import DataStore
from services.submissions.data.versions import Version
from services.submissions.data.versions_query import NOW, Moment
from services.submissions.data.wanted import Wanted, column_of
from services.submissions.disclosure.origin import built_from_below
from services.submissions.disclosure.service import DisclosureService
from services.submissions.form.errors import FormNotFound
from services.submissions.form.shelf import FormShelf

Pieces = AsyncIterator[Sequence[Figure]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with everything that answering it needs."""

    wanted: Wanted
    book: FigureBook
    columns: tuple[str, ...]
    mapping: ProvinceMapping
    indicators: frozenset[str]
    released: frozenset[str]
    """Indicators of which only what is released is shown,"""
    own: frozenset[UUID]
    """but for these reports, which are the caller's own."""

    @property
    def grouping(self) -> Grouping:
        """How figures are put together."""
        return Grouping(self.columns, rules.rules_in_use(self.wanted, self.book))

    @property
    def read_whole(self) -> frozenset[str]:
        """The indicators of which some report is read whole."""
        return self.indicators if self.own else self.indicators - self.released

    def narrow(self, chosen: Selection) -> Selection:
        """Leave out of the reports of others what is not read whole."""
        if not (self.own and self.released):
            return chosen
        narrowed = (
            one
            if one.version.facts.occurrence in self.own
            else replace(one, left_out=one.left_out | self.released)
            for one in chosen.counted
        )
        return replace(chosen, counted=[one for one in narrowed if self._says(one)])

    def _says(self, one: Counted) -> bool:
        return bool(self.book.indicators_of(one.version.form_version) - one.left_out)


class DataService:
    """Reads figures within what a caller may see. The session must be one that nobody writes with."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf) -> None:
        self._session = session
        self._clock = clock
        self._forms = forms
        self._store = DataStore(session)
        self._disclosure = DisclosureService(session=session, clock=clock)

    async def freeze(self) -> None:
        """Make everything that is read belong to one moment; nothing may have been read before."""
        await self._store.freeze()

    async def fetch_book(self, form: str) -> FigureBook:
        """Return what the versions of a form say about its figures, or refuse when there is no such form."""
        await self._forms.refresh(self._session)
        versions = self._forms.list_versions(form)
        if not versions:
            raise FormNotFound(form)
        return book_of(versions)

    async def read(self, caller: Caller, wanted: Wanted) -> tuple[Answer, list[Figure]]:
        """Return an answer with all of its figures at once, for those who need few of them."""
        answer = await self.answer(caller, wanted, await self.fetch_book(wanted.form))
        return answer, [figure async for piece in answer.pieces for figure in piece]

    async def answer(self, caller: Caller, wanted: Wanted, book: FigureBook) -> Answer:
        """Return the figures that are wanted."""
        rules.require_answerable(wanted, book)
        viewer = await read_viewer(self._session, caller, self._clock.today())
        (versions,) = await self._store.list_versions(viewer, wanted, [Moment(known_at=wanted.known_at)])
        asked = await self._ask(viewer, wanted, book, versions)
        chooser = Chooser(self._store, book, wanted)
        chosen = asked.narrow(await chooser.choose(versions, asked.read_whole, asked.mapping))
        now = self._clock()
        notes = list(chooser.notes)
        return Answer(
            wanted=wanted,
            book=book,
            columns=asked.columns,
            as_of=now,
            notes=notes,
            pieces=self._all_pieces(chosen, asked, versions, wanted.known_at or now, notes),
            versions=sorted({one.version.form_version for one in chosen.counted}),
            cursor=None if wanted.known_at else await self._cursor(wanted, chosen, now),
        )

    async def changes(self, caller: Caller, wanted: Wanted, book: FigureBook, seen: Seen) -> Answer:
        """Return what changed in the answer to a query since a cursor."""
        _require_same_query(wanted, seen)
        rules.require_answerable(wanted, book)
        if seen.epoch != await self._store.epoch():
            raise CursorOutdated("The installation was set up anew or restored since.")
        viewer = await read_viewer(self._session, caller, self._clock.today())
        moments = [Moment(snapshot=seen.snapshot), NOW]
        before, after = await self._store.list_versions(viewer, wanted, moments)
        asked = await self._ask(viewer, wanted, book, after)
        old = asked.narrow(
            await Chooser(self._store, book, wanted).choose(before, asked.read_whole, asked.mapping)
        )
        if fingerprint_of(old) != seen.fingerprint:
            raise CursorOutdated("What you may see, the map or a rule changed since.")
        chooser = Chooser(self._store, book, wanted)
        new = asked.narrow(await chooser.choose(after, asked.read_whole, asked.mapping))
        now = self._clock()
        released_before, _ = await self._release(asked, before, seen.as_of)
        released, suppressed = await self._release(asked, after, now)
        return Answer(
            wanted=wanted,
            book=book,
            columns=asked.columns,
            as_of=now,
            notes=[*suppressed, *chooser.notes],
            pieces=self._differences(old, new, asked, (released_before, released)),
            versions=sorted({one.version.form_version for one in new.counted}),
            cursor=await self._cursor(wanted, new, now),
            is_delta=True,
        )

    async def _ask(self, viewer: Viewer, wanted: Wanted, book: FigureBook, versions: Sequence[Version]) -> Asked:
        indicators = frozenset(wanted.indicators) or frozenset(book.indicators)
        released = frozenset(code for code in indicators if book.indicators[code].is_closed_to(viewer.caller))
        own = await self._find_own(viewer, wanted, versions) if released else frozenset()
        if own and len(own) == len({one.facts.occurrence for one in versions}):
            released, own = frozenset(), frozenset()
        columns = _columns(wanted, book, indicators)
        return Asked(wanted, book, columns, await self._map(wanted), indicators, released, own)

    async def _find_own(self, viewer: Viewer, wanted: Wanted, versions: Sequence[Version]) -> frozenset[UUID]:
        """Return the caller's own reports that are read whole: none that was built, and none whose figures come
        together with those of such a report or of others."""
        reports = {one.facts.occurrence: one.facts.agency for one in versions}
        own = {occurrence for occurrence, agency in reports.items() if agency in viewer.stands_for}
        built = await built_from_below(self._session, own)
        if wanted.group_by is None:
            return frozenset(own - built)
        builders = {reports[occurrence] for occurrence in built}
        whole = frozenset(one for one in own if reports[one] not in builders)
        return whole if not wanted.joins_agencies or len(whole) == len(reports) else frozenset()

    async def _map(self, wanted: Wanted) -> ProvinceMapping:
        followed = [] if wanted.map is ProvinceMap.THEN else await self._store.list_followed()
        return ProvinceMapping(followed, self._clock.today())

    async def _cursor(self, wanted: Wanted, chosen: Selection, now: datetime) -> str:
        epoch, snapshot = await self._store.moment()
        return Seen(epoch, snapshot, now, query_of(wanted), fingerprint_of(chosen)).written()

    async def _release(
        self, asked: Asked, versions: Sequence[Version], at: datetime
    ) -> tuple[list[Figure], list[Note]]:
        """Return the figures of indicators that the caller may not read whole, as they are released."""
        if not asked.released:
            return [], []
        wanted = asked.wanted
        found = await self._disclosure.read(wanted.form, asked.released, periods=wanted.periods, known_at=at)
        successors = await self._store.list_successors() if wanted.joins_periods else {}
        restricted = Restricted(wanted, asked.book, asked.mapping, asked.columns, successors)
        others = [one for one in versions if one.facts.occurrence not in asked.own]
        return restricted.shape(found.cells, others), [note_of(found, asked.released, others)]

    async def _all_pieces(
        self, chosen: Selection, asked: Asked, versions: Sequence[Version], at: datetime, notes: list[Note]
    ) -> Pieces:
        """Return what is read whole, then what is released, which takes long to work out: nothing waits for it."""
        async for piece in self._pieces(chosen, asked):
            yield piece
        released, suppressed = await self._release(asked, versions, at)
        notes += suppressed
        if released:
            yield released

    async def _pieces(self, chosen: Selection, asked: Asked) -> Pieces:
        if chosen.counted and chosen.indicators:
            is_single = asked.wanted.group_by is None
            read = self._single(chosen, asked) if is_single else self._groups(chosen, asked)
            async for piece in read:
                yield piece

    async def _single(self, chosen: Selection, asked: Asked) -> Pieces:
        async for reports, rows in self._store.read_single(chosen):
            yield shape_single(chosen, asked.columns, reports, rows)

    async def _groups(self, chosen: Selection, asked: Asked) -> Pieces:
        grouping = asked.grouping
        async for rows in self._store.read_groups(chosen, grouping):
            yield shape_groups(chosen, asked.columns, rows, grouping)

    async def _differences(
        self, old: Selection, new: Selection, asked: Asked, released: Sequence[Sequence[Figure]]
    ) -> Pieces:
        is_single = asked.wanted.group_by is None
        compared = Comparison(asked.columns, is_single=is_single)
        pairs = [(old, new)]
        if is_single:
            changed = changed_pairs(old.counted, new.counted)
            pairs = [(replace(old, counted=was), replace(new, counted=now)) for was, now in changed]
        for was, now in pairs:
            before = compared.by_name([one async for piece in self._pieces(was, asked) for one in piece])
            async for piece in self._pieces(now, asked):
                yield list(compared.changes(before, piece))
            yield list(gone(before))
        before = compared.by_name(released[0])
        yield list(compared.changes(before, released[1]))
        yield list(gone(before))


def _require_same_query(wanted: Wanted, seen: Seen) -> None:
    errors = []
    if wanted.known_at is not None:
        message = "Changes are told up to now: leave `known_at` out."
        errors.append({"parameter": "known_at", "rule": "not_with_since", "message": message})
    elif query_of(wanted) != seen.query:
        message = "The cursor was given for another query: ask the same again."
        errors.append({"parameter": "since", "rule": "cursor_of_other_query", "message": message})
    if errors:
        raise QueryRefused(errors)


def _columns(wanted: Wanted, book: FigureBook, indicators: frozenset[str]) -> tuple[str, ...]:
    """Return the columns of the answer; single figures have all that name them."""
    if wanted.group_by is not None:
        return wanted.group_by
    dimensions = (column_of(name) for name in book.dimensions_of(indicators))
    return ("indicator", "period", "agency", "province", "obligation", *dimensions)
