"""How successions are kept: the fact, those who follow, and each thing it touches with who is to have it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.agency.rules import SuccessionKind
from services.registry.base import CODES, TEXT, RegistryRow, only
from services.registry.succession.states import LineKind, LineState, SuccessionState

UTC: Any = UTC_TIME


class Succession(RegistryRow, table=True):
    """One agency that was followed, from a day on, with the legal basis. Duties move only when confirmed."""

    __tablename__ = "succession"
    __table_args__ = (
        only("kind", SuccessionKind),
        only("state", SuccessionState),
        sa.CheckConstraint("version >= 1", name="version_positive"),
    )

    id: str = Field(sa_type=TEXT, primary_key=True)
    predecessor: str = Field(sa_type=TEXT, foreign_key="agency.id", index=True)
    kind: str = Field(sa_type=TEXT)
    effective_on: date
    legal_basis: str = Field(sa_type=TEXT)
    instrument: str | None = Field(default=None, sa_type=TEXT, foreign_key="instrument.id")
    state: str = Field(sa_type=TEXT)
    confidence: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)
    unknown: Any = Field(sa_type=CODES, nullable=False)
    """What could not be asked when it was proposed: `occurrences`, `clients`."""
    proposed_by: str = Field(sa_type=TEXT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=UTC)
    reason: str | None = Field(default=None, sa_type=TEXT)
    version: int


class SuccessionSuccessor(RegistryRow, table=True):
    """One agency that follows in a succession, as a whole or with a function."""

    __tablename__ = "succession_successor"
    __table_args__ = (
        only("kind", SuccessionKind),
        sa.CheckConstraint("share_percent BETWEEN 1 AND 100", name="share_percent_possible"),
    )

    succession: str = Field(sa_type=TEXT, primary_key=True, foreign_key="succession.id")
    agency: str = Field(sa_type=TEXT, primary_key=True, foreign_key="agency.id", index=True)
    place: int
    kind: str = Field(sa_type=TEXT)
    function: str | None = Field(default=None, sa_type=TEXT)
    share_percent: int | None = None


class SuccessionLine(RegistryRow, table=True):
    """One thing that a succession touches, who is proposed for it, and what a steward decided."""

    __tablename__ = "succession_line"
    __table_args__ = (
        only("kind", LineKind),
        only("state", LineState),
        sa.UniqueConstraint("succession", "kind", "item", "part"),
        sa.CheckConstraint("number >= 1", name="number_positive"),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_dated"),
        sa.ForeignKeyConstraint(
            ["succession", "follows"], ["succession_line.succession", "succession_line.number"]
        ),
    )

    succession: str = Field(sa_type=TEXT, primary_key=True, foreign_key="succession.id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(sa_type=TEXT)
    item: str = Field(sa_type=TEXT)
    part: str = Field(sa_type=TEXT)
    plan: str | None = Field(default=None, sa_type=TEXT, foreign_key="plan.id")
    printed: Any = Field(sa_type=CODES, nullable=False)
    """The codes under which the predecessor's part is printed there."""
    title_vi: str = Field(sa_type=TEXT)
    title_en: str = Field(sa_type=TEXT)
    facts: Any = Field(sa_type=JSONB, nullable=False)
    candidates: Any = Field(sa_type=JSONB, nullable=False)
    receivers: Any = Field(sa_type=CODES, nullable=False)
    """Proposed while the line is; then those who have it."""
    follows: int | None = None
    """The line that decides about this one: an occurrence goes with its obligation."""
    state: str = Field(sa_type=TEXT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=UTC)
