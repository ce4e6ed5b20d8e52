"""The first administrator: a one-time command, and in a sandbox a file that only its owner can read."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from gateway.agency.store import AgencyStore
from gateway.client.schemas import ClientCreate
from gateway.client.secrets import Pepper
from gateway.client.service import ClientService
from gateway.client.store import ClientStore
from gateway.client.tables import Client
from gateway.settings import GatewaySettings
from gateway.token.standing import Standing
from kernel.callers import SCOPES
from kernel.clock import real_now
from kernel.database import Database
from kernel.events import EventLog

SANDBOX_ADMIN = "sandbox-admin"
AGENCY = "BNG"


async def ensure_sandbox_admin(database: Database, pepper: Pepper, file: Path, *, public_url: str) -> bool:
    """Have `sandbox-admin`, its credentials in the file; keep both when they fit. Say whether they were made."""
    async with database.transaction() as session:
        store = ClientStore(session)
        kept = _read_credentials(file)
        known = await store.find_credentialed(SANDBOX_ADMIN, real_now())
        if known is not None and known.client.enabled and pepper.matches(kept, known.digests):
            return False
        clients = _service(store, AgencyStore(session), EventLog(session, real_now), pepper)
        if known is None:
            secret = (await clients.keep_new(_sandbox_client())).secret
        else:
            secret = await clients.replace_secret(known.client)
    assert secret is not None
    _write_private(file, _credentials(SANDBOX_ADMIN, secret, public_url))
    return True


async def make_first_admin(
    database: Database, pepper: Pepper, *, name: str, agency: str
) -> tuple[str, str] | None:
    """Register an administrator when there is none, and return its credentials; None when there is one."""
    async with database.transaction() as session:
        store = ClientStore(session)
        if await store.has_administrator(real_now()):
            return None
        clients = _service(store, AgencyStore(session), EventLog(session, real_now), pepper)
        body = ClientCreate(name=name, agency=agency, scopes=["admin"])
        made = await clients.keep_new(clients.new_client(body))
    assert made.secret is not None
    return made.client.id, made.secret


def _service(store: ClientStore, agencies: AgencyStore, events: EventLog, pepper: Pepper) -> ClientService:
    return ClientService(
        store=store,
        agencies=agencies,
        events=events,
        pepper=pepper,
        standing=Standing(),
        groups=(),
        clock=real_now,
    )


def _sandbox_client() -> Client:
    return Client(
        id=SANDBOX_ADMIN,
        name="Quản trị môi trường thử nghiệm",
        agency=AGENCY,
        scopes=list(SCOPES),
        plans=[],
        created_at=real_now(),
    )


def _credentials(client_id: str, secret: str, public_url: str) -> dict[str, Any]:
    token_url = public_url.rstrip("/") + "/oauth/token"
    return {"client_id": client_id, "client_secret": secret, "token_url": token_url}


def _read_credentials(file: Path) -> str:
    """Return the secret in the file, or nothing usable when it cannot be read."""
    try:
        return str(json.loads(file.read_text())["client_secret"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _write_private(file: Path, content: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(file.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out, indent=2)
        out.write("\n")
    unfinished.replace(file)


def sandbox_admin_command(settings: GatewaySettings, args: list[str]) -> None:
    """`sandbox-admin --file PATH`."""
    if not settings.sandbox:
        sys.exit("sandbox-admin works in sandbox mode only (GCM_SANDBOX=true); elsewhere use: admin")
    if len(args) != 2 or args[0] != "--file":
        sys.exit("usage: python -m gateway sandbox-admin --file PATH")
    file = Path(args[1])

    async def work(database: Database, pepper: Pepper) -> None:
        made = await ensure_sandbox_admin(database, pepper, file, public_url=settings.public_url)
        sys.stdout.write(f"{'made' if made else 'kept'} {SANDBOX_ADMIN} in {file}\n")

    _with_database(settings, work)


def admin_command(settings: GatewaySettings, args: list[str]) -> None:
    """`admin NAME [--agency CODE]`."""
    name, agency = _admin_arguments(args)

    async def work(database: Database, pepper: Pepper) -> None:
        made = await make_first_admin(database, pepper, name=name, agency=agency)
        if made is None:
            sys.exit("There is an administrator already; it registers others with POST /v1/clients.")
        sys.stdout.write(json.dumps(_credentials(*made, settings.public_url), indent=2) + "\n")

    _with_database(settings, work)


def _admin_arguments(args: list[str]) -> tuple[str, str]:
    if len(args) == 1:
        return args[0], AGENCY
    if len(args) == 3 and args[1] == "--agency":
        return args[0], args[2]
    sys.exit("usage: python -m gateway admin NAME [--agency CODE]")


def _with_database(settings: GatewaySettings, work: Any) -> None:
    async def run() -> None:
        database = Database(settings.database_url, pool_size=1, application="gateway")
        try:
            await work(database, Pepper.load(settings.key_file("client-pepper")))
        finally:
            await database.close()

    asyncio.run(run())
