"""Reading the reference files: rows of text, lists in a cell, days and numbers."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kernel.text import nfc

Line = Mapping[str, str]
"""One line of a reference file: every cell as text, empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a slice's `load` did: lines read by file, and the ids of what is new or different since last time.

    `touched` holds ids of other slices that mean something else now, by slice.
    The events about all of these are written by the loader, not by the slice.
    """

    read: Mapping[str, int] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    touched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_lines(data_dir: Path, name: str) -> list[Line]:
    """Read one reference file."""
    with (data_dir / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(nfc(line) for line in file))


def digest_of(line: Line) -> str:
    """Return what stays the same exactly as long as no cell of the line changes."""
    return hashlib.sha256("\x1f".join(f"{k}\x1e{v}" for k, v in sorted(line.items())).encode()).hexdigest()


def listed(cell: str) -> list[str]:
    """Return the parts of a list cell."""
    return [part for part in cell.split("|") if part]


def text(cell: str) -> str | None:
    """Return the text of a cell, None where it is empty."""
    return cell or None


def day(cell: str) -> date | None:
    """Return the day of a cell, None where it is empty."""
    return date.fromisoformat(cell) if cell else None


def certain_day(cell: str) -> date:
    """Return the day of a cell that must have one."""
    return date.fromisoformat(cell)


def number(cell: str) -> int | None:
    """Return the number of a cell, None where it is empty."""
    return int(cell) if cell else None
