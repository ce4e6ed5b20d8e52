"""An embedded PostgreSQL 18 for one machine: made, started, found again, stopped. What is in it: `databases`.

python -m deploy.postgres up|down|remove [FOLDER]
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.postgres_home import Home, PostgresError, find_home, locked

__all__ = ["EmbeddedPostgres", "PostgresError", "free_port"]

_PATIENCE = 30.0  # seconds for recovery, for shutting down, for children of a killed server
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
shared_preload_libraries = 'pg_stat_statements'
password_encryption = 'scram-sha-256'
"""
_FAST_AND_LOSING = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class EmbeddedPostgres:
    """One server in one folder. Every call may come from several processes at once."""

    def __init__(self, directory: Path, port: int = 0, *, durable: bool = True) -> None:
        self.directory = directory.resolve()
        self._port = port
        self._durable = durable

    def up(self) -> str:
        """Start the server unless it runs, and return the administrator's DSN."""
        with locked(self.directory / ".lock"):
            return self._up()

    def down(self) -> None:
        """Stop the server if it runs; open transactions are rolled back."""
        with locked(self.directory / ".lock"):
            self._down()

    @contextmanager
    def lease(self) -> Iterator[str]:
        """Keep the server up while anyone holds a lease; the last holder to leave stops it."""
        users = self.directory / ".users"
        with locked(self.directory / ".lock"):
            dsn = self._up()
            handle = users.open("w")
            fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            yield dsn
        finally:
            with locked(self.directory / ".lock"), handle, contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._down()

    def remove(self) -> None:
        """Stop the server and forget its data for ever."""
        with locked(self.directory / ".lock"):
            self._down()
            home = self._home()
            shutil.rmtree(home.data, ignore_errors=True)
            shutil.rmtree(self.directory, ignore_errors=True)
            with contextlib.suppress(OSError):
                home.data.parent.rmdir()

    @property
    def data(self) -> Path:
        """The folder that PostgreSQL itself keeps."""
        return self._home().data

    # -- the parts; all run under the lock

    def _up(self) -> str:
        home = self._home()
        if (home.data / "PG_VERSION").exists():
            state = self._read_state()
            if self._wait_until_settled(home, state):
                return str(state["dsn"])
        else:
            state = self._make(home)
        return self._start(home, state)

    def _down(self) -> None:
        home = self._home()
        if self._find_server(home) is not None:
            self._run(home, "pg_ctl", "-D", str(home.data), "-m", "fast", "-w", "-t", "60", "stop")

    def _home(self) -> Home:
        self.directory.mkdir(parents=True, exist_ok=True)
        return find_home(self.directory)

    def _make(self, home: Home) -> dict[str, Any]:
        shutil.rmtree(home.data, ignore_errors=True)
        home.data.mkdir(mode=0o700)
        home.give(home.data)
        password = secrets.token_urlsafe(24)
        password_file = home.data.parent / f".password-{os.getpid()}"
        _write_private(password_file, password)
        home.give(password_file)
        try:
            self._run(
                home, "initdb", "-D", str(home.data), "-U", "postgres", "-E", "UTF8",
                "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C",
                "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", f"--pwfile={password_file}",
            )  # fmt: skip
        except PostgresError:
            shutil.rmtree(home.data, ignore_errors=True)  # a half-made folder must not look like a server
            raise
        finally:
            password_file.unlink()
        with (home.data / "postgresql.auto.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION)
        return self._keep_state({"password": password, "port": 0})

    def _start(self, home: Home, state: dict[str, Any]) -> str:
        until = time.monotonic() + _PATIENCE
        while True:
            port = self._port or _still_free(int(state["port"])) or free_port()
            dsn = f"postgresql://postgres:{state['password']}@127.0.0.1:{port}/postgres"
            self._keep_state(state | {"port": port, "dsn": dsn})
            try:
                self._run(
                    home, "pg_ctl", "-D", str(home.data), "-w", "-t", "60",
                    "-l", str(home.data / "server.log"), "-o", self._options(port), "start",
                )  # fmt: skip
            except PostgresError as failure:
                self._require_hope(home, port, failure, until)
                time.sleep(0.3)
                continue
            return dsn

    def _require_hope(self, home: Home, port: int, failure: PostgresError, until: float) -> None:
        """Refuse to try again when another try cannot help; name the reason from the server's log."""
        log = _last_lines(home.data / "server.log")
        if self._port and not _still_free(port):
            raise PostgresError(f"PostgreSQL cannot start: another program has port {port}.") from failure
        passing = "Address already in use" in log or "still in use" in log or "lock file" in log
        if not passing or time.monotonic() > until:
            raise PostgresError(f"PostgreSQL did not start. Its log ends:\n{log}") from failure

    def _options(self, port: int) -> str:
        words = ["-p", str(port)]
        for setting in [] if self._durable else _FAST_AND_LOSING:
            words += ["-c", setting]
        return " ".join(words)

    def _wait_until_settled(self, home: Home, state: dict[str, Any]) -> bool:
        """Say whether our server answers; wait while it still starts or stops; drop a dead one's pid file."""
        until = time.monotonic() + _PATIENCE
        while self._find_server(home) is not None:
            if self._answers(home, state):
                return True
            if time.monotonic() > until:
                raise PostgresError(f"PostgreSQL in {home.data} runs but does not answer.")
            time.sleep(0.1)
        (home.data / "postmaster.pid").unlink(missing_ok=True)
        return False

    def _answers(self, home: Home, state: dict[str, Any]) -> bool:
        """Say whether a login reaches this folder's server: a pid or an open port alone proves nothing."""
        if "dsn" not in state:
            return False
        words = ["-X", "-At", "-h", "127.0.0.1", "-p", str(state["port"]), "-U", "postgres"]
        question = [str(home.programs / "psql"), *words, "-c", "show data_directory"]
        environment = {"PGPASSWORD": state["password"], "PGCONNECT_TIMEOUT": "5"}
        answer = subprocess.run(question, env=environment, capture_output=True, text=True, check=False)
        return answer.returncode == 0 and answer.stdout.strip() == str(home.data)

    def _find_server(self, home: Home) -> int | None:
        """Return the process number of the living server of this folder, if there is one."""
        try:
            pid = int((home.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if str(home.data) in _command_line(pid) else None

    def _run(self, home: Home, program: str, *words: str) -> None:
        # a file, not a pipe: the server inherits it, and a pipe would never end
        with tempfile.TemporaryFile("w+") as output:
            environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
            options: dict[str, Any] = home.popen_options()
            done = subprocess.run(
                [str(home.programs / program), *words],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment,
                check=False, **options,
            )  # fmt: skip
            output.seek(0)
            if done.returncode:
                raise PostgresError(f"{program} failed:\n{output.read()[-2000:].strip()}")

    def _read_state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads((self.directory / "state.json").read_text())
        except FileNotFoundError:
            raise PostgresError(
                f"{self._home().data} holds a database, but its password is not in {self.directory}. "
                "Put state.json back, or remove the database to begin anew."
            ) from None
        except PermissionError:
            raise PostgresError(f"{self.directory} belongs to another account.") from None
        return state

    def _keep_state(self, state: dict[str, Any]) -> dict[str, Any]:
        fresh = self.directory / "state.json.new"
        _write_private(fresh, json.dumps(state))
        fresh.rename(self.directory / "state.json")
        return state


def free_port() -> int:
    """Return a port of this machine that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _still_free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)


def _command_line(pid: int) -> str:
    """Return how a living process was started; empty for a dead one and for one that waits to be buried."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        pass
    if Path("/proc/self").exists():
        return ""
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout


def _last_lines(path: Path, count: int = 12) -> str:
    if not path.exists():
        return "(no log)"
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])


def main() -> None:
    """Start or stop the server of a folder, or forget it with its data."""
    command = sys.argv[1] if len(sys.argv) > 1 else "up"
    server = EmbeddedPostgres(Path(sys.argv[2] if len(sys.argv) > 2 else ".local/run/postgres"))
    if command == "down":
        server.down()
    elif command == "remove":
        server.remove()
    else:
        print(server.up())


if __name__ == "__main__":
    try:
        main()
    except PostgresError as failure:
        sys.exit(str(failure))
