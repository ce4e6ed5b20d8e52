"""`python -m services.notifications api | worker | migrate | openapi`."""

from pathlib import Path

from kernel.process import Service, main
from services.notifications.settings import NotificationsSettings

SERVICE = Service(
    name="notifications",
    settings=NotificationsSettings,
    app="services.notifications.main:create_app",
    migrations=Path(__file__).parent / "migrations",
    work="services.notifications.tasks:work",
)

if __name__ == "__main__":
    main(SERVICE)
