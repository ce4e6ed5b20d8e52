"""How revocations are kept."""

from datetime import datetime

from sqlmodel import Field

from gateway.base import GatewayRow
from kernel.tables import UTC_TIME


class RevokedToken(GatewayRow, table=True):
    """An access token that was revoked before its time; forgotten once it would have expired anyway."""

    __tablename__ = "revoked_token"

    jti: str = Field(primary_key=True)
    client_id: str
    expires_at: datetime = Field(sa_type=UTC_TIME, index=True)
