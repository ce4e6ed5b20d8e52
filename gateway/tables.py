"""Imports every table class of the gateway, so that its metadata is whole for migrations and their check."""

from gateway.agency.tables import Agency
from gateway.base import metadata
from gateway.client.tables import Client, ClientSecret
from gateway.clock.tables import SandboxClock
from gateway.token.tables import RevokedToken

__all__ = ["Agency", "Client", "ClientSecret", "RevokedToken", "SandboxClock", "metadata"]
