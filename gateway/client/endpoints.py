"""The doors of clients: for administrators, and `/v1/me` for whoever calls."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from gateway.client import service
from gateway.client.rules import groups_read, list_abilities
from gateway.client.schemas import (
    Ability,
    ClientCreate,
    ClientCreated,
    ClientRead,
    ClientUpdate,
    GroupRead,
    Me,
    MyAgency,
    SecretRotate,
    SecretRotated,
)
from gateway.dependencies import Administrator, Agencies, Clients, OpenGate
from kernel.callers import AnyCaller
from kernel.etags import IfMatch, conditional
from kernel.idempotency import Once
from kernel.paging import Cursor, Limit, Page, cut, read_cursor
from kernel.web import Router

router = Router(tags=["clients"])


@router.post("/v1/clients", status_code=201, response_model=ClientCreated)
async def register_client(body: ClientCreate, caller: Administrator, clients: Clients, _: Once) -> Response:
    """Register a system of an agency. The secret is in this answer and nowhere else."""
    made = await clients.register(body, caller)
    shown = ClientCreated(**ClientRead.of(made.client, made.secrets).model_dump(), client_secret=made.secret)
    headers = {"Location": f"/v1/clients/{made.client.id}", "ETag": service.etag(made.client)}
    return _json(shown, 201, headers)


@router.get("/v1/clients", response_model=Page[ClientRead])
async def list_clients(
    _: Administrator,
    clients: Clients,
    agency: Annotated[str | None, Query(max_length=80, description="Only clients of this agency.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ClientRead]:
    """List the clients in the order of their ids."""
    after = read_cursor(cursor, str)
    rows = await clients.list_page(str(after[0]) if after else None, agency, limit)
    page, next_cursor = cut(rows, limit, lambda row: (row.client.id,))
    return Page(items=[ClientRead.of(row.client, row.secrets) for row in page], next_cursor=next_cursor)


@router.get("/v1/clients/{client_id}", response_model=ClientRead)
async def get_client(client_id: str, request: Request, _: Administrator, clients: Clients) -> Response:
    """Read one client. Its ETag is what a change must name."""
    found = await clients.get(client_id)
    shown = ClientRead.of(found.client, found.secrets)
    return conditional(request, shown.model_dump(mode="json"), found.client.id, found.client.version)


@router.patch("/v1/clients/{client_id}", response_model=ClientRead)
async def change_client(
    client_id: str, body: ClientUpdate, if_match: IfMatch, caller: Administrator, clients: Clients
) -> Response:
    """Disable, enable, rename, or change rights. Tokens that are out die when the client loses something."""
    changed = await clients.change(client_id, body, if_match, caller)
    return _json(ClientRead.of(changed.client, changed.secrets), 200, {"ETag": service.etag(changed.client)})


@router.post("/v1/clients/{client_id}/secret/rotate", response_model=SecretRotated)
async def rotate_secret(
    client_id: str, caller: Administrator, clients: Clients, _: Once, body: SecretRotate | None = None
) -> SecretRotated:
    """Make a new secret. The old one works beside it for the grace, so that nobody is cut off."""
    grace = timedelta(hours=(body or SecretRotate()).grace_hours)
    made = await clients.rotate_secret(client_id, grace, caller)
    assert made.secret is not None
    previous = made.secrets[1].expires_at if len(made.secrets) > 1 else made.secrets[0].created_at
    assert previous is not None
    return SecretRotated(client_id=client_id, client_secret=made.secret, previous_expires_at=previous)


@router.get("/v1/me", response_model=Me)
async def who_am_i(
    request: Request, caller: AnyCaller, clients: Clients, agencies: Agencies, gate: OpenGate
) -> Me:
    """Say who is calling and what follows from its scopes."""
    found = await clients.get(caller.client)
    agency = await agencies.find(caller.agency)
    abilities = list_abilities(caller.scopes, gate.groups)
    return Me(
        client_id=caller.client,
        name=found.client.name,
        agency=MyAgency(
            id=caller.agency,
            name_vi=agency.name_vi if agency else None,
            name_en=agency.name_en if agency else None,
        ),
        scopes=sorted(caller.scopes),
        plans=sorted(caller.plans),
        expires_at=found.client.expires_at,
        sandbox=request.app.state.runtime.settings.sandbox,
        may=[Ability(scope=s, vi=vi, en=en, doors=doors) for s, vi, en, doors in abilities],
        confidential=[GroupRead.of(group) for group in groups_read(caller.scopes, gate.groups)],
    )


def _json(shown: ClientRead, status: int, headers: dict[str, str]) -> Response:
    return Response(shown.model_dump_json(), status_code=status, media_type="application/json", headers=headers)
