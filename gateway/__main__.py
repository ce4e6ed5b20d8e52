"""`python -m gateway api | migrate | openapi | admin | sandbox-admin`."""

from pathlib import Path

from gateway.settings import GatewaySettings
from kernel.process import Service, main

SERVICE = Service(
    name="gateway",
    settings=GatewaySettings,
    app="gateway.main:create_gateway",
    migrations=Path(__file__).parent / "migrations",
    openapi="gateway.main:own_document",
    commands={
        "admin": "gateway.administrator:admin_command",
        "sandbox-admin": "gateway.administrator:sandbox_admin_command",
    },
)

if __name__ == "__main__":
    main(SERVICE)
