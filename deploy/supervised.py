"""One supervised process: started, watched, started again after a pause when it dies, stopped politely."""

import asyncio
import contextlib
import ctypes
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from deploy.log import Log

ROOT = Path(__file__).resolve().parents[1]
SHORTEST_PAUSE = 0.3
LONGEST_PAUSE = 10.0
STEADY_AFTER = 10.0
"""Seconds of running after which a death counts as the first again."""
_LONGEST_LINE = 1024 * 1024
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Supervised:
    """One process of a stack. `name` is what the log and the caller call it."""

    def __init__(
        self, name: str, words: list[str], environment: Mapping[str, str], health_url: str, log: Log
    ) -> None:
        self.name = name
        self.deaths = 0
        self._words = words
        self._environment = dict(environment)
        self._health_url = health_url
        self._log = log
        self._child: asyncio.subprocess.Process | None = None
        self._wanted = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The number of the living process, if there is one."""
        return self._child.pid if self._child and self._child.returncode is None else None

    def start(self) -> None:
        """Run it, and run it again whenever it dies, until `stop`."""
        self._wanted.set()
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_running(), name=f"keep {self.name}")

    def kill(self) -> None:
        """End the process as a power cut would; it is started again."""
        if self.pid is not None and self._child:
            self._child.kill()

    async def stop(self, patience: float = 10.0) -> None:
        """Ask the process to end, wait, and end it by force when it does not listen."""
        self._wanted.clear()
        child = self._child
        if child is not None and self.pid is not None:
            child.terminate()
            try:
                await asyncio.wait_for(child.wait(), patience)
            except TimeoutError:
                self._log.tell(f"{self.name} did not stop within {patience:.0f} s and was ended by force.")
                child.kill()
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None

    async def is_ready(self, client: httpx.AsyncClient) -> bool:
        """Ask the process itself whether it can work."""
        if self.pid is None:
            return False
        try:
            return (await client.get(self._health_url, timeout=2)).status_code == 200
        except httpx.HTTPError:
            return False

    async def _keep_running(self) -> None:
        pause = SHORTEST_PAUSE
        while self._wanted.is_set():
            begun = time.monotonic()
            code = await self._run_once()
            if not self._wanted.is_set():
                return
            self.deaths += 1
            if time.monotonic() - begun > STEADY_AFTER:
                pause = SHORTEST_PAUSE
            self._log.tell(f"{self.name} ended ({_reason(code)}); it starts again in {pause:.1f} s.")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _run_once(self) -> int:
        self._child = await launch(self._words, self._environment)
        await copy_lines(self._child, self.name, self._log)
        return await self._child.wait()


async def launch(words: list[str], environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start a Python module of ours in a session of its own that ends when this process does."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *words,
        cwd=ROOT,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=_LONGEST_LINE,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


async def run_to_end(words: list[str], environment: Mapping[str, str], name: str, log: Log) -> int:
    """Run a module of ours to its end and return its exit code; it never outlives this call."""
    child = await launch(words, environment)
    try:
        await copy_lines(child, name, log)
        return await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def copy_lines(child: asyncio.subprocess.Process, name: str, log: Log) -> None:
    """Copy what a process says into the log until it says no more."""
    assert child.stdout is not None
    while True:
        try:
            line = await child.stdout.readline()
        except ValueError:
            line = b"(a line too long to keep)\n"
        if not line:
            return
        log.line(name, line.decode(errors="replace").rstrip("\r\n"))


def _load_prctl() -> "ctypes.CDLL | None":
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


_LIBC = _load_prctl()


def _end_with_parent() -> None:
    """Let the system end this child when the supervisor dies without a word (`kill -9`)."""
    if _LIBC is not None:
        _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def _reason(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
