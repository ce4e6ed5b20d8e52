"""What a submissions process needs to know beside what every process does."""

from pydantic import Field

from kernel.settings import ServiceSettings


class SubmissionsSettings(ServiceSettings):
    """Settings of submissions."""

    port: int = 8002
    review_working_days: int = Field(
        default=10,
        ge=1,
        le=250,
        description="How long a recipient has to decide on a version, in working days; no plan names a time.",
    )
