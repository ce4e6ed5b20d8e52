"""Who may record and decide a succession: the steward of every province that it concerns.

An administrator and the steward of a national plan may for all; a provincial steward where the predecessor and
all who follow lie in its own province. The same rule lets an agency be made or changed.
"""

from typing import Any

from services.registry.plan.stewards import Steward
from services.registry.succession.store import SuccessionStore


async def require_steward(store: SuccessionStore, steward: Steward, fact: Any) -> None:
    """Refuse one who is no steward of where a kept succession happens."""
    agencies = [fact.predecessor, *(one["agency"] for one in fact.successors)]
    steward.require(*await store.list_provinces(agencies))
