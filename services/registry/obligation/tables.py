"""How obligations are kept: the printed duty, who is named in it, and every version of its deadline rule."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.registry.base import CODES, TEXT, VALIDITY, RegistryRow, only, some_days
from services.registry.obligation.deadline_rule import CountedFrom, Operator, Roll
from services.registry.obligation.periods import Window

UTC: Any = UTC_TIME
YEARS: Any = ARRAY(sa.Integer)


class ObligationKind(StrEnum):
    """How a duty to report comes up. Only a periodic one has cycles by itself."""

    PERIODIC = "periodic"
    IRREGULAR = "irregular"
    AD_HOC = "ad_hoc"
    ONE_OFF = "one_off"


class Binding(StrEnum):
    """Whether one has to report or may. A voluntary report is never overdue."""

    MANDATORY = "mandatory"
    VOLUNTARY = "voluntary"


class ObligationPart(StrEnum):
    """The part that an agency or group has in an obligation."""

    REPORTER = "reporter"
    RECIPIENT = "recipient"
    VIA = "via"


def by_default(text: str) -> dict[str, Any]:
    """Return what makes the database fill a column in where a row says nothing."""
    return {"server_default": text}


def _another(column: str) -> sa.ForeignKeyConstraint:
    """Return a reference to another obligation, checked at the end of a load: two may name each other."""
    return sa.ForeignKeyConstraint([column], ["obligation.id"], deferrable=True)


class Obligation(RegistryRow, table=True):
    """A standing duty to report, as an instrument orders it. `valid` concerns the end of a period."""

    __tablename__ = "obligation"
    __table_args__ = (
        only("kind", ObligationKind),
        only("binding", Binding),
        some_days(),
        sa.CheckConstraint("num_nonnulls(next_obligation, next_agency) <= 1", name="one_next_level"),
        sa.CheckConstraint("next_obligation <> id", name="not_above_itself"),
        sa.CheckConstraint("satisfied_by <> id", name="not_satisfied_by_itself"),
        _another("next_obligation"),
        _another("satisfied_by"),
    )

    id: str = Field(sa_type=TEXT, primary_key=True)
    instrument: str = Field(sa_type=TEXT, foreign_key="instrument.id", index=True)
    plan: str | None = Field(default=None, sa_type=TEXT, foreign_key="plan.id", index=True)
    source_ref: str = Field(sa_type=TEXT)
    subject: str = Field(sa_type=TEXT)
    form: str | None = Field(default=None, sa_type=TEXT)
    title_vi: str = Field(sa_type=TEXT)
    title_en: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    covers: str | None = Field(default=None, sa_type=TEXT)
    next_obligation: str | None = Field(default=None, sa_type=TEXT, index=True)
    next_agency: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency.id", index=True)
    satisfied_by: str | None = Field(default=None, sa_type=TEXT, index=True)
    valid: Any = Field(sa_type=VALIDITY, nullable=False)
    confidence: str | None = Field(default=None, sa_type=TEXT)
    note: str | None = Field(default=None, sa_type=TEXT)
    binding: str = Field(default=Binding.MANDATORY, sa_type=TEXT, sa_column_kwargs=by_default("mandatory"))


class ObligationParty(RegistryRow, table=True):
    """An agency or group that an obligation names, as printed, in the printed order."""

    __tablename__ = "obligation_party"
    __table_args__ = (
        only("part", ObligationPart),
        sa.CheckConstraint("num_nonnulls(agency, agency_group) = 1", name="names_one"),
    )

    obligation: str = Field(sa_type=TEXT, primary_key=True, foreign_key="obligation.id")
    part: str = Field(sa_type=TEXT, primary_key=True)
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    agency: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency.id", index=True)
    agency_group: str | None = Field(default=None, sa_type=TEXT, foreign_key="agency_group.id", index=True)


class DeadlineRuleVersion(RegistryRow, table=True):
    """One reading of an obligation's wording. Never changed: a change is a new version, with its reason."""

    __tablename__ = "deadline_rule"
    __table_args__ = (
        only("period_window", Window),
        only("operator", Operator),
        only("roll", Roll),
        only("counted_from", CountedFrom),
        sa.CheckConstraint("version >= 1", name="version_positive"),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name="month_exists"),
        sa.CheckConstraint("day BETWEEN 1 AND 31", name="day_exists"),
        sa.CheckConstraint("month IS NULL OR num_nonnulls(day, working_day) = 1", name="month_with_day"),
        sa.CheckConstraint("month IS NULL OR month_offset IS NULL", name="one_month"),
        sa.CheckConstraint("working_day BETWEEN -23 AND 23 AND working_day <> 0", name="working_day_exists"),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_exists"),
        sa.CheckConstraint("hour BETWEEN 0 AND 24 AND minute BETWEEN 0 AND 59", name="hour_exists"),
        sa.CheckConstraint("with_obligation <> obligation", name="not_with_itself"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        _another("with_obligation"),
    )

    obligation: str = Field(sa_type=TEXT, primary_key=True, foreign_key="obligation.id")
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    period_window: str = Field(sa_type=TEXT)
    parts: Any = Field(sa_type=CODES, nullable=False)
    series_years: Any = Field(sa_type=YEARS, nullable=False)
    period_iso: str | None = Field(default=None, sa_type=TEXT)
    wording: str = Field(sa_type=TEXT)
    operator: str = Field(sa_type=TEXT)
    month: int | None = None
    day: int | None = None
    year_offset: int
    fixed_year: int | None = None
    days_after: int | None = None
    counts_working_days: bool
    with_obligation: str | None = Field(default=None, sa_type=TEXT, index=True)
    roll: str = Field(sa_type=TEXT)
    author: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=UTC)
    month_offset: int | None = None
    working_day: int | None = None
    weekday: int | None = None
    week_offset: int = Field(default=0, sa_column_kwargs=by_default("0"))
    hour: int | None = None
    minute: int = Field(default=0, sa_column_kwargs=by_default("0"))
    counted_from: str = Field(
        default=CountedFrom.PERIOD_END, sa_type=TEXT, sa_column_kwargs=by_default("period_end")
    )
    event: str | None = Field(default=None, sa_type=TEXT)
    year_starts: str | None = Field(default=None, sa_type=TEXT)
    cut_off: str | None = Field(default=None, sa_type=TEXT)
    applies_from: date | None = None
    """The version reads periods that end on this day or later; None: all of them."""


class ObligationRevision(RegistryRow, table=True):
    """An obligation as it stood after one change, whole. Never changed: what was said before stays readable."""

    __tablename__ = "obligation_revision"
    __table_args__ = (
        sa.CheckConstraint("revision >= 1", name="revision_positive"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )

    obligation: str = Field(sa_type=TEXT, primary_key=True, foreign_key="obligation.id")
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    facts: Any = Field(sa_type=JSONB, nullable=False)
    author: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=UTC)


class Derogation(RegistryRow, table=True):
    """A dated exception: an agency that an obligation names does not owe it on these days."""

    __tablename__ = "derogation"
    __table_args__ = (
        some_days(),
        sa.CheckConstraint("reason <> '' AND legal_basis <> ''", name="reason_given"),
        sa.CheckConstraint(
            "num_nonnulls(withdrawn_at, withdrawn_by, withdrawal) IN (0, 3)", name="withdrawal_whole"
        ),
        sa.Index("ix_derogation_obligation", "obligation"),
    )

    id: UUID = Field(primary_key=True)
    obligation: str = Field(sa_type=TEXT, foreign_key="obligation.id")
    agency: str = Field(sa_type=TEXT, foreign_key="agency.id", index=True)
    valid: Any = Field(sa_type=VALIDITY, nullable=False)
    reason: str = Field(sa_type=TEXT)
    legal_basis: str = Field(sa_type=TEXT)
    author: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=UTC)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTC)
    withdrawn_by: str | None = Field(default=None, sa_type=TEXT)
    withdrawal: str | None = Field(default=None, sa_type=TEXT)
    """Why it was withdrawn."""
