"""What one running installation consists of on this machine: folder, ports, files and settings."""

import os
import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from deploy.databases import address_file
from deploy.services import SERVICES, WORKER_PORT_STEP, Service

STANDARD_PORT = SERVICES[0].port
THIS_MACHINE = {"GCM_WEBHOOK_ALLOWED_NETWORKS": '["127.0.0.1/32"]'}
"""Webhooks of a sandbox may reach the machine that it runs on. Without effect outside sandbox mode."""


class StackError(RuntimeError):
    """The stack cannot be started or stopped; the text says why and what helps."""


@dataclass(frozen=True)
class Installation:
    """One stack's place on the machine. The gateway's port decides all the others."""

    folder: Path
    port: int = STANDARD_PORT
    sandbox: bool = True
    sandbox_start: datetime | None = None
    live_from: date | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """Further environment variables for every process."""

    @property
    def keys(self) -> Path:
        """The folder of the key files."""
        return self.folder / "keys"

    @property
    def databases(self) -> Path:
        """The folder of the database addresses."""
        return self.folder / "databases"

    @property
    def log_file(self) -> Path:
        """The file with every process's lines."""
        return self.folder / "stack.log"

    @property
    def credentials(self) -> Path:
        """The file with the sandbox administrator's client id and secret."""
        return self.folder / "sandbox-admin"

    @property
    def public_url(self) -> str:
        """Where callers reach the gateway."""
        return self.address("gateway")

    def address(self, name: str) -> str:
        """Return the address of a service's API, or of `<service>-worker`'s health doors."""
        return f"http://127.0.0.1:{self.ports()[name]}"

    def ports(self) -> dict[str, int]:
        """Return the port of every process by its name."""
        shift = self.port - STANDARD_PORT
        return {
            name: service.port + shift + (WORKER_PORT_STEP if command == "worker" else 0)
            for service in SERVICES
            for name, command in service.processes()
        }

    def environment(self, service: Service, process: str) -> dict[str, str]:
        """Return the environment of one process: the surroundings, and what `kernel.settings` asks for."""
        own = {
            "GCM_DATABASE_URL_FILE": str(address_file(self.databases, service.name)),
            "GCM_HOST": "127.0.0.1",
            "GCM_PORT": str(self.ports()[process]),
            "GCM_KEYS_DIR": str(self.keys),
            "GCM_SANDBOX": str(self.sandbox).lower(),
            "GCM_PUBLIC_URL": self.public_url,
            **{f"GCM_{other.name.upper()}_URL": self.address(other.name) for other in SERVICES},
            "PYTHONUNBUFFERED": "1",
        }
        if self.sandbox_start is not None:
            own["GCM_SANDBOX_START"] = self.sandbox_start.isoformat()
        if self.live_from is not None:
            own["GCM_LIVE_FROM"] = self.live_from.isoformat()
        surroundings = {name: value for name, value in os.environ.items() if name != "GCM_DATABASE_URL"}
        return {**THIS_MACHINE, **surroundings, **own, **self.settings}

    def require_free_ports(self) -> None:
        """Refuse to start where another program listens on one of our ports."""
        taken = {name: port for name, port in self.ports().items() if not _is_free(port)}
        if taken:
            listed = ", ".join(f"{port} ({name})" for name, port in taken.items())
            raise StackError(
                f"Another program already listens on port {listed}.\n"
                f"Choose another port, the other processes follow it: make run PORT={find_port_block()}"
            )


def find_port_block() -> int:
    """Return a gateway port from which every process's port is free at this moment."""
    for _ in range(200):
        port = random.randrange(12_000, 31_000, 10)
        ports = Installation(Path(), port=port).ports().values()
        if all(_is_free(each) for each in ports):
            return port
    raise StackError("No free block of ports was found on this machine.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
