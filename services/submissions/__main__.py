"""`python -m services.submissions api | worker | migrate | openapi`."""

from pathlib import Path

from kernel.process import Service, main
from services.submissions.main import create_app
from services.submissions.settings import SubmissionsSettings
from services.submissions.worker import work

SERVICE = Service(
    name="submissions",
    settings=SubmissionsSettings,
    create_app=create_app,
    migrations=Path(__file__).parent / "migrations",
    work=work,
)

if __name__ == "__main__":
    main(SERVICE)
