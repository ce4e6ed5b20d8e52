"""How well the seed documents are read: what was found against the gold answers, field by field."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from services.registry.document.proposal import ObligationRead, TaskRead
from services.registry.document.text import flat
from services.registry.reference import Line, listed, read_lines
from tests.registry.document.builders import DATA, gold_tasks, read_tasks, seed, seed_text, the_book

TIMEFRAME = ("tf_mode", "tf_start", "tf_end", "review_mode", "review_start", "review_end", "period_iso")
SOURCES = {
    "QD-402-2020": ("000", 1),
    "VP-1692-KIENGIANG": ("000", 0),
    "KH-167-HATINH": ("001", 0),
    "KH-KONTUM-2020": ("002", 0),
    "QD-1957-2020": ("004", 0),
}


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers among those given and among those wanted."""

    field: str
    right: int
    given: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0


def score_of(field: str, given: Collection[object], wanted: Collection[object]) -> Score:
    return Score(field, len(set(given) & set(wanted)), len(set(given)), len(set(wanted)))


def score_tasks(number: str) -> Iterator[Score]:
    """Compare the tasks of a document with its gold file; names as sets, the rest as printed or as read."""
    read, gold = read_tasks(number), gold_tasks(number)
    yield score_of("codes", read, [line["code"] for line in gold])
    printed = {code for code, task in read.items() if task.code_origin == "document"}
    yield score_of("printed codes", printed, [ln["code"] for ln in gold if ln["code_origin"] == "document"])
    for field, of_task in (("lead", leads_of), ("coord", coordinators_of)):
        given = [(code, name) for code, task in read.items() for name in of_task(task)]
        yield score_of(field, given, [(line["code"], name) for line in gold for name in listed(line[field])])
    given = [(code, task.result) for code, task in read.items() if task.result]
    yield score_of("result", given, [(ln["code"], ln["result_vi"]) for ln in gold if ln["result_vi"]])
    given = [(code, *timeframe_of(task)) for code, task in read.items() if task.timeframe.mode != "none"]
    wanted = [(ln["code"], *(ln[c] for c in TIMEFRAME)) for ln in gold if ln["tf_mode"] != "none"]
    yield score_of("timeframe", given, wanted)


def score_printed(number: str, field: str = "lead") -> Score:
    """Compare names where the document prints them, which is a matter of rule.

    A line of the gold answer counts when its note does not say that the name was inferred, and when every name of
    it stands in the source between its numbered line (II.3 for II.3.2) and the next.
    """
    of_task = leads_of if field == "lead" else coordinators_of
    read = read_tasks(number)
    blocks = _blocks(number)
    wanted: list[tuple[str, str]] = []
    counted: set[str] = set()
    for line in gold_tasks(number):
        block = blocks.get(_numbered(line["code"]), "")
        if "inferred" in line["note"] or not all(_stands_in(name, block) for name in listed(line[field])):
            continue
        counted.add(line["code"])
        wanted += [(line["code"], name) for name in listed(line[field])]
    given = [(code, name) for code, task in read.items() if code in counted for name in of_task(task)]
    return score_of(f"{field}, printed", given, wanted)


def _numbered(code: str) -> str:
    return ".".join(code.split(".")[:2])


def _blocks(number: str) -> dict[str, str]:
    """The source below each numbered line, in plain words."""
    lines = seed_text(number).split("\n")
    starts: dict[str, int] = {}
    for task in read_tasks(number).values():
        code = _numbered(task.code)
        at = _number_above(lines, task.line, code.split(".")[-1])
        starts[code] = min(at, starts.get(code, at))
    ends = [*sorted(starts.values()), len(lines) + 1]
    return {
        code: plain(" ".join(lines[start - 1 : next(end for end in ends if end > start) - 1]))
        for code, start in starts.items()
    }


def _number_above(lines: list[str], line: int, number: str) -> int:
    """The line that bears the number of a block: a bullet stands below it."""
    marked = re.compile(rf"\W*{number}\.\s")
    return next((n for n in range(line, max(0, line - 40), -1) if marked.match(lines[n - 1])), line)


def _stands_in(code: str, block: str) -> bool:
    known = next((k for k in the_book().known if k.id == code), None)
    names = known.names if known else ()
    bare = (re.sub(r"\s*\(.*\)| (tỉnh|thành phố) (?!.* (tỉnh|thành phố) ).*$", "", name) for name in names)
    return any(plain(name) in block for name in (*names, *bare) if len(name) > 3)


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", flat(text)))


def leads_of(task: TaskRead) -> list[str]:
    return [name.read_as or f"?{name.printed}" for name in task.leads]


def coordinators_of(task: TaskRead) -> list[str]:
    return [name.read_as or f"?{name.printed}" for name in task.coordinators]


def timeframe_of(task: TaskRead) -> tuple[str, ...]:
    read = task.timeframe
    years = (read.start, read.end), (read.review_start, read.review_end)
    (start, end), (first, last) = ((str(a or ""), str(b or "")) for a, b in years)
    return read.mode, start, end, read.review_mode, first, last, read.period_iso or ""


def score_deadlines() -> Score:
    """Compare every dated deadline: operator, day, year, period and part of the year, reporters, recipient."""
    given = [
        (instrument, *dated_of(obligation))
        for instrument, (number, part) in SOURCES.items()
        for obligation in seed(number).parts[part].obligations
        if obligation.deadline.month
    ]
    return score_of("dated deadline", given, [(line["instrument"], *wanted_of(line)) for line in dated_gold()])


def dated_gold() -> list[Line]:
    return [
        line
        for line in read_lines(DATA, "obligations.csv")
        if line["deadline_op"] in ("before", "on", "no_later_than")
    ]


def dated_of(obligation: ObligationRead) -> tuple[object, ...]:
    deadline, frequency = obligation.deadline, obligation.frequency
    return (
        deadline.operator, deadline.month, deadline.day, deadline.year_offset, frequency.period_iso or "",
        frequency.parts, tuple(n.read_as for n in obligation.recipients),
    )  # fmt: skip


def wanted_of(line: Line) -> tuple[object, ...]:
    return (
        line["deadline_op"], int(line["deadline_month"]), int(line["deadline_day"]),
        int(line["deadline_year_offset"] or 0), line["period_iso"], tuple(listed(line["parts"])),
        tuple(listed(line["recipient"])),
    )  # fmt: skip


def score_duties() -> Score:
    """Compare the duties of the body of two plans: where they stand and whose they are."""
    given = [
        (instrument, duty.source_ref, actor.read_as or f"?{actor.printed}")
        for instrument in ("QD-402-2020", "KH-167-HATINH")
        for duty in seed(SOURCES[instrument][0]).parts[SOURCES[instrument][1]].duties
        for actor in duty.actors
    ]
    gold = read_lines(DATA, "duties.csv")
    wanted = [(line["instrument"], line["ref"], actor) for line in gold for actor in listed(line["actor"])]
    return score_of("duty", given, wanted)
