"""One whole installation on one machine under one supervisor: for `make run`, the demo and journey tests."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator

import httpx

from deploy.databases import address_file, forget_databases
from deploy.holding import hold
from deploy.installation import Installation, StackError
from deploy.log import Log
from deploy.postgres import EmbeddedPostgres
from deploy.preparing import forget_preparations, prepare
from deploy.services import SERVICES
from deploy.supervised import Supervised

READY_WITHIN = 120.0
_TOO_MANY_DEATHS = 4


class Stack:
    """The running processes of one installation. `running_stack` makes one and ends it."""

    def __init__(self, installation: Installation, admin_url: str, log: Log) -> None:
        self.installation = installation
        self.admin_url = admin_url
        self.log = log
        self.processes = _processes_of(installation, log)

    @property
    def url(self) -> str:
        """The gateway's address."""
        return self.installation.public_url

    def address(self, name: str) -> str:
        """Return a service's own address, behind the gateway."""
        return self.installation.address(name)

    def database_url(self, service: str) -> str:
        """Return the address of a service's database, as that service knows it."""
        return address_file(self.installation.databases, service).read_text().strip()

    def admin_credentials(self) -> tuple[str, str]:
        """Return the sandbox administrator's client id and secret."""
        words = json.loads(self.installation.credentials.read_text())
        return words["client_id"], words["client_secret"]

    def kill(self, name: str) -> None:
        """End `registry`, `registry-worker`, … as a power cut would; it starts again by itself."""
        self.processes[name].kill()

    async def stop(self, *names: str) -> None:
        """Stop these processes, or all, until `start`."""
        await asyncio.gather(*(self.processes[name].stop() for name in names or self.processes))

    def start(self, *names: str) -> None:
        """Start these processes, or all."""
        for name in names or self.processes:
            self.processes[name].start()

    async def wait_until_ready(self, *names: str, limit: float = READY_WITHIN) -> None:
        """Wait until these processes, or all, say of themselves that they can work."""
        waiting = set(names or self.processes)
        before = {name: self.processes[name].deaths for name in waiting}
        until = time.monotonic() + limit
        async with httpx.AsyncClient(trust_env=False) as client:
            while waiting:
                answers = {name: self.processes[name].is_ready(client) for name in waiting}
                ready = await asyncio.gather(*answers.values())
                waiting -= {name for name, yes in zip(answers, ready, strict=True) if yes}
                for name in waiting:
                    self._require_hope(name, before[name], until)
                await asyncio.sleep(0.1 if waiting else 0)

    def _require_hope(self, name: str, deaths_before: int, until: float) -> None:
        died = self.processes[name].deaths - deaths_before
        if died >= _TOO_MANY_DEATHS or time.monotonic() > until:
            said = self.log.last_lines_of(name)
            raise StackError(f"{name} does not become ready. It said last:\n{said}")


def _processes_of(installation: Installation, log: Log) -> dict[str, Supervised]:
    processes = {}
    for service in SERVICES:
        for name, command in service.processes():
            words = [service.package, command]
            environment = installation.environment(service, name)
            ready_url = f"{installation.address(name)}/readyz"
            processes[name] = Supervised(name, words, environment, ready_url, log)
    return processes


@contextlib.asynccontextmanager
async def running_stack(
    installation: Installation,
    *,
    admin_url: str = "",
    prefix: str = "",
    screen: bool = False,
    durable: bool = True,
) -> AsyncIterator[Stack]:
    """Start everything, wait until all of it is ready, and stop all of it at the end.

    Without `admin_url` the stack brings its own PostgreSQL; with `durable=False` a fast one for tests, which
    a power cut would ruin. A `prefix` keeps the databases of a passing stack apart on a server that others use
    too; its databases and roles are dropped at the end.
    """
    installation.folder.mkdir(parents=True, exist_ok=True)
    with hold(installation), Log(installation.log_file, screen=screen) as log:
        installation.require_free_ports()
        log.tell("Starting everything; the first time this takes about half a minute.")
        async with server_of(installation, admin_url, durable) as server:
            stack = Stack(installation, server, log)
            try:
                await prepare(installation, server, prefix, log)
                installation.require_free_ports()  # once more: another stack may have come up meanwhile
                stack.start()
                await stack.wait_until_ready()
                yield stack
            finally:
                await stack.stop()
                if prefix:
                    await forget_databases(server, installation.databases)
                    forget_preparations(installation)


@contextlib.asynccontextmanager
async def server_of(installation: Installation, admin_url: str, durable: bool = True) -> AsyncIterator[str]:
    """Give the address of the server's administrator; an embedded server runs as long as anyone uses it."""
    if admin_url:
        yield admin_url
        return
    with EmbeddedPostgres(installation.folder / "postgres", durable=durable).lease() as address:
        yield address
