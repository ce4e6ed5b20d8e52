"""Writing instruments inside a transaction at hand.

Rights and events are the business of whoever opens the door.
"""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registry.instrument.errors import InstrumentReferenceWrong
from services.registry.instrument.schemas import ChangeDraft
from services.registry.instrument.schemas import InstrumentCreate as InstrumentDraft
from services.registry.instrument.store import InstrumentStore, Link

__all__ = ["InstrumentDraft", "add_instrument", "links_of", "require_registered"]


async def add_instrument(session: AsyncSession, draft: InstrumentDraft, *, author: str) -> str:
    """Register an instrument and return its code. Refuses a taken code, and an issuer or basis not registered."""
    store = InstrumentStore(session)
    await require_registered(store, draft.issuer, draft.based_on, draft.changes)
    facts = draft.model_dump(exclude={"based_on", "changes"})
    await store.add({**facts, "author": author}, links_of(draft.based_on, draft.changes))
    return draft.id


async def require_registered(
    store: InstrumentStore, issuer: str | None, based_on: list[str], changes: list[ChangeDraft]
) -> None:
    """Refuse an issuer or instruments that are not registered, with all of them."""
    changed = [one.instrument for one in changes]
    no_issuer, missing = await store.find_missing(issuer, [*based_on, *changed])
    wrong = {
        "issuer": no_issuer,
        "based_on": [one for one in based_on if one in missing],
        "changes": [one for one in changed if one in missing],
    }
    if any(wrong.values()):
        raise InstrumentReferenceWrong(wrong)


def links_of(based_on: list[str], changes: list[ChangeDraft]) -> list[Link]:
    """Return the links to what an instrument stands on, and to what it changes."""
    plain: list[dict[str, Any]] = [
        {"basis": one, "relation": None, "effective_on": None} for one in dict.fromkeys(based_on)
    ]
    changing = [
        {"basis": one.instrument, "relation": str(one.relation), "effective_on": one.effective_on}
        for one in changes
    ]
    return [*plain, *changing]
