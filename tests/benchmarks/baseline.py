"""What each benchmark measured when its figures were last stored, and whether today's are worse.

`python -m tests.benchmarks.<name>` compares; with `BASELINE=store` in the environment it stores instead.
Figures are ratios and accuracies wherever that can be: seconds of one machine say little about another.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

STORED = Path(__file__).with_name("baseline.json")
TOLERANCE = 0.25
"""A ratio of times drifts by so much from run to run on shared cores; beyond it something got worse."""
EXACT = 0.001
"""What no clock measures does not drift."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `target` is what it should reach, where somebody set one."""

    value: float
    target: float | None = None
    higher_is_better: bool = True
    tolerance: float = TOLERANCE

    def reaches(self, line: float, tolerance: float = 0.0) -> bool:
        """Tell whether the figure is at least as good as a line, give or take a share of it."""
        if self.higher_is_better:
            return self.value >= line * (1 - tolerance)
        return self.value <= line * (1 + tolerance)


def settle(benchmark: str, **figures: Figure) -> None:
    """Print the figures beside target and baseline; leave with an error when one is worse than stored."""
    stored = json.loads(STORED.read_text()) if STORED.exists() else {}
    known: dict[str, float] = stored.get(benchmark, {})
    worse = []
    for name, figure in figures.items():
        words = [f"{name} {figure.value:.3f}"]
        if figure.target is not None:
            reached = "reached" if figure.reaches(figure.target) else "NOT reached"
            words.append(f"target {figure.target:g} {reached}")
        if name in known:
            held = figure.reaches(known[name], figure.tolerance)
            words.append(f"baseline {known[name]:.3f}" + ("" if held else " WORSE"))
            worse += [] if held else [name]
        print(", ".join(words))
    if os.environ.get("BASELINE") == "store":
        stored[benchmark] = {name: round(figure.value, 4) for name, figure in figures.items()}
        STORED.write_text(json.dumps(stored, indent=2, sort_keys=True) + "\n")
    elif worse:
        raise SystemExit(f"worse than the stored baseline: {', '.join(worse)}")
