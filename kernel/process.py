"""The commands that every service package has: `api`, `worker`, `migrate`, `openapi`.

What a command runs is named and loaded only then: a migration does not pay for the doors of an application.
"""

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name

from kernel.logging import configure_logging
from kernel.settings import ServiceSettings


@dataclass(frozen=True)
class Service:
    """One service package, as its `__main__` describes it. Functions are named `package.module:function`."""

    name: str
    settings: Callable[[], ServiceSettings]
    app: str
    """Makes the application from the settings."""
    migrations: Path
    work: str | None = None
    """Opens what a worker needs and gives its loops."""
    openapi: str | None = None
    """Gives the document of the public doors, where that is not the application's own."""
    commands: dict[str, str] = field(default_factory=dict)
    """Further commands: each takes the settings and the words that follow."""


def main(service: Service, argv: list[str] | None = None) -> None:
    """Run one command of a service."""
    args = sys.argv[1:] if argv is None else argv
    commands = {
        "api": "kernel.serving:serve",
        "worker": "kernel.serving:work",
        "migrate": "kernel.migrations:migrate",
        "openapi": "kernel.serving:print_openapi",
    }
    if not args or args[0] not in {**commands, **service.commands}:
        sys.exit(f"usage: python -m <package> {' | '.join({**commands, **service.commands})}")
    look_for_garbage_seldom()
    settings = service.settings()
    configure_logging(service.name, settings.log_level)
    if args[0] in commands:
        resolve_name(commands[args[0]])(service, settings)
    else:
        resolve_name(service.commands[args[0]])(settings, args[1:])


def look_for_garbage_seldom() -> None:
    """Leave what is loaded alone, and look for cycles of references less often: most answers make none."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
