"""How instruments are kept, with the chain of what they stand on."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.base import TEXT, RegistryRow, only

UTC: Any = UTC_TIME


class Relation(StrEnum):
    """What an instrument does to the ones it stands on."""

    IMPLEMENTS = "implements"
    GUIDES = "guides"
    AMENDS = "amends"
    RATIFIES = "ratifies"
    REVIEWS = "reviews"
    REPLACES = "replaces"
    REPEALS = "repeals"


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
    expires_on: date | None = None
    author: str | None = Field(default=None, sa_type=TEXT)
    """Who registered or changed it here; the reference files no longer do then."""


class InstrumentBasis(RegistryRow, table=True):
    """One instrument that another stands on, in the printed order, and what it does to it from which day on.

    Where nothing is said, the instrument's own relation and day hold.
    """

    __tablename__ = "instrument_basis"
    __table_args__ = (
        sa.CheckConstraint("instrument <> basis", name="two_instruments"),
        only("relation", Relation),
    )

    instrument: str = Field(sa_type=TEXT, primary_key=True, foreign_key="instrument.id")
    basis: str = Field(sa_type=TEXT, primary_key=True, foreign_key="instrument.id", index=True)
    place: int
    relation: str | None = Field(default=None, sa_type=TEXT)
    effective_on: date | None = None


class StoredFile(RegistryRow, table=True):
    """The content of a file, kept once however often it is filed."""

    __tablename__ = "stored_file"
    __table_args__ = (
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="hash_hexadecimal"),
        sa.CheckConstraint("length > 0", name="some_bytes"),
    )

    sha256: str = Field(sa_type=TEXT, primary_key=True)
    media_type: str = Field(sa_type=TEXT)
    length: int = Field(sa_type=sa.BigInteger)
    stored_at: datetime = Field(sa_type=UTC)


class FileChunk(RegistryRow, table=True):
    """A piece of a stored file."""

    __tablename__ = "file_chunk"

    file: str = Field(sa_type=TEXT, primary_key=True, foreign_key="stored_file.sha256")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: bytes = Field(sa_type=sa.LargeBinary)


class InstrumentFile(RegistryRow, table=True):
    """A file that was filed under an instrument, under a name."""

    __tablename__ = "instrument_file"
    __table_args__ = (sa.UniqueConstraint("instrument", "file"),)

    id: UUID = Field(primary_key=True)
    instrument: str = Field(sa_type=TEXT, foreign_key="instrument.id")
    file: str = Field(sa_type=TEXT, foreign_key="stored_file.sha256", index=True)
    name: str = Field(sa_type=TEXT)
    author: str = Field(sa_type=TEXT)
    added_at: datetime = Field(sa_type=UTC)
