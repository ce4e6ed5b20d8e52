"""What a submissions process needs to know beside what every process does."""

from kernel.settings import ServiceSettings


class SubmissionsSettings(ServiceSettings):
    """Settings of submissions."""

    port: int = 8002
