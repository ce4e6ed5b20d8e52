"""Who runs an installation right now: a lock that dies with its holder, and a note for those who ask."""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from deploy.files import write_private
from deploy.installation import Installation, StackError


@dataclass(frozen=True)
class Holder:
    """The supervisor that runs an installation."""

    pid: int
    url: str


@contextlib.contextmanager
def hold(installation: Installation) -> Iterator[None]:
    """Be the only one that runs this installation; refuse when someone else already does."""
    installation.folder.mkdir(parents=True, exist_ok=True)
    with _lock_file(installation.folder).open("a") as handle:
        if not _take(handle):
            raise StackError(_already(find_holder(installation.folder)))
        note = {"pid": os.getpid(), "url": installation.public_url}
        write_private(_note_file(installation.folder), json.dumps(note))
        try:
            yield
        finally:
            _note_file(installation.folder).unlink(missing_ok=True)


def find_holder(folder: Path) -> Holder | None:
    """Return who runs the installation of this folder, if anyone does."""
    if not _is_held(folder):
        return None
    try:
        note = json.loads(_note_file(folder).read_text())
    except FileNotFoundError:
        return None
    return Holder(int(note["pid"]), str(note["url"]))


def stop_holder(folder: Path, patience: float = 60.0) -> bool:
    """Ask whoever runs the installation to stop, wait for it, and say whether there was anyone."""
    holder = find_holder(folder)
    if holder is None:
        return False
    os.kill(holder.pid, signal.SIGTERM)
    until = time.monotonic() + patience
    while _is_held(folder):
        if time.monotonic() > until:
            raise StackError(f"Process {holder.pid} did not stop within {patience:.0f} s.")
        time.sleep(0.1)
    return True


def _lock_file(folder: Path) -> Path:
    return folder / ".running"


def _note_file(folder: Path) -> Path:
    return folder / "running.json"


def _take(handle: TextIO) -> bool:
    for _ in range(5):  # someone may only be looking who holds it
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.1)
    return False


def _is_held(folder: Path) -> bool:
    if not _lock_file(folder).exists():
        return False
    with _lock_file(folder).open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _already(holder: Holder | None) -> str:
    if holder is None:
        return "This installation is being started or stopped by another process; try again in a moment."
    return f"It already runs at {holder.url} (process {holder.pid}). To stop it: make stop"
