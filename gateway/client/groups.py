"""The groups of confidential indicators: each has a scope of its own beside `data:confidential`, which is for all.

A group is a category of the reference data that is not open, as the forms that ship have a table for each. What a
group opens, submissions decides; here is known which there are, so that none is given that does not exist.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

EVERY_GROUP = "data:confidential"
OPEN = "aggregate_open"


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its code and what it is called."""

    code: str
    vi: str
    en: str

    @property
    def scope(self) -> str:
        """The scope for this group alone."""
        return f"{EVERY_GROUP}:{self.code}"


def read_groups(data_dir: Path) -> tuple[Group, ...]:
    """Return the groups in the order of the reference data."""
    with (data_dir / "migration_categories.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Group(row["code"].lower(), row["name_vi"], row["name_en"])
            for row in csv.DictReader(file)
            if row["confidentiality"] != OPEN
        )
