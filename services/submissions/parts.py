"""What every request and every loop of submissions works with. Built once when a process starts."""

from dataclasses import dataclass, field
from datetime import date

from kernel.clock import BusinessClock
from services.submissions.cycle.telling import Teller
from services.submissions.data.streaming import Turnstile
from services.submissions.form.shelf import FormShelf
from services.submissions.registry_client import Registry
from services.submissions.report.drawing import Drawer
from services.submissions.submission.receipts import ReceiptSigner


@dataclass(frozen=True)
class Parts:
    """The parts of a running submissions process."""

    clock: BusinessClock
    live_from: date
    forms: FormShelf
    teller: Teller
    registry: Registry
    receipts: ReceiptSigner
    review_working_days: int
    """How long a recipient has to decide on a version."""
    exports: Turnstile = field(default_factory=Turnstile)
    drawer: Drawer = field(default_factory=Drawer)
