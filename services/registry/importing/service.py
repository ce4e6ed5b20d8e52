"""The stories of imports: a file is read and judged without an effect, looked through, and applied as a whole."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock, in_vietnam
from kernel.etags import etag_of, require_match
from kernel.events import EventLog
from kernel.ids import new_id
from kernel.paging import Page, cut, read_cursor
from services.registry.importing.applying import Applying
from services.registry.importing.catalogue import Finding
from services.registry.importing.errors import ImportOutdated, ImportUnknown
from services.registry.importing.judging import Verdict
from services.registry.importing.judging_agencies import AgencyJudge
from services.registry.importing.judging_contacts import judge_contacts
from services.registry.importing.reading import Row, read_file
from services.registry.importing.rejected import rejected_file
from services.registry.importing.schemas import ImportRead, ImportRowRead
from services.registry.importing.state import RegistryState
from services.registry.importing.state_store import read_state
from services.registry.importing.store import ImportStore
from services.registry.importing.tables import FileFormat, ImportKind, ImportState, Outcome
from services.registry.plan.stewards import NotSteward, Steward


class ImportService:
    """Takes in spreadsheets of agencies and contacts."""

    def __init__(
        self, *, session: AsyncSession, store: ImportStore, events: EventLog, clock: BusinessClock
    ) -> None:
        self._session = session
        self._store = store
        self._events = events
        self._clock = clock

    async def preview(
        self, content: bytes, content_type: str, kind: ImportKind, reason: str, steward: Steward, caller: Caller
    ) -> ImportRead:
        """Read a file and keep what each of its rows would do."""
        if kind is ImportKind.AGENCIES and not (steward.is_administrator or steward.stewardships):
            raise NotSteward(steward.agency)
        table = await asyncio.to_thread(read_file, content, content_type, kind)
        state = await read_state(self._session, with_contacts=kind is ImportKind.CONTACTS)
        today = self._clock.today()
        verdicts = await asyncio.to_thread(judge, kind, state, table.rows, steward, reason, today)
        counts = Counter(verdict.outcome for verdict in verdicts)
        import_id = new_id()
        kept = {
            "id": import_id,
            "kind": kind,
            "state": ImportState.PREVIEWED,
            "format": table.format,
            "encoding": table.encoding,
            "digest": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "columns": list(table.columns.items()),
            "findings": [finding.as_kept() for finding in table.findings],
            "counts": {outcome.value: counts[outcome] for outcome in Outcome},
            "reason": reason,
            "looked_on": today,
            "agency": caller.acting_agency,
            "client": caller.client,
            "received_at": self._clock(),
        }
        await self._store.add(kept, [{"import_id": import_id, **_row(verdict)} for verdict in verdicts])
        return shown(await self._store.get(import_id))

    async def get(self, import_id: UUID, caller: Caller) -> ImportRead:
        """Return an import of the caller's agency."""
        return shown(await self._own(import_id, caller))

    async def list_rows(
        self, import_id: UUID, outcome: Outcome | None, caller: Caller, cursor: str | None, limit: int
    ) -> Page[ImportRowRead]:
        """Return a page of the rows of an import, in the order of the file."""
        await self._own(import_id, caller)
        rows = await self._store.list_rows(import_id, outcome, read_cursor(cursor, int), limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.number,))
        return Page(items=[_shown_row(row) for row in page], next_cursor=next_cursor)

    async def write_rejected(
        self, import_id: UUID, file_format: FileFormat, language: str, caller: Caller
    ) -> bytes:
        """Return the rejected rows as a file."""
        kept = await self._own(import_id, caller)
        rows = await self._store.list_rows(import_id, Outcome.REJECTED, None, None)
        return await asyncio.to_thread(rejected_file, dict(kept.columns), rows, file_format, language)

    async def apply(self, import_id: UUID, if_match: str, steward: Steward, caller: Caller) -> ImportRead:
        """Do what the preview said, all of it or nothing. Applied already, it stays as it is."""
        kept = await self._own(import_id, caller, lock=True)
        if kept.state == ImportState.APPLIED:
            return shown(kept)
        require_match(if_match, etag(shown(kept)))
        applying = Applying(self._session, self._clock(), caller)
        await applying.hold_writers()
        rows = await self._store.list_rows(import_id, None, None, None)
        verdicts = await self._judged_again(kept, rows, steward)
        if kept.kind == ImportKind.AGENCIES:
            told = await applying.apply_agencies(verdicts, kept.reason)
        else:
            told = await applying.apply_contacts(verdicts)
        await self._events.append(*told, caller=caller)
        is_personal = kept.kind == ImportKind.CONTACTS
        await self._store.close(import_id, self._clock(), caller.acting_agency, forget_rows=is_personal)
        return shown(await self._store.get(import_id))

    async def _judged_again(self, kept: Any, rows: Sequence[Any], steward: Steward) -> list[Verdict]:
        """Judge the rows in the registry as it stands now; refuse when anything comes out differently."""
        kind = ImportKind(kept.kind)
        state = await read_state(self._session, with_contacts=kind is ImportKind.CONTACTS)
        again = [Row(row.number, row.sheet, row.row, row.cells, _carried(row.findings)) for row in rows]
        verdicts = await asyncio.to_thread(judge, kind, state, again, steward, kept.reason, kept.looked_on)
        differs = [
            {"number": row.number, "row": row.row, "sheet": row.sheet, "was": row.outcome, "is": verdict.outcome}
            for row, verdict in zip(rows, verdicts, strict=True)
            if (row.outcome, row.change) != (verdict.outcome, verdict.change)
        ]
        if differs:
            raise ImportOutdated(differs)
        return verdicts

    async def _own(self, import_id: UUID, caller: Caller, *, lock: bool = False) -> Any:
        kept = await self._store.get(import_id, lock=lock)
        if kept.agency != caller.acting_agency and not caller.has_scope("admin"):
            raise ImportUnknown()
        return kept


def judge(
    kind: ImportKind, state: RegistryState, rows: Sequence[Row], steward: Steward, reason: str, today: date
) -> list[Verdict]:
    """Say what becomes of each row in a registry as it stands."""
    if kind is ImportKind.CONTACTS:
        return judge_contacts(state, rows, steward, today)
    return AgencyJudge(state, steward, reason, today).judge(rows)


def etag(read: ImportRead) -> str:
    """Return the version of an import."""
    return etag_of(read.model_dump(mode="json"))


def shown(kept: Any) -> ImportRead:
    """Return an import as it goes over the wire."""
    facts = dict(kept._mapping)
    days = {name: in_vietnam(facts[name]) for name in ("received_at", "applied_at") if facts[name] is not None}
    return ImportRead.model_validate(
        {**facts, **days, "columns": dict(facts["columns"]), "sha256": facts["digest"]}
    )


def _row(verdict: Verdict) -> dict[str, Any]:
    place = {"sheet": verdict.row.sheet, "row": verdict.row.row}
    return {
        "number": verdict.row.number,
        **place,
        "outcome": verdict.outcome,
        "subject": verdict.subject,
        "cells": verdict.row.cells,
        "change": verdict.change,
        "findings": [{**finding.as_kept(), **place} for finding in verdict.findings],
    }


READING = frozenset({"cell_merged", "row_too_long", "text_forbidden", "text_too_long"})


def _carried(findings: Sequence[dict[str, Any]]) -> tuple[Finding, ...]:
    """What reading the file showed is not seen in the kept cells any more."""
    return tuple(Finding(one["rule"], one["column"], one["value"]) for one in findings if one["rule"] in READING)


def _shown_row(row: Any) -> ImportRowRead:
    return ImportRowRead.model_validate(row, from_attributes=True)
