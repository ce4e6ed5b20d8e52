"""Bringing a delivery again because its owner asks for it."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import real_now
from services.notifications.delivery.errors import DeliveryUnderWay
from services.notifications.delivery.journal import DeliveryJournal
from services.notifications.delivery.rules import DeliveryState
from services.notifications.endpoint.errors import EndpointDisabled
from services.notifications.endpoint.store import EndpointStore
from services.notifications.endpoint.tables import EndpointState


class ResendService:
    """Makes deliveries due again."""

    def __init__(self, session: AsyncSession) -> None:
        self._journal = DeliveryJournal(session)
        self._endpoints = EndpointStore(session)

    async def resend(self, caller: Caller, id: UUID) -> Any:
        """Make one delivery of the caller's agency due now, unless it is under way or its endpoint is disabled."""
        row = await self._journal.get(caller, id, lock=True)
        endpoint = await self._endpoints.get(caller, row.endpoint)
        if endpoint.state != EndpointState.ENABLED:
            raise EndpointDisabled(str(endpoint.id))
        if row.state == DeliveryState.SENDING:
            raise DeliveryUnderWay()
        await self._journal.ask_again(id, real_now())
        return await self._journal.get(caller, id)
