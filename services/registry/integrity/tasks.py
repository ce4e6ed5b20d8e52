"""What the worker does about integrity: every few minutes, count what the checks find today."""

from prometheus_client import Gauge

from kernel.runtime import Runtime
from services.registry.calendar.store import CalendarStore
from services.registry.integrity.service import IntegrityService
from services.registry.integrity.table import CHECKS
from services.registry.obligation.service import ObligationService
from services.registry.obligation.store import ObligationStore

EVERY_SECONDS = 300.0
FINDINGS = Gauge("gcm_integrity_findings", "What the checks of the registry find today", ["check", "severity"])


async def measure(runtime: Runtime) -> bool:
    """Set the gauge of every check, those without findings included."""
    async with runtime.database.transaction() as session:
        obligations = ObligationService(
            store=ObligationStore(session), calendar=CalendarStore(session), session=session, clock=runtime.clock
        )
        counted = await IntegrityService(obligations=obligations, session=session).count(runtime.clock.today())
    for check in CHECKS:
        FINDINGS.labels(check.code, check.severity.value).set(counted[check.code])
    return False
