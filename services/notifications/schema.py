"""Every table of notifications, for the migrations."""

from services.notifications.agency.tables import Agency
from services.notifications.base import metadata as metadata
from services.notifications.delivery.tables import Attempt, Delivery
from services.notifications.endpoint.tables import Endpoint
from services.notifications.inbox.tables import InboxItem
from services.notifications.occurrence.tables import Occurrence
from services.notifications.reminder.tables import LadderStep, Reminder

TABLES = (Agency, Attempt, Delivery, Endpoint, InboxItem, LadderStep, Occurrence, Reminder)
