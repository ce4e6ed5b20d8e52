"""How well and how fast the seed documents are read: precision and recall per field, seconds per document.

python -m tests.benchmarks.document_reading
"""

import time
from collections.abc import Iterable

from services.registry.document.reader import read_document
from tests.benchmarks.baseline import EXACT, Figure, settle
from tests.registry.document.builders import PLANS, seed_text, the_book
from tests.registry.document.scoring import Score, score_deadlines, score_duties, score_printed, score_tasks

ROW = "{:<5}{:<16}{:>8}{:>8}{:>8}{:>11}{:>9}"


TARGETS = {"codes": 0.98, "lead": 0.95, "timeframe": 0.95}
"""What precision and recall are to reach, by field. Deadlines with a day are to be right without exception."""


def show(document: str, scores: Iterable[Score]) -> dict[str, Figure]:
    figures = {}
    for s in scores:
        print(ROW.format(document, s.field, s.right, s.given, s.wanted, f"{s.precision:.3f}", f"{s.recall:.3f}"))
        name, target = f"{document}_{s.field}", TARGETS.get(s.field)
        for measure, value in (("precision", s.precision), ("recall", s.recall)):
            figures[f"{name}_{measure}"] = Figure(value, target, tolerance=EXACT)
    return figures


def _together(field: str, scores: Iterable[Score]) -> Score:
    """Return the score of a field over all documents."""
    found = [s for s in scores if s.field == field]
    return Score(field, *(sum(getattr(s, part) for s in found) for part in ("right", "given", "wanted")))


def seconds_of(number: str) -> float:
    text, book = seed_text(number), the_book()
    started = time.perf_counter()
    read_document(text, book)
    return time.perf_counter() - started


def main() -> None:
    print(ROW.format("doc", "field", "right", "given", "wanted", "precision", "recall"))
    figures: dict[str, Figure] = {}
    for number in PLANS:
        scores = [*score_tasks(number), score_printed(number, "lead"), score_printed(number, "coord")]
        figures |= show(number, scores)
    fields = ("codes", "lead", "coord", "result", "timeframe")
    whole = [_together(field, (s for number in PLANS for s in score_tasks(number))) for field in fields]
    figures |= show("all", [*whole, score_deadlines(), score_duties()])
    seconds = {number: min(seconds_of(number) for _ in range(3)) for number in ("000", "001", "002", "003", "004")}
    for number, took in seconds.items():
        print(f"{number}  read in {took:.2f} s")
    settle(
        "document_reading",
        **{name.replace(" ", "_").replace(",", ""): figure for name, figure in figures.items()},
        seconds_for_000=Figure(seconds["000"], target=2, higher_is_better=False),
    )


if __name__ == "__main__":
    main()
