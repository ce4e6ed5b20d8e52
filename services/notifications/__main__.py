"""python -m services.notifications api | worker | migrate | openapi"""

from pathlib import Path

from kernel.process import Service, main
from services.notifications.main import SERVICE, create_app
from services.notifications.settings import NotificationsSettings
from services.notifications.tasks import work

NOTIFICATIONS = Service(
    name=SERVICE,
    settings=NotificationsSettings,
    create_app=create_app,
    migrations=Path(__file__).parent / "migrations",
    work=work,
)

if __name__ == "__main__":
    main(NOTIFICATIONS)
