"""The one log stream of a stack: all processes' lines, each with its name, in a file; news on the screen."""

from pathlib import Path
from types import TracebackType
from typing import TextIO

LARGEST = 20 * 1024 * 1024
_NAME_WIDTH = 20


class Log:
    """Takes lines of all processes into one file; what a person must know also goes to the screen."""

    def __init__(self, path: Path, *, screen: bool, largest: int = LARGEST) -> None:
        self.path = path
        self._screen = screen
        self._largest = largest
        self._file: TextIO | None = None

    def __enter__(self) -> "Log":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def line(self, name: str, text: str) -> None:
        """Keep one line of one process."""
        if self._file is None:
            return
        self._file.write(f"{name:<{_NAME_WIDTH}}| {text}\n")
        if self._file.tell() > self._largest:
            self._file.close()
            self.path.replace(self.path.with_suffix(".log.1"))
            self._file = self._open()

    def _open(self) -> TextIO:
        return self.path.open("a", buffering=1, encoding="utf-8", errors="replace")

    def tell(self, text: str) -> None:
        """Keep a line of the stack itself, and show it to whoever looks."""
        self.line("stack", text)
        if not self._screen:
            return
        try:
            print(text, flush=True)
        except OSError:
            self._screen = False  # the terminal is gone; the work goes on until a signal says stop

    def last_lines_of(self, name: str, count: int = 15) -> str:
        """Return the end of what one process said, for a message about its failure."""
        own = f"{name:<{_NAME_WIDTH}}| "
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            return "".join([text for text in lines if text.startswith(own)][-count:]).rstrip()
