"""What happens before a stack's processes start: keys, databases, migrations, the registry's data.

A step that was done for the same input is left out, since each costs seconds of loading code.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from deploy.databases import ensure_databases
from deploy.files import write_private
from deploy.installation import Installation, StackError
from deploy.keys import ensure_keys
from deploy.log import Log
from deploy.services import SERVICES, Service
from deploy.supervised import ROOT, run_to_end

_REVISION = re.compile(r"^(revision|down_revision)\b[^=]*=\s*(.+)$", re.MULTILINE)
_QUOTED = re.compile(r"[\"']([^\"']+)[\"']")


async def prepare(installation: Installation, admin_url: str, prefix: str, log: Log) -> None:
    """Bring keys, databases, schemas and the registry's data to the state that this code needs."""
    ensure_keys(installation.keys)
    addresses = await ensure_databases(admin_url, installation.databases, prefix)
    try:
        async with asyncio.TaskGroup() as group:
            for service in SERVICES:
                group.create_task(_prepare_service(installation, service, addresses[service.name], log))
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


def forget_preparations(installation: Installation) -> None:
    """Let the next start do every step again: the databases are not those of the last one."""
    for service in SERVICES:
        _stamp_of(installation, service).unlink(missing_ok=True)


async def _prepare_service(installation: Installation, service: Service, address: str, log: Log) -> None:
    is_migrated = await _is_migrated(service, address)
    if not is_migrated:
        await run_once(installation, service, ["migrate"], log)
    command = _first_command(installation, service)
    if command is None:
        return
    stamp = _stamp_of(installation, service)
    known = stamp.read_text() if is_migrated and stamp.exists() else ""
    if known != _input_of(installation, service, address):
        await run_once(installation, service, command, log)
        write_private(stamp, _input_of(installation, service, address))


def _first_command(installation: Installation, service: Service) -> list[str] | None:
    """Return what a service wants done on its migrated database before it is used."""
    if service.name == "registry":
        return ["load"]
    if service.name == "gateway" and installation.sandbox:
        return ["sandbox-admin", "--file", str(installation.credentials)]
    return None


def _input_of(installation: Installation, service: Service, address: str) -> str:
    """Return a digest of everything that the first command of a service depends on."""
    if service.name == "registry":
        data = (path for path in (ROOT / "data").rglob("*") if path.is_file())
        files: Iterable[Path] = [*data, *(ROOT / "services" / "registry").rglob("*.py")]
    else:
        files = [installation.credentials] if installation.credentials.exists() else []
    digest = hashlib.sha256(address.encode())
    for path in sorted(files):
        digest.update(json.dumps([str(path), hashlib.sha256(path.read_bytes()).hexdigest()]).encode())
    return digest.hexdigest()


def _stamp_of(installation: Installation, service: Service) -> Path:
    return installation.databases / f"prepared-{service.name}"


async def run_once(installation: Installation, service: Service, command: list[str], log: Log) -> None:
    """Run one command of a service to its end; refuse to go on when it fails."""
    name = f"{service.name}-{command[0]}"
    environment = installation.environment(service, service.name)
    if await run_to_end([service.package, *command], environment, name, log):
        said = log.last_lines_of(name)
        raise StackError(f"`python -m {service.package} {' '.join(command)}` failed:\n{said}")


async def _is_migrated(service: Service, address: str) -> bool:
    """Say whether the database stands at the newest migration, without the price of loading Alembic."""
    connection = await asyncpg.connect(address)
    try:
        stands_at = await connection.fetch("select version_num from alembic_version")
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    return {row["version_num"] for row in stands_at} == find_heads(migrations_of(service) / "versions")


def migrations_of(service: Service) -> Path:
    """Return the folder of a service's migrations."""
    return ROOT.joinpath(*service.package.split("."), "migrations")


def find_heads(versions: Path) -> set[str]:
    """Return the revisions that no other revision follows, read from the files' own words."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for path in versions.glob("*.py"):
        for word, value in _REVISION.findall(path.read_text()):
            (revisions if word == "revision" else followed).update(_QUOTED.findall(value))
    return revisions - followed
