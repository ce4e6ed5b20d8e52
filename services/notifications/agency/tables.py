"""How the copy of registry's agencies is kept."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from services.notifications.base import NotificationsRow


class Agency(NotificationsRow, table=True):
    """The present names of one agency. Registry owns it; this copy only serves our sentences."""

    __tablename__ = "agency"

    id: str = Field(primary_key=True, sa_type=sa.Text)
    name_vi: str = Field(sa_type=sa.Text)
    name_en: str = Field(sa_type=sa.Text)
    kind: str = Field(sa_type=sa.Text)
    time_zone: str | None = Field(default=None, sa_type=sa.Text)
    valid_to: date | None = None
