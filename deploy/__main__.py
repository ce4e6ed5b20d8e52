"""The shell's way to one installation: `python -m deploy up | stop | backup | restore FILE`."""

import argparse
import asyncio
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup import backup, restore
from deploy.databases import DatabasesError, ensure_databases, read_admin_url
from deploy.holding import hold, stop_holder
from deploy.installation import STANDARD_PORT, Installation, StackError
from deploy.postgres import EmbeddedPostgres, PostgresError
from deploy.stack import Stack, running_stack, server_of

FOLDER = Path(".local/run")
BACKUPS = Path(".local/backups")


def main() -> None:
    """Do what the shell asks, and say in one sentence why when it cannot be done."""
    arguments = argparse.ArgumentParser(prog="python -m deploy", description=main.__doc__)
    arguments.add_argument("--folder", type=Path, default=FOLDER, help="where the installation keeps its state")
    commands = arguments.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and keep it running")
    up.add_argument("--port", type=_port, default=os.environ.get("PORT") or str(STANDARD_PORT))
    commands.add_parser("stop", help="stop everything that runs here")
    commands.add_parser("backup", help="write all databases into one file").add_argument(
        "file", nargs="?", type=Path
    )
    commands.add_parser("restore", help="put all databases back").add_argument("file", type=Path)
    given = arguments.parse_args()
    try:
        _COMMANDS[given.command](given)
    except (StackError, PostgresError, DatabasesError, OSError) as failure:
        sys.exit(str(failure))


def _port(text: str) -> int:
    """Read the gateway's port; the others lie up to about a hundred above it."""
    if text.isdecimal() and 1024 <= int(text) <= 65_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"PORT must be a number from 1024 to 65000, and is “{text}”.")


def _up(given: argparse.Namespace) -> None:
    asyncio.run(_run_until_told(Installation(given.folder.resolve(), port=given.port)))


def _stop(given: argparse.Namespace) -> None:
    stopped = stop_holder(given.folder.resolve())
    if (given.folder / "postgres").exists():
        EmbeddedPostgres(given.folder / "postgres").down()
    print("Stopped." if stopped else "Nothing was running.")


def _backup(given: argparse.Namespace) -> None:
    name = f"gcm-hub-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    installation = Installation(given.folder.resolve())
    target = asyncio.run(_back_up(installation, (given.file or BACKUPS / name).resolve()))
    print(f"All databases are in {target}")
    print(f"Keys are not in it; keep a copy of {installation.keys} somewhere else.")


def _restore(given: argparse.Namespace) -> None:
    installation = Installation(given.folder.resolve())
    with hold(installation):
        asyncio.run(_put_back(installation, given.file.resolve()))
    print("All databases are restored. Their followers read everything again after the next `make run`.")


_COMMANDS = {"up": _up, "stop": _stop, "backup": _backup, "restore": _restore}


async def _back_up(installation: Installation, target: Path) -> Path:
    async with server_of(installation, read_admin_url()) as server:
        return await backup(await ensure_databases(server, installation.databases), target)


async def _put_back(installation: Installation, source: Path) -> None:
    async with server_of(installation, read_admin_url()) as server:
        await restore(source, server, installation)


async def _run_until_told(installation: Installation) -> None:
    """Run the stack until Ctrl-C, SIGTERM, or until the terminal goes away."""
    work = asyncio.create_task(_run(installation))
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(told, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        return


async def _run(installation: Installation) -> None:
    begun = time.monotonic()
    async with running_stack(installation, admin_url=read_admin_url(), screen=True) as stack:
        stack.log.tell(_welcome(stack, time.monotonic() - begun))
        try:
            await asyncio.Event().wait()
        finally:
            stack.log.tell("Stopping.")


def _welcome(stack: Stack, seconds: float) -> str:
    installation = stack.installation
    folder = _short(installation.folder)
    option = "" if folder == str(FOLDER) else f" --folder {folder}"
    return f"""
GCM Hub runs since {seconds:.1f} s after the start. Ctrl-C stops it; what it holds is kept in {folder}.

  API        {stack.url}/v1
  Docs       {stack.url}/docs
  OpenAPI    {stack.url}/openapi.json
  Log        {_short(installation.log_file)}
  Sandbox administrator's client id and secret (for your eyes only): {_short(installation.credentials)}

Try, in another terminal in this folder:

  TOKEN=$({_short(Path(sys.executable))} -m deploy.token{option})
  curl -sw '\\n' -H "Authorization: Bearer $TOKEN" {stack.url}/v1/me
  curl -sw '\\n' -H "Authorization: Bearer $TOKEN" "{stack.url}/v1/obligations/OHT-01/explain?period=2026-S1"
"""


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    main()
