"""Backup and restore of all databases as one file. Keys are no part of it: keep their folder apart.

A restored database knows nothing of what its followers have read since. Each therefore begins a new epoch of
its log, and every follower reads the feed again from the start.
"""

import asyncio
import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.databases import drop_database, ensure_database, ensure_databases, swap_database
from deploy.installation import Installation, StackError
from deploy.postgres_home import installed_programs
from deploy.preparing import forget_preparations
from deploy.services import NAMES

FORMAT = 1
_MANIFEST = "manifest.json"


async def backup(addresses: Mapping[str, str], target: Path) -> Path:
    """Write every service's database into one file that only its owner can read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dumps = {name: Path(folder) / f"{name}.dump" for name in addresses}
        await asyncio.gather(*(_dump(addresses[name], path) for name, path in dumps.items()))
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": {name: _digest(path) for name, path in dumps.items()},
        }
        (Path(folder) / _MANIFEST).write_text(json.dumps(manifest, indent=2))
        fresh = Path(folder) / "whole.tar"
        _pack([Path(folder) / _MANIFEST, *dumps.values()], fresh)
        fresh.rename(target)
    return target


async def restore(source: Path, admin_url: str, installation: Installation, prefix: str = "") -> None:
    """Put every database back to what the file holds, all or none, and begin new epochs."""
    addresses = await ensure_databases(admin_url, installation.databases, prefix)
    with tempfile.TemporaryDirectory() as folder:
        dumps = _unpack(source, Path(folder))
        fresh = {name: _beside(address) for name, address in addresses.items()}
        work = (_restore_one(admin_url, fresh[name], dumps[name]) for name in NAMES)
        failures = [each for each in await asyncio.gather(*work, return_exceptions=True) if each is not None]
    if failures:
        for address in fresh.values():
            await drop_database(admin_url, address)
        raise failures[0]
    for name in NAMES:
        await swap_database(admin_url, old=addresses[name], new=fresh[name])
    forget_preparations(installation)


async def begin_new_epoch(address: str) -> None:
    """Tell all followers to read the log again; events not yet sealed get a transaction of this server."""
    connection = await asyncpg.connect(address)
    try:
        async with connection.transaction():
            await connection.execute("delete from log_epoch")
            await connection.execute("insert into log_epoch (epoch) values (uuidv7())")
            await connection.execute("alter table event disable trigger event_sealed_only")
            await connection.execute("update event set txid = pg_current_xact_id() where position is null")
            await connection.execute("alter table event enable trigger event_sealed_only")
    finally:
        await connection.close()


async def _restore_one(admin_url: str, address: str, dump: Path) -> None:
    await drop_database(admin_url, address)
    await ensure_database(admin_url, address)
    await _call("pg_restore", address, "--no-owner", "--exit-on-error", "--single-transaction", str(dump))
    await begin_new_epoch(address)


async def _dump(address: str, target: Path) -> None:
    # extensions are made by the administrator, not by the service's role
    await _call("pg_dump", address, "-Fc", "--no-owner", "--exclude-extension=*", "-f", str(target))


async def _call(program: str, address: str, *words: str) -> None:
    place = urlsplit(address)
    bare = urlunsplit(place._replace(netloc=f"{place.username}@{place.netloc.rpartition('@')[2]}"))
    child = await asyncio.create_subprocess_exec(
        installed_programs() / program,
        f"--dbname={bare}",
        *words,
        env={**os.environ, "PGPASSWORD": str(place.password)},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await child.communicate()
    if child.returncode:
        raise StackError(f"{program} of {place.path[1:]} failed:\n{said.decode(errors='replace').strip()}")


def _beside(address: str) -> str:
    place = urlsplit(address)
    return urlunsplit(place._replace(path=f"{place.path}_restored"))


def _pack(parts: list[Path], target: Path) -> None:
    private = os.open(target, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(private, "wb") as handle, tarfile.open(fileobj=handle, mode="w") as archive:
        for part in parts:
            archive.add(part, arcname=part.name)


def _unpack(source: Path, folder: Path) -> dict[str, Path]:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise StackError(f"{source} is no backup of ours: {error}") from error
    if manifest.get("format") != FORMAT:
        raise StackError(f"{source} has format {manifest.get('format')}; this version reads format {FORMAT}.")
    dumps = {name: folder / f"{name}.dump" for name in NAMES}
    damaged = [name for name, path in dumps.items() if _digest(path) != manifest["sha256"].get(name)]
    if damaged:
        raise StackError(f"{source} is damaged: {', '.join(damaged)}.")
    return dumps


def _digest(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
