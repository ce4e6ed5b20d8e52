"""Files that are stored under instruments: filed once each, given out piece by piece."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock, in_vietnam
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from kernel.paging import Page, cut, read_cursor
from kernel.stored_files import store
from kernel.uploads import Upload
from services.registry.base import table_of
from services.registry.instrument.errors import FileUnknown
from services.registry.instrument.schemas import FileRead
from services.registry.instrument.store import InstrumentStore
from services.registry.instrument.tables import FileChunk, InstrumentFile, StoredFile
from services.registry.keyset import page_of
from services.registry.plan.stewards import Steward

filed = table_of(InstrumentFile)
stored = table_of(StoredFile)
chunk = table_of(FileChunk)

FILES = sa.select(
    filed.c.id,
    filed.c.instrument,
    filed.c.name,
    stored.c.media_type,
    stored.c.length,
    stored.c.sha256,
    filed.c.author,
    filed.c.added_at,
).join(stored, stored.c.sha256 == filed.c.file)


class FileStore:
    """Reads and keeps stored files."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_files(self, instrument: str, after: tuple[Any, ...] | None, limit: int) -> Sequence[Any]:
        """Return up to `limit` files of an instrument in the order in which they came."""
        found = FILES.where(filed.c.instrument == instrument)
        return (await self._session.execute(page_of(found, (filed.c.id,), after, limit))).all()

    async def get(self, instrument: str, file: UUID) -> Any:
        """Return what is known of a file, or refuse."""
        found = FILES.where(filed.c.instrument == instrument, filed.c.id == file)
        row = (await self._session.execute(found)).one_or_none()
        if row is None:
            raise FileUnknown(instrument, str(file))
        return row

    async def store(self, upload: Upload, now: datetime) -> None:
        """Keep a content, unless it is kept already; never more than a piece of it is in memory."""
        await store(self._session, stored, chunk, upload, now)

    async def file_under(self, instrument: str, upload: Upload, author: str, now: datetime) -> tuple[Any, bool]:
        """File a stored content under an instrument; say whether it was not there before."""
        row = {
            "id": new_id(),
            "instrument": instrument,
            "file": upload.sha256,
            "name": upload.name,
            "author": author,
            "added_at": now,
        }
        adding = insert(filed).values(row).on_conflict_do_nothing().returning(filed.c.id)
        is_new = (await self._session.execute(adding)).one_or_none() is not None
        found = FILES.where(filed.c.instrument == instrument, filed.c.file == upload.sha256)
        return (await self._session.execute(found)).one(), is_new


class FileService:
    """Stores files under instruments and gives them out."""

    def __init__(
        self, *, instruments: InstrumentStore, store: FileStore, events: EventLog, clock: BusinessClock
    ) -> None:
        self._instruments = instruments
        self._store = store
        self._events = events
        self._clock = clock

    async def add(
        self, instrument: str, upload: Upload, steward: Steward, caller: Caller
    ) -> tuple[FileRead, bool]:
        """Store a file under an instrument. The same content again is the same file; say whether it is new."""
        row = await self._instruments.get(instrument)
        steward.require(*await self._instruments.list_provinces_of(row.issuer))
        now = self._clock()
        await self._store.store(upload, now)
        kept, is_new = await self._store.file_under(instrument, upload, steward.agency, now)
        file = _shown(kept)
        if is_new:
            after = file.model_dump(mode="json")
            told = NewEvent("instrument.file_stored", instrument, {"instrument": instrument}, after=after)
            await self._events.append(told, caller=caller)
        return file, is_new

    async def list_files(self, instrument: str, cursor: str | None, limit: int) -> Page[FileRead]:
        """Return a page of the files of an instrument."""
        await self._instruments.get(instrument)
        rows = await self._store.list_files(instrument, read_cursor(cursor, UUID), limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.id,))
        return Page(items=[_shown(row) for row in page], next_cursor=next_cursor)

    async def get(self, instrument: str, file: UUID) -> FileRead:
        """Return what is known of a file."""
        return _shown(await self._store.get(instrument, file))


def _shown(row: Any) -> FileRead:
    return FileRead.model_validate({**row._mapping, "added_at": in_vietnam(row.added_at)})
