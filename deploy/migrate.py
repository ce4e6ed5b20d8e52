"""All migrations and the registry's data in one step, before the containers of the services start.

python -m deploy.migrate FOLDER     where FOLDER holds `database-<service>` of each service
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from deploy.databases import address_file
from deploy.services import SERVICES, Service


def main() -> None:
    """Bring every database to the newest schema, then load the registry's data."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("folder", type=Path)
    folder = arguments.parse_args().folder
    children = {service: _begin(service, "migrate", folder) for service in SERVICES}
    failed = [service.name for service, child in children.items() if child.wait()]
    if failed:
        sys.exit(f"Migration failed: {', '.join(failed)}")
    registry = next(service for service in SERVICES if service.name == "registry")
    sys.exit(_begin(registry, "load", folder).wait())


def _begin(service: Service, command: str, folder: Path) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "GCM_DATABASE_URL_FILE": str(address_file(folder, service.name))}
    return subprocess.Popen([sys.executable, "-m", service.package, command], env=environment)


if __name__ == "__main__":
    main()
