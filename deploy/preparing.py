"""What happens before a stack's processes start: keys, databases, migrations, the registry's data."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import asyncpg

from deploy.databases import ensure_databases
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
                group.create_task(_prepare_service(installation, service, addresses, log))
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


async def _prepare_service(
    installation: Installation, service: Service, addresses: Mapping[str, str], log: Log
) -> None:
    if not await _is_migrated(service, addresses[service.name]):
        await run_once(installation, service, ["migrate"], log)
    if service.name == "registry":
        await run_once(installation, service, ["load"], log)
    if service.name == "gateway" and installation.sandbox:
        await run_once(installation, service, ["sandbox-admin", "--file", str(installation.credentials)], log)


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
    return {row["version_num"] for row in stands_at} == find_heads(migrations_of(service))


def migrations_of(service: Service) -> Path:
    """Return the folder of a service's migrations."""
    return ROOT.joinpath(*service.package.split("."), "migrations", "versions")


def find_heads(versions: Path) -> set[str]:
    """Return the revisions that no other revision follows, read from the files' own words."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for path in versions.glob("*.py"):
        for word, value in _REVISION.findall(path.read_text()):
            (revisions if word == "revision" else followed).update(_QUOTED.findall(value))
    return revisions - followed
