"""The dictionary of names as the reference files have it, the seed documents, and their gold answers."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from services.registry.document.names import KnownName, NameBook, Names
from services.registry.document.proposal import PartRead, Proposal, TaskRead
from services.registry.document.reader import read_document
from services.registry.reference import Line, day, listed, read_lines

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "data"
SEEDS = Path(__file__).parent / "seeds"
PLANS = {
    "000": "tasks_402.csv",
    "001": "tasks_hatinh_167.csv",
    "002": "tasks_kontum.csv",
    "004": "tasks_actip_1957.csv",
}


@cache
def the_book() -> NameBook:
    """Every agency and group of the reference files."""
    agencies = (_agency(line) for line in read_lines(DATA, "agencies.csv"))
    groups = (_group(line) for line in read_lines(DATA, "agency_groups.csv"))
    return NameBook((*agencies, *groups))


def _agency(line: Line) -> KnownName:
    return KnownName(
        id=line["id"],
        names=(line["name_vi"], *listed(line["aliases"])),
        province=line["province"] or None,
        parent=line["parent"] or None,
        valid_from=day(line["valid_from"]),
        valid_to=day(line["valid_to"]),
        is_committee=line["kind"] == "provincial_peoples_committee",
    )


def _group(line: Line) -> KnownName:
    return KnownName(
        id=line["id"],
        names=(line["expression_vi"], *listed(line["variants_vi"])),
        is_group=True,
        province=None if line["scope"] == "national" else line["scope"],
    )


def names_on(on: date | None = date(2020, 5, 11), province: str | None = "P42") -> Names:
    """The names as a body of Hà Tĩnh uses them in 2020, unless told otherwise."""
    return the_book().on(on, province)


def seed_text(number: str) -> str:
    return next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8")


@cache
def seed(number: str) -> Proposal:
    return read_document(seed_text(number), the_book())


def plan_of(number: str) -> PartRead:
    """The last instrument of a seed document: the plan, after the letter that passes it on."""
    return seed(number).parts[-1]


def gold_tasks(number: str) -> list[Line]:
    return read_lines(DATA, PLANS[number])


def read_tasks(number: str) -> Mapping[str, TaskRead]:
    return {task.code: task for task in plan_of(number).tasks}
