"""What the gateway needs to know beside what every service does."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from kernel.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[1]


class GatewaySettings(ServiceSettings):
    """Settings of the gateway; environment variables with the prefix `GCM_`."""

    access_token_seconds: Annotated[int, Field(ge=30, le=600)] = 600
    token_memory_size: Annotated[int, Field(ge=1, le=1_000_000)] = 20_000
    """How many proved access tokens one process remembers."""
    standing_poll_seconds: Annotated[float, Field(gt=0, le=0.5)] = 0.2
    """How often revocations of other processes are looked up; they must be known within a second."""
    rate_limit_per_minute: Annotated[int, Field(ge=1)] = 6000
    rate_limit_burst: Annotated[int, Field(ge=1)] = 1500
    """How many requests of one client may come at once before the rate applies."""
    upstream_connections: Annotated[int, Field(ge=1)] = 100
    upstream_connect_seconds: Annotated[float, Field(gt=0)] = 2
    upstream_read_seconds: Annotated[float, Field(gt=0)] = 60
    """Longest silence of a service before we answer 504; above the longest wait of the event feed."""
    body_stall_seconds: Annotated[float, Field(gt=0)] = 30
    """Longest pause of a caller in the middle of a body."""
    metrics_port: int | None = None
    """Where this process shows its figures, on `host`; never on the public port. Absent means nowhere."""
    api_documents: Path = ROOT / "docs" / "api"
    """Folder of the four committed OpenAPI documents."""
