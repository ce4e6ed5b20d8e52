"""Settings that every process reads from the environment (prefix `GCM_`), secrets also from files."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What one process needs to know about its place. Services add their own fields in a subclass."""

    model_config = SettingsConfigDict(env_prefix="GCM_", extra="ignore")

    database_url: str = ""
    """`postgresql://…` of this service's own database; or `database_url_file` names a file that holds it."""
    database_url_file: Path | None = None
    database_pool_size: Annotated[int, Field(ge=1, le=100)] = 10
    host: str = "127.0.0.1"
    port: int = 8000
    keys_dir: Path = Path("/run/secrets")
    data_dir: Path = Path(__file__).resolve().parents[1] / "data"
    log_level: str = "info"
    sandbox: bool = False
    sandbox_start: datetime | None = None
    """Business time at the very first start of a sandbox; absent means now."""
    live_from: date | None = None
    """First day whose deadlines are this installation's; absent means the day of the first start."""
    public_url: str = "http://127.0.0.1:8000"
    """Where the gateway is reached from outside; the issuer of tokens and the base of links."""
    gateway_url: str = "http://127.0.0.1:8000"
    """Where the other services reach the gateway's inside door."""
    registry_url: str = "http://127.0.0.1:8001"
    submissions_url: str = "http://127.0.0.1:8002"
    notifications_url: str = "http://127.0.0.1:8003"
    max_body_bytes: Annotated[int, Field(ge=1024)] = 64 * 1024 * 1024
    max_upload_bytes: Annotated[int, Field(ge=1024)] = 512 * 1024 * 1024
    """The limit of doors that never gather what they receive."""
    spool_dir: Path | None = None
    """Where a worker writes what does not fit into memory: on a disk. Absent means where the system has it."""

    @field_validator("sandbox_start")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("sandbox_start needs an offset, for example 2026-07-01T08:00:00+07:00")
        return value

    @model_validator(mode="after")
    def _database_url_from_file(self) -> "ServiceSettings":
        if not self.database_url and self.database_url_file is not None:
            self.database_url = self.database_url_file.read_text().strip()
        return self

    def key_file(self, name: str) -> Path:
        """Return the path of one key file."""
        return self.keys_dir / name
