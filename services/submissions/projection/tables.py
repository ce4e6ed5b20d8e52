"""The copy of registry that submissions keeps. Registry is the truth; nothing here is edited by hand."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.submissions.base import SubmissionsRow

CODES: Any = ARRAY(sa.Text)


def each_of(via: str | None) -> list[str]:
    """Return the agencies that a report passes through; registry writes several as `A|B`."""
    return via.split("|") if via else []


class Agency(SubmissionsRow, table=True):
    """An agency as registry names it today; ended ones stay."""

    __tablename__ = "agency"

    id: str = Field(primary_key=True, sa_type=sa.Text)
    name_vi: str = Field(sa_type=sa.Text)
    name_en: str | None = Field(default=None, sa_type=sa.Text)
    kind: str = Field(sa_type=sa.Text)
    province: str | None = Field(default=None, sa_type=sa.Text)
    parent: str | None = Field(default=None, sa_type=sa.Text)
    time_zone: str | None = Field(default=None, sa_type=sa.Text)
    valid_from: date | None = None
    valid_to: date | None = None


class AgencySuccessor(SubmissionsRow, table=True):
    """A confirmed succession: who carries on what an agency was."""

    __tablename__ = "agency_successor"

    agency: str = Field(primary_key=True, sa_type=sa.Text)
    successor: str = Field(primary_key=True, sa_type=sa.Text, index=True)
    kind: str = Field(primary_key=True, sa_type=sa.Text)
    effective_on: date = Field(primary_key=True)


class ReportReader(SubmissionsRow, table=True):
    """Who came to read the reports of an ended agency by carrying it on, and since which day. Kept for good.

    What is released of confidential figures rests on it, and must not change when a succession becomes known late
    or is taken back. So the day is never before the one after it became known.
    """

    __tablename__ = "report_reader"

    agency: str = Field(primary_key=True, sa_type=sa.Text)
    successor: str = Field(primary_key=True, sa_type=sa.Text)
    since: date


class Province(SubmissionsRow, table=True):
    """A provincial unit of some day; ended ones stay, for figures name them."""

    __tablename__ = "province"

    id: str = Field(primary_key=True, sa_type=sa.Text)
    name_vi: str = Field(sa_type=sa.Text)
    name_en: str | None = Field(default=None, sa_type=sa.Text)
    valid_from: date | None = None
    valid_to: date | None = None


class ProvinceSuccessor(SubmissionsRow, table=True):
    """A confirmed succession of a provincial unit: by these figures are carried from map to map."""

    __tablename__ = "province_successor"

    province: str = Field(primary_key=True, sa_type=sa.Text)
    successor: str = Field(primary_key=True, sa_type=sa.Text)
    kind: str = Field(primary_key=True, sa_type=sa.Text)
    effective_on: date = Field(primary_key=True)


class Obligation(SubmissionsRow, table=True):
    """A standing duty to report, with its line and its steward."""

    __tablename__ = "obligation"

    id: str = Field(primary_key=True, sa_type=sa.Text)
    instrument: str = Field(sa_type=sa.Text)
    plan: str | None = Field(default=None, sa_type=sa.Text, index=True)
    steward: str | None = Field(default=None, sa_type=sa.Text)
    kind: str = Field(sa_type=sa.Text)
    subject: str = Field(sa_type=sa.Text)
    title_vi: str = Field(sa_type=sa.Text)
    title_en: str = Field(sa_type=sa.Text)
    form: str | None = Field(default=None, sa_type=sa.Text)
    recipients: list[str] = Field(sa_type=CODES)
    via: str | None = Field(default=None, sa_type=sa.Text)
    next_level: str | None = Field(default=None, sa_type=sa.Text)
    satisfied_by: str | None = Field(default=None, sa_type=sa.Text)
    valid_from: date | None = None
    valid_to: date | None = None


class Task(SubmissionsRow, table=True):
    """A numbered line of a plan, with those who lead and those who help."""

    __tablename__ = "task"

    id: str = Field(primary_key=True, sa_type=sa.Text)
    plan: str = Field(sa_type=sa.Text)
    code: str = Field(sa_type=sa.Text)
    title_vi: str = Field(sa_type=sa.Text)
    title_en: str | None = Field(default=None, sa_type=sa.Text)
    timeframe_vi: str | None = Field(default=None, sa_type=sa.Text)
    leads: list[str] = Field(sa_type=CODES)
    coordinators: list[str] = Field(sa_type=CODES)


class UnusualDay(SubmissionsRow, table=True):
    """A day off, or a Saturday on which one works, as registry's calendar says it for the days ahead."""

    __tablename__ = "unusual_day"

    day: date = Field(primary_key=True)
    is_working: bool
