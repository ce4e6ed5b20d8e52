"""Instruments from the reference files, with the chain of what they stand on."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.instrument.store import InstrumentStore
from services.registry.instrument.tables import Instrument, InstrumentBasis
from services.registry.loading.store import LoadingStore
from services.registry.reference import Counts, Line, day, listed, read_lines, text

INSTRUMENTS = "instruments.csv"


async def load(session: AsyncSession, data_dir: Path, now: datetime) -> Counts:
    """Bring instruments in; one that was registered or changed here is no longer the files' business."""
    store = LoadingStore(session)
    lines = read_lines(data_dir, INSTRUMENTS)
    taken_over = await InstrumentStore(session).list_taken_over()
    fresh = await store.take_fresh(INSTRUMENTS, [line for line in lines if line["id"] not in taken_over])
    ids = [line["id"] for line in fresh]
    await store.put(Instrument, [_instrument(line) for line in fresh])
    await store.replace(InstrumentBasis, "instrument", ids, [row for line in fresh for row in _bases(line)])
    return Counts({INSTRUMENTS: len(lines)}, tuple(ids))


def _instrument(line: Line) -> dict[str, Any]:
    return {
        "id": line["id"],
        "number": text(line["number"]),
        "doc_type": line["doc_type"],
        "issuer": text(line["issuer"]),
        "issued_on": day(line["issued_date"]),
        "effective_on": day(line["effective_date"]),
        "signer_role": text(line["signer_role"]),
        "title_vi": line["title_vi"],
        "title_en": line["title_en"],
        "relation": text(line["relation"]),
        "status": text(line["status"]),
        "source_document": text(line["source_document"]),
        "confidence": text(line["confidence"]),
        "note": text(line["note"]),
    }


def _bases(line: Line) -> list[dict[str, Any]]:
    return [
        {"instrument": line["id"], "basis": basis, "place": place}
        for place, basis in enumerate(listed(line["based_on"]), start=1)
    ]
