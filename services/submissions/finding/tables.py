"""How explanations of findings are kept. What was said stays; the last word counts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.tables import UTC_TIME
from services.submissions.base import SubmissionsRow


class FindingExplanation(SubmissionsRow, table=True):
    """Why a figure is right although a rule warns of it. Holds for the versions in which the same is found."""

    __tablename__ = "finding_explanation"
    __table_args__ = (sa.Index("ix_finding_explanation_occurrence_id", "occurrence_id", "finding", "id"),)

    id: UUID = Field(primary_key=True)
    occurrence_id: UUID = Field(foreign_key="occurrence.id")
    submission_id: UUID = Field(foreign_key="submission.id")
    version: int
    finding: str = Field(sa_type=sa.Text)
    found: dict[str, Any] = Field(sa_type=JSONB)
    """What was found, without its place and words: with other figures the explanation holds no more."""
    text: str = Field(sa_type=sa.Text)
    agency: str = Field(sa_type=sa.Text)
    client: str = Field(sa_type=sa.Text)
    explained_at: datetime = Field(sa_type=UTC_TIME)
