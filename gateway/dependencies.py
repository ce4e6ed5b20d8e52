"""How the gateway's own doors get what they work with."""

from typing import Annotated

from fastapi import Depends, Request

from gateway.agency.store import AgencyStore
from gateway.client.service import ClientService
from gateway.client.store import ClientStore
from gateway.clock.service import ClockService
from gateway.clock.store import ClockStore
from gateway.gate import Gate
from gateway.token.service import TokenService
from gateway.token.store import RevocationStore
from kernel.callers import Caller, requires
from kernel.clock import real_now
from kernel.database import Session
from kernel.events import EventLog

Administrator = Annotated[Caller, Depends(requires("admin"))]


async def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


OpenGate = Annotated[Gate, Depends(_gate)]


async def _agencies(session: Session) -> AgencyStore:
    return AgencyStore(session)


async def _clients(session: Session, gate: OpenGate, request: Request) -> ClientService:
    return ClientService(
        store=ClientStore(session),
        agencies=AgencyStore(session),
        events=EventLog(session, request.app.state.runtime.clock),
        pepper=gate.pepper,
        standing=gate.standing,
        groups=gate.groups,
        clock=real_now,
    )


async def _tokens(session: Session, gate: OpenGate) -> TokenService:
    return TokenService(
        clients=ClientStore(session),
        revocations=RevocationStore(session),
        pepper=gate.pepper,
        smith=gate.smith,
        memory=gate.memory,
        standing=gate.standing,
        clock=real_now,
    )


async def _clock(request: Request, gate: OpenGate) -> ClockService:
    runtime = request.app.state.runtime
    return ClockService(
        store=ClockStore(runtime.database),
        runtime=runtime,
        follower=gate.services.__getitem__,
        moving=gate.moving_clock,
    )


Agencies = Annotated[AgencyStore, Depends(_agencies)]
Clients = Annotated[ClientService, Depends(_clients)]
Tokens = Annotated[TokenService, Depends(_tokens)]
SandboxClocks = Annotated[ClockService, Depends(_clock)]
