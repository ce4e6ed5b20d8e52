"""What a notifications process needs to know about its place."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from kernel.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """Settings of notifications, beside those that every process has."""

    webhook_allowed_networks: Annotated[list[IPv4Network | IPv6Network], NoDecode] = Field(default=[])
    """Networks that webhooks may reach although they are not public, by http too. Sandbox mode only.

    Written with commas: `127.0.0.1/32,::1/128`.
    """
    webhook_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 15
    webhook_capacity: Annotated[int, Field(ge=1, le=4096)] = 256
    """Deliveries that one worker has under way at once."""
    webhook_per_endpoint: Annotated[int, Field(ge=1, le=100)] = 4
    """Deliveries under way to one endpoint; one while it fails."""

    @field_validator("webhook_allowed_networks", mode="before")
    @classmethod
    def _written_with_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
