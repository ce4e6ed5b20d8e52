"""Writing instruments inside a transaction at hand. No event, no rights."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.instrument.schemas import InstrumentCreate as InstrumentDraft
from services.registry.instrument.store import InstrumentStore

__all__ = ["InstrumentDraft", "add_instrument"]


async def add_instrument(session: AsyncSession, draft: InstrumentDraft, *, author: str) -> str:
    """Register an instrument and return its code. Refuses a taken code, and an issuer or basis not registered."""
    store = InstrumentStore(session)
    raise NotImplementedError(store)
