"""Registering, changing, testing and replaying the endpoints of one agency."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import Clock, real_now
from kernel.etags import etag_of, require_match
from kernel.events import read_position
from kernel.ids import new_id
from services.notifications.delivery.journal import DeliveryJournal
from services.notifications.endpoint.address import TargetPolicy, require_target
from services.notifications.endpoint.errors import EndpointDisabled, PlanNotOpen, TooManyEndpoints
from services.notifications.endpoint.schemas import EndpointCreate, EndpointUpdate
from services.notifications.endpoint.secrets import SecretBox, new_secret
from services.notifications.endpoint.store import EndpointStore
from services.notifications.endpoint.tables import EndpointState
from services.notifications.event.rules import PublicEvent, require_known_types
from services.notifications.event.service import Publisher

ENDPOINTS_PER_AGENCY = 50

log = structlog.get_logger()


class EndpointService:
    """Keeps the addresses of agencies' own systems."""

    def __init__(
        self, session: AsyncSession, *, policy: TargetPolicy, box: SecretBox, business: Clock, public_url: str
    ) -> None:
        self._session = session
        self._store = EndpointStore(session)
        self._policy = policy
        self._box = box
        self._business = business
        self._public_url = public_url.rstrip("/")

    async def register(self, caller: Caller, body: EndpointCreate) -> tuple[Any, str]:
        """Keep a new endpoint; return it with its secret."""
        require_target(body.url, self._policy)
        require_known_types(body.event_types)
        plans = _open_plans(caller, body.plans)
        if await self._store.count_of(caller.acting_agency) >= ENDPOINTS_PER_AGENCY:
            raise TooManyEndpoints(ENDPOINTS_PER_AGENCY)
        secret, now = new_secret(), real_now()
        row = await self._store.add(
            {
                **body.model_dump(),
                "id": new_id(),
                "agency": caller.acting_agency,
                "client": caller.client,
                "plans": plans,
                "secret": self._box.close(secret),
                "state": EndpointState.ENABLED,
                "failures": 0,
                "exhaustions": 0,
                "version": 1,
                "created_at": now,
                "changed_at": now,
            }
        )
        log.info("endpoint_registered", endpoint=str(row.id), agency=row.agency)
        return row, secret

    async def change(self, caller: Caller, id: UUID, body: EndpointUpdate, if_match: str) -> Any:
        """Change an endpoint that the caller has read; enabling it again forgets its failures."""
        row = await self._store.get(caller, id, lock=True)
        require_match(if_match, version_of(row))
        values = body.model_dump(exclude_none=True)
        if body.url is not None:
            require_target(body.url, self._policy)
        require_known_types(body.event_types or [])
        if body.plans is not None:
            values["plans"] = _open_plans(caller, body.plans)
        return await self._store.change(id, {**values, **_of_state(body.state, row)}, real_now())

    async def delete(self, caller: Caller, id: UUID) -> None:
        """Take an endpoint away; its deliveries stay readable."""
        await self._store.get(caller, id, lock=True)
        await self._store.change(id, {"state": EndpointState.DELETED}, real_now())

    async def rotate(self, caller: Caller, id: UUID, overlap: timedelta) -> tuple[Any, str]:
        """Give an endpoint a new secret; the one of before signs beside it for a while."""
        row = await self._store.get(caller, id, lock=True)
        secret, now = new_secret(), real_now()
        kept: dict[str, Any] = {"secret": self._box.close(secret), "previous_secret": None, "previous_until": None}
        if overlap:
            kept |= {"previous_secret": row.secret, "previous_until": now + overlap}
        return await self._store.change(id, kept, now), secret

    async def test(self, caller: Caller, id: UUID) -> tuple[UUID, UUID]:
        """Send a test event to one endpoint; return the event and its delivery."""
        row = await self._enabled(caller, id)
        event = self._test_of(row)
        await Publisher(self._session).publish([event], real_now())
        delivery = await DeliveryJournal(self._session).ensure(event.id, row, real_now())
        return event.id, delivery

    async def replay(self, caller: Caller, id: UUID, after: str | None) -> tuple[int, str | None]:
        """Bring again what the log holds for an endpoint after a cursor; say how much, and where to go on."""
        row = await self._enabled(caller, id)
        epoch, position = await read_position(self._session, after)
        queued, reached = await DeliveryJournal(self._session).replay(row.id, position, real_now())
        return queued, None if reached is None else f"{epoch}:{reached}"

    async def _enabled(self, caller: Caller, id: UUID) -> Any:
        row = await self._store.get(caller, id)
        if row.state != EndpointState.ENABLED:
            raise EndpointDisabled(str(id))
        return row

    def _test_of(self, row: Any) -> PublicEvent:
        link = f"{self._public_url}/v1/webhook-endpoints/{row.id}"
        data = {"endpoint": str(row.id), "link": link}
        now = self._business()
        return PublicEvent(new_id(), "endpoint.tested", str(row.id), data, (row.agency,), now)


def version_of(row: Any) -> str:
    """Return the ETag of an endpoint."""
    return etag_of(str(row.id), row.version)


def _open_plans(caller: Caller, plans: list[str]) -> list[str]:
    """Return the plans an endpoint is for; a client bound to plans never gets those of others."""
    closed = [plan for plan in plans if not caller.may_see_plan(plan)]
    if closed:
        raise PlanNotOpen(closed)
    return plans or sorted(caller.plans)


def _of_state(state: str | None, row: Any) -> dict[str, Any]:
    if state is None or state == row.state:
        return {}
    if state == EndpointState.ENABLED:
        return {"disabled_reason": None, "failures": 0, "exhaustions": 0}
    return {"disabled_reason": "by_owner"}
