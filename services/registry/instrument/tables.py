"""How instruments are kept, with the chain of what they stand on."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.base import TEXT, RegistryRow, only


class Relation(StrEnum):
    """What an instrument does to the ones it stands on."""

    IMPLEMENTS = "implements"
    GUIDES = "guides"
    AMENDS = "amends"
    RATIFIES = "ratifies"
    REVIEWS = "reviews"


class Instrument(RegistryRow, table=True):
    """A legal document: decision, plan, letter, law, resolution. Titles are our own short wording."""

    __tablename__ = "instrument"
    __table_args__ = (only("relation", Relation),)

    id: str = Field(sa_type=TEXT, primary_key=True)
    number: str | None = Field(default=None, sa_type=TEXT)
    doc_type: str = Field(sa_type=TEXT)
    issuer: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency.id", index=True)
    issued_on: date | None = None
    effective_on: date | None = None
    signer_role: str | None = Field(default=None, sa_type=TEXT)
    title_vi: str = Field(sa_type=TEXT)
    title_en: str = Field(sa_type=TEXT)
    relation: str | None = Field(default=None, sa_type=TEXT)
    status: str | None = Field(default=None, sa_type=TEXT)
    source_document: str | None = Field(default=None, sa_type=TEXT)
    confidence: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)


class InstrumentBasis(RegistryRow, table=True):
    """One instrument that another stands on, in the printed order."""

    __tablename__ = "instrument_basis"
    __table_args__ = (sa.CheckConstraint("instrument <> basis", name="two_instruments"),)

    instrument: str = Field(sa_type=TEXT, primary_key=True, foreign_key="instrument.id")
    basis: str = Field(sa_type=TEXT, primary_key=True, foreign_key="instrument.id", index=True)
    place: int
