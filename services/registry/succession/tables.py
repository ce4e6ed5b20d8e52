"""How successions are kept."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.agency.rules import SuccessionKind
from services.registry.base import TEXT, RegistryRow, only
from services.registry.succession.states import SuccessionState


class Succession(RegistryRow, table=True):
    """One agency that followed another, from a day on, with its legal basis. Duties move only when confirmed."""

    __tablename__ = "succession"
    __table_args__ = (
        only("kind", SuccessionKind),
        only("state", SuccessionState),
        sa.CheckConstraint("predecessor <> successor", name="two_agencies"),
        sa.UniqueConstraint("predecessor", "successor", "effective_on"),
    )

    id: str = Field(sa_type=TEXT, primary_key=True)
    predecessor: str = Field(sa_type=TEXT, foreign_key="agency.id")
    successor: str = Field(sa_type=TEXT, foreign_key="agency.id", index=True)
    kind: str = Field(sa_type=TEXT)
    effective_on: date
    legal_basis: str = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    confidence: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)
