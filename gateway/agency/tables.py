"""How the gateway's copy of the registry's agencies is kept."""

from datetime import date

from sqlmodel import Field

from gateway.base import GatewayRow


class Agency(GatewayRow, table=True):
    """One agency as the registry last described it. Never changed here for any other reason."""

    __tablename__ = "agency"

    id: str = Field(primary_key=True)
    name_vi: str
    name_en: str | None = None
    valid_to: date | None = None
