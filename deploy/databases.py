"""One role and one database per service on a server, each with a password that only its service knows.

    DATABASE_URL=postgresql://admin…  python -m deploy.databases FOLDER

FOLDER keeps a file `database-<service>` with the address that the service uses; a password found there stays.
"""

import argparse
import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from deploy.files import private_folder, write_private
from deploy.services import NAMES

EXTENSIONS = ("btree_gist", "unaccent", "pg_trgm")
_SAME_ORDER_EVERYWHERE = (
    "template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'PG_UNICODE_FAST' locale 'C'"
)
_OLDEST = 180000
_LOCK = 0x67636D  # two starts on one server create roles one after the other


class DatabasesError(RuntimeError):
    """The server cannot carry the services' databases; the text says why."""


def address_file(folder: Path, service: str) -> Path:
    """Return the file that holds the address of a service's database."""
    return folder / f"database-{service}"


def ensure_addresses(folder: Path, admin_url: str, prefix: str = "") -> dict[str, str]:
    """Write each service's address on the administrator's server; passwords already there stay."""
    private_folder(folder)
    addresses = {}
    for service in NAMES:
        path = address_file(folder, service)
        known = urlsplit(path.read_text().strip()).password if path.exists() else None
        address = _address(admin_url, prefix + service, known or secrets.token_urlsafe(24))
        if not path.exists() or path.read_text().strip() != address:
            write_private(path, address + "\n")
        addresses[service] = address
    return addresses


async def ensure_databases(admin_url: str, folder: Path, prefix: str = "") -> dict[str, str]:
    """Make the roles, databases and extensions that are missing, and return each service's address."""
    addresses = ensure_addresses(folder, admin_url, prefix)
    async with _connected(admin_url) as admin:
        await _require_version(admin)
        await admin.execute("select pg_advisory_lock($1)", _LOCK)
        for address in addresses.values():
            await _ensure_role(admin, address)
        await asyncio.gather(*(ensure_database(admin_url, address) for address in addresses.values()))
    return addresses


async def ensure_database(admin_url: str, address: str) -> None:
    """Make the database of an address for the role of that address, unless it is there."""
    owner, name = urlsplit(address).username, urlsplit(address).path[1:]
    async with _connected(admin_url) as admin:
        if not await admin.fetchval("select true from pg_database where datname = $1", name):
            await admin.execute(f'create database "{name}" owner "{owner}" {_SAME_ORDER_EVERYWHERE}')
        await admin.execute(f'revoke all on database "{name}" from public')
    async with _connected(_in_database(admin_url, name)) as admin:
        for extension in EXTENSIONS:
            await admin.execute(f"create extension if not exists {extension}")


async def forget_databases(admin_url: str, folder: Path) -> None:
    """Drop the databases and roles whose addresses the folder keeps, and the addresses."""
    for path in (address_file(folder, service) for service in NAMES):
        if path.exists():
            address = path.read_text().strip()
            await drop_database(admin_url, address)
            async with _connected(admin_url) as admin:
                await admin.execute(f'drop role if exists "{urlsplit(address).username}"')
            path.unlink()


async def drop_database(admin_url: str, address: str) -> None:
    """Forget a database and all that is in it."""
    async with _connected(admin_url) as admin:
        await admin.execute(f'drop database if exists "{urlsplit(address).path[1:]}" with (force)')


async def swap_database(admin_url: str, *, old: str, new: str) -> None:
    """Let a database take the place of another, which is forgotten."""
    await drop_database(admin_url, old)
    async with _connected(admin_url) as admin:
        await admin.execute(f'alter database "{urlsplit(new).path[1:]}" rename to "{urlsplit(old).path[1:]}"')


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
        raise DatabasesError(f"The database server cannot be used (DATABASE_URL): {refused}") from refused
    try:
        yield connection
    finally:
        await connection.close()


def _address(admin_url: str, name: str, password: str) -> str:
    place = urlsplit(admin_url)
    host = place.netloc.rpartition("@")[2]
    return urlunsplit(place._replace(scheme="postgresql", netloc=f"{name}:{password}@{host}", path=f"/{name}"))


def _in_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _require_version(admin: asyncpg.Connection) -> None:
    version = await admin.fetchval("select current_setting('server_version_num')::int")
    if version < _OLDEST:
        raise DatabasesError(f"PostgreSQL 18 or newer is needed; this server is {version // 10000}.")


async def _ensure_role(admin: asyncpg.Connection, address: str) -> None:
    place = urlsplit(address)
    name, password = str(place.username), unquote(str(place.password))
    if not await admin.fetchval("select true from pg_roles where rolname = $1", name):
        await admin.execute(f'create role "{name}" login')
    if not await admin.fetchval("select rolsuper from pg_roles where rolname = current_user"):
        await admin.execute(f'grant "{name}" to current_user')  # an administrator of a hosted server needs it
    await admin.execute(f'alter role "{name}" password {_literal(password)}')


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_admin_url() -> str:
    """Return the administrator's address from DATABASE_URL or DATABASE_URL_FILE; empty without them."""
    named = os.environ.get("DATABASE_URL_FILE")
    return Path(named).read_text().strip() if named else os.environ.get("DATABASE_URL", "").strip()


def main() -> None:
    """Prepare the server for the four services."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("folder", type=Path)
    folder = arguments.parse_args().folder
    admin_url = read_admin_url()
    if not admin_url:
        raise SystemExit("DATABASE_URL (or DATABASE_URL_FILE) must name the server's administrator.")
    for service in asyncio.run(ensure_databases(admin_url, folder)):
        print(f"database {service} is there; its address is in {address_file(folder, service)}")


if __name__ == "__main__":
    main()
