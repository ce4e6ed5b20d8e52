"""How provincial units are kept. On any day a statistical code and a name belong to one unit (migration 0001)."""

from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from services.registry.base import TEXT, VALIDITY, RegistryRow, only, some_days
from services.registry.succession.states import SuccessionState


class ProvinceType(StrEnum):
    """A province, or a city run by the centre."""

    PROVINCE = "tinh"
    CITY = "thanh_pho_truc_thuoc_tw"


class Province(RegistryRow, table=True):
    """One provincial unit and the days on which it exists. A merged unit is a new one."""

    __tablename__ = "province"
    __table_args__ = (only("type", ProvinceType), some_days())

    id: str = Field(sa_type=TEXT, primary_key=True)
    valid: Any = Field(sa_type=VALIDITY, nullable=False)
    gso_code: str = Field(sa_type=TEXT)
    name_vi: str = Field(sa_type=TEXT)
    full_name_vi: str = Field(sa_type=TEXT)
    name_en: str = Field(sa_type=TEXT)
    type: str = Field(sa_type=TEXT)
    iso_3166_2: str | None = Field(default=None, sa_type=TEXT)
    level1_code: str | None = Field(default=None, sa_type=TEXT)
    level1_code_status: str | None = Field(default=None, sa_type=TEXT)
    seat: str | None = Field(default=None, sa_type=TEXT)
    confidence: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)


class ProvinceSuccession(RegistryRow, table=True):
    """One unit that followed another."""

    __tablename__ = "province_succession"
    __table_args__ = (
        only("state", SuccessionState),
        sa.CheckConstraint("predecessor <> successor", name="two_units"),
    )

    id: str = Field(sa_type=TEXT, primary_key=True)
    predecessor: str = Field(sa_type=TEXT, foreign_key="province.id", index=True)
    successor: str = Field(sa_type=TEXT, foreign_key="province.id", index=True)
    kind: str = Field(sa_type=TEXT)
    effective_on: date
    legal_basis: str = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    confidence: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)
