"""The stories of a client: registered, read, changed, given a new secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from gateway.agency.store import AgencyStore
from gateway.client import rules
from gateway.client.errors import AgencyUnknown
from gateway.client.groups import Group
from gateway.client.schemas import ClientCreate, ClientUpdate
from gateway.client.secrets import Pepper, new_client_id, new_secret
from gateway.client.store import ClientStore
from gateway.client.tables import Client, ClientSecret
from gateway.token.standing import Standing
from kernel.callers import Caller
from kernel.clock import Clock
from kernel.errors import ServiceSilent
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id

log = structlog.get_logger()


@dataclass(frozen=True)
class Shown:
    """A client with the secrets that count, and with a new secret's text when there is one."""

    client: Client
    secrets: list[ClientSecret]
    secret: str | None = None


class ClientService:
    """Registers clients and keeps their rights."""

    def __init__(
        self,
        *,
        store: ClientStore,
        agencies: AgencyStore,
        events: EventLog,
        pepper: Pepper,
        standing: Standing,
        groups: Sequence[Group],
        clock: Clock,
    ) -> None:
        self._groups = groups
        self._store = store
        self._agencies = agencies
        self._events = events
        self._pepper = pepper
        self._standing = standing
        self._clock = clock

    async def register(self, body: ClientCreate, caller: Caller) -> Shown:
        """Keep a new client of an agency, and make its first secret."""
        rules.require_known(body.scopes, self._groups)
        await self._require_agency(body.agency)
        rules.require_future(body.expires_at, self._clock())
        client = self.new_client(body)
        shown = await self.keep_new(client)
        await self._tell("client.registered", client, caller)
        log.info("client_registered", client_id=client.id, agency=client.agency)
        return shown

    def new_client(self, body: ClientCreate) -> Client:
        """Return the row of a client that was described."""
        return Client(id=new_client_id(body.agency), created_at=self._clock(), **body.model_dump())

    async def replace_secret(self, client: Client) -> str:
        """End every secret of a client, let it in again, and return its only secret."""
        client.enabled, client.expires_at = True, None
        counting = (await self._store.list_secrets([client.id], self._clock()))[client.id]
        await self._store.drop_secrets([old.id for old in counting])
        secret, row = self._make_secret(client.id)
        await self._store.add_secret(row)
        return secret

    async def keep_new(self, client: Client) -> Shown:
        """Keep a client with its first secret, whoever asked for it."""
        secret, row = self._make_secret(client.id)
        await self._store.add(client, row)
        return Shown(client, [row], secret)

    async def get(self, client_id: str) -> Shown:
        """Return one client."""
        client = await self._store.get(client_id)
        secrets = await self._store.list_secrets([client_id], self._clock())
        return Shown(client, secrets[client_id])

    async def list_page(self, after: str | None, agency: str | None, limit: int) -> list[Shown]:
        """Return one more than `limit` clients."""
        clients = await self._store.list_page(after, agency, limit)
        secrets = await self._store.list_secrets([client.id for client in clients], self._clock())
        return [Shown(client, secrets[client.id]) for client in clients]

    async def change(self, client_id: str, body: ClientUpdate, if_match: str, caller: Caller) -> Shown:
        """Change what a client may do; tokens that are out die when it loses something."""
        rules.require_known(body.scopes or (), self._groups)
        client = await self._store.get(client_id, to_change=True)
        require_match(if_match, etag(client))
        if body.expires_at is not None:
            rules.require_future(body.expires_at, self._clock())
        before, told = _rights(client), _audited(client)
        for name in body.model_fields_set:
            setattr(client, name, getattr(body, name))
        client.version += 1
        if rules.takes_away(before, _rights(client)):
            self._raise_generation(client)
        await self._tell("client.changed", client, caller, before=told)
        secrets = await self._store.list_secrets([client_id], self._clock())
        return Shown(client, secrets[client_id])

    async def rotate_secret(self, client_id: str, grace: timedelta, caller: Caller) -> Shown:
        """Make a new secret; the newest old one stays valid for the grace, older ones end now."""
        client = await self._store.get(client_id, to_change=True)
        now = self._clock()
        counting = (await self._store.list_secrets([client_id], now))[client_id]
        for kept in counting[:1]:
            kept.expires_at = rules.judge_overlap(kept.expires_at, now, grace)
        await self._store.drop_secrets([old.id for old in counting[1:]])
        secret, row = self._make_secret(client_id)
        await self._store.add_secret(row)
        client.version += 1
        if not grace:
            self._raise_generation(client)
        await self._tell("client.secret_rotated", client, caller)
        return Shown(client, [row, *counting[:1]], secret)

    async def _require_agency(self, agency: str) -> None:
        if await self._agencies.find(agency) is not None:
            return
        if await self._agencies.is_empty():
            raise ServiceSilent("registry")
        raise AgencyUnknown(agency)

    def _make_secret(self, client_id: str) -> tuple[str, ClientSecret]:
        secret = new_secret()
        digest = self._pepper.digest(secret)
        return secret, ClientSecret(id=new_id(), client_id=client_id, digest=digest, created_at=self._clock())

    def _raise_generation(self, client: Client) -> None:
        client.generation += 1
        client.generation_raised_at = self._clock()
        self._store.once_committed(partial(self._standing.raise_generation, client.id, client.generation))

    async def _tell(self, kind: str, client: Client, caller: Caller, before: dict[str, Any] | None = None) -> None:
        await self._events.append(
            NewEvent(
                type=kind,
                subject=client.id,
                data={"client": client.id, "agency": client.agency},
                audience=[client.agency],
                before=before,
                after=_audited(client),
            ),
            caller=caller,
        )


def etag(client: Client) -> str:
    """Return the ETag of a client; being used does not change it."""
    return etag_of(client.id, client.version)


def _rights(client: Client) -> rules.Rights:
    return rules.Rights(
        enabled=client.enabled,
        scopes=frozenset(client.scopes),
        plans=frozenset(client.plans),
        expires_at=client.expires_at,
    )


def _audited(client: Client) -> dict[str, Any]:
    names: Sequence[str] = ("name", "agency", "scopes", "plans", "enabled", "version", "generation")
    expires_at = client.expires_at.isoformat() if client.expires_at else None
    return {**{name: getattr(client, name) for name in names}, "expires_at": expires_at}
