"""How well and how fast the seed documents are read: precision and recall per field, seconds per document.

python -m tests.benchmarks.document_reading
"""

import time
from collections.abc import Iterable

from services.registry.document.reader import read_document
from tests.registry.document.builders import PLANS, seed_text, the_book
from tests.registry.document.scoring import Score, score_deadlines, score_duties, score_printed, score_tasks

ROW = "{:<5}{:<16}{:>8}{:>8}{:>8}{:>11}{:>9}"


def show(document: str, scores: Iterable[Score]) -> None:
    for s in scores:
        figures = f"{s.precision:.3f}", f"{s.recall:.3f}"
        print(ROW.format(document, s.field, s.right, s.given, s.wanted, *figures))


def seconds_of(number: str) -> float:
    text, book = seed_text(number), the_book()
    started = time.perf_counter()
    read_document(text, book)
    return time.perf_counter() - started


def main() -> None:
    print(ROW.format("doc", "field", "right", "given", "wanted", "precision", "recall"))
    for number in PLANS:
        show(number, [*score_tasks(number), score_printed(number, "lead"), score_printed(number, "coord")])
    show("all", [score_deadlines(), score_duties()])
    for number in ("000", "001", "002", "003", "004"):
        print(f"{number}  read in {min(seconds_of(number) for _ in range(3)):.2f} s")


if __name__ == "__main__":
    main()
