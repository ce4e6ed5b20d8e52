"""The key files of one installation: each made once, never overwritten.

python -m deploy.keys FOLDER [--database-host HOST]

With a host it also makes the passwords and addresses of the databases, as docker-compose.yml wants them.
"""

import argparse
import json
import secrets
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from deploy.databases import ensure_addresses
from deploy.files import private_folder, write_private
from deploy.services import NAMES
from kernel.jose import public_jwk

SERVICE_KEYS = tuple(f"service-{name}" for name in NAMES)
PRIVATE_KEYS = ("access-1", "internal", "receipt-1", *SERVICE_KEYS)
KEY_SETS = {"internal.jwks.json": ("internal",), "service.jwks.json": SERVICE_KEYS}


def ensure_keys(folder: Path) -> list[str]:
    """Make the key files that are missing, and return their names."""
    private_folder(folder)
    made = [name for name, text in _wanted_secrets() if _keep_once(folder / name, text)]
    return made + [name for name, members in KEY_SETS.items() if _publish(folder, name, members)]


def ensure_database_secrets(folder: Path, host: str) -> None:
    """Make the administrator's password and every service's address; what is there stays."""
    _keep_once(folder / "postgres-password", secrets.token_urlsafe(24).encode())
    password = (folder / "postgres-password").read_text().strip()
    admin_url = f"postgresql://postgres:{password}@{host}:5432/postgres"
    write_private(folder / "database-admin", admin_url + "\n")
    ensure_addresses(folder, admin_url)


def _wanted_secrets() -> list[tuple[str, bytes]]:
    return [
        *((f"{name}.pem", _new_private_key()) for name in PRIVATE_KEYS),
        ("client-pepper", secrets.token_hex(32).encode() + b"\n"),
        ("webhook-keys", Fernet.generate_key() + b"\n"),
    ]


def _new_private_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _keep_once(path: Path, content: bytes) -> bool:
    if path.exists():
        return False
    write_private(path, content)
    return True


def _publish(folder: Path, name: str, members: tuple[str, ...]) -> bool:
    """Add the public halves that the key set lacks; a key that is in it stays."""
    path = folder / name
    keys: list[dict[str, Any]] = json.loads(path.read_text())["keys"] if path.exists() else []
    known = {key["kid"] for key in keys}
    missing = [key for key in (_public_half(folder / f"{m}.pem", m) for m in members) if key["kid"] not in known]
    if missing:
        write_private(path, json.dumps({"keys": keys + missing}, indent=2) + "\n")
        path.chmod(0o644)
    return bool(missing)


def _public_half(pem: Path, name: str) -> dict[str, str]:
    private = serialization.load_pem_private_key(pem.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise SystemExit(f"{pem} is no EC private key.")
    return public_jwk(private.public_key(), name)


def main() -> None:
    """Make what is missing and say what was made."""
    arguments = argparse.ArgumentParser(description=ensure_keys.__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--database-host", help="where the containers reach PostgreSQL, for example postgres")
    given = arguments.parse_args()
    made = ensure_keys(given.folder)
    if given.database_host:
        ensure_database_secrets(given.folder, given.database_host)
    print(f"made {', '.join(made)}" if made else "every key is there")


if __name__ == "__main__":
    main()
