"""The log line of a request that passed: the same shape as every other line, at a tenth of the cost."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson

FLUSH_SECONDS = 0.1
FLUSH_LINES = 500


class AccessLog:
    """Writes one JSON line a request, many lines at a time. A killed process loses the last tenth of a second."""

    def __init__(self, level: str, out: BinaryIO | None = None) -> None:
        self._wanted = level.upper() in ("DEBUG", "INFO")
        self._out = sys.stdout.buffer if out is None else out
        self._lines: list[bytes] = []
        self._flushing: asyncio.TimerHandle | None = None

    def write(self, **facts: Any) -> None:
        """Take one line in."""
        if not self._wanted:
            return
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        head = {"event": "passed", "service": "gateway", "level": "info", "timestamp": now}
        self._lines.append(orjson.dumps(facts | head, option=orjson.OPT_APPEND_NEWLINE))
        if len(self._lines) >= FLUSH_LINES:
            self.flush()
        elif self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write out what was taken in."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        lines, self._lines = self._lines, []
        if lines:
            self._out.write(b"".join(lines))
            self._out.flush()
