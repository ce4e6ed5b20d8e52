"""The story of an export: read agencies and obligations as of a day, and write them as one message."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import orjson

from kernel.callers import Caller
from services.registry.obligation.service import ObligationService
from services.registry.sdmx.building import build
from services.registry.sdmx.json_message import MEDIA_TYPE as JSON
from services.registry.sdmx.json_message import content_of, write_json
from services.registry.sdmx.model import Header, StructureKind, Structures
from services.registry.sdmx.store import StructureStore
from services.registry.sdmx.xml_message import MEDIA_TYPE as XML
from services.registry.sdmx.xml_message import write_xml

FORMATS = (JSON, XML)
PLAIN = {"application/json": JSON, "application/xml": XML, "text/xml": XML}


@dataclass(frozen=True, slots=True)
class Message:
    """A structure message as it goes out. `version` tells apart messages that differ in a single byte."""

    version: str
    media_type: str
    content: bytes


class StructureService:
    """Shows the registry to systems that speak SDMX."""

    def __init__(self, *, obligations: ObligationService, store: StructureStore, sandbox: bool) -> None:
        self._obligations = obligations
        self._store = store
        self._sandbox = sandbox

    async def write(self, caller: Caller, kind: StructureKind, day: date, media_type: str) -> Message:
        """Return the structures of a kind as of a day."""
        agencies = await self._store.list_agencies(day)
        register, kept = await self._obligations.read_register()
        seen = {code: one.row for code, one in kept.items() if caller.may_see_plan(one.row["plan"])}
        changed = await self._store.find_last_change() or datetime.combine(day, time.min, tzinfo=UTC)
        return await asyncio.to_thread(
            lambda: self._written(build(kind, agencies, seen, register, day), changed, media_type)
        )

    def _written(self, structures: Structures, changed: datetime, media_type: str) -> Message:
        digest = hashlib.sha256(orjson.dumps(content_of(structures))).hexdigest()[:24]
        header = Header(f"GCM-{digest}", changed, self._sandbox)
        write = write_json if media_type == JSON else write_xml
        return Message(f"{header.id} {header.prepared_at}", media_type, write(structures, header))
