"""`python -m gateway api | migrate | openapi | admin | sandbox-admin`."""

from pathlib import Path

from gateway.administrator import admin_command, sandbox_admin_command
from gateway.main import create_gateway, create_own_app
from gateway.settings import GatewaySettings
from kernel.process import Service, main

SERVICE = Service(
    name="gateway",
    settings=GatewaySettings,
    create_app=create_gateway,
    migrations=Path(__file__).parent / "migrations",
    openapi=lambda: create_own_app(GatewaySettings()).openapi(),
    commands={"admin": admin_command, "sandbox-admin": sandbox_admin_command},
)

if __name__ == "__main__":
    main(SERVICE)
