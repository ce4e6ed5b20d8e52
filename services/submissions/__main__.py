"""`python -m services.submissions api | worker | migrate | openapi`."""

from pathlib import Path

from kernel.process import Service, main
from services.submissions.settings import SubmissionsSettings

SERVICE = Service(
    name="submissions",
    settings=SubmissionsSettings,
    app="services.submissions.main:create_app",
    migrations=Path(__file__).parent / "migrations",
    work="services.submissions.worker:work",
)

if __name__ == "__main__":
    main(SERVICE)
