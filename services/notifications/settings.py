"""What a notifications process needs to know about its place."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import Field

from kernel.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """Settings of notifications, beside those that every process has."""

    webhook_allowed_networks: list[IPv4Network | IPv6Network] = Field(default_factory=list)
    """Networks that webhooks may reach although they are not public, by http too. Sandbox mode only.

    Written as JSON: `["127.0.0.1/32", "::1/128"]`.
    """
    webhook_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 15
    webhook_capacity: Annotated[int, Field(ge=1, le=4096)] = 256
    """Deliveries that one worker has under way at once."""
    webhook_per_endpoint: Annotated[int, Field(ge=1, le=100)] = 4
    """Deliveries under way to one endpoint; one while it fails."""
