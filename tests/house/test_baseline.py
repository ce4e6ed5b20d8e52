"""A benchmark that gets worse says so, and each has a stored baseline."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import baseline
from tests.benchmarks.baseline import Figure, settle

FOLDER = Path(baseline.__file__).parent


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "baseline.json"
    monkeypatch.setattr(baseline, "STORED", file)
    monkeypatch.setenv("BASELINE", "store")
    settle("reading", recall=Figure(0.8), seconds_of_limit=Figure(2.0, higher_is_better=False))
    monkeypatch.delenv("BASELINE")
    return file


@pytest.mark.parametrize(("recall", "limit"), [(0.8, 2.0), (0.61, 2.0), (0.8, 2.49), (1.0, 0.1)])
def test_what_is_as_good_as_stored_passes(recall: float, limit: float):
    settle("reading", recall=Figure(recall), seconds_of_limit=Figure(limit, higher_is_better=False))


@pytest.mark.parametrize(("recall", "limit", "named"), [(0.59, 2.0, "recall"), (0.8, 2.51, "seconds_of_limit")])
def test_what_is_worse_than_stored_stops_with_its_name(recall: float, limit: float, named: str):
    with pytest.raises(SystemExit, match=f": {named}$"):
        settle("reading", recall=Figure(recall), seconds_of_limit=Figure(limit, higher_is_better=False))


def test_comparing_does_not_move_the_baseline(stored: Path):
    before = stored.read_text()

    settle("reading", recall=Figure(0.7), seconds_of_limit=Figure(2.1, higher_is_better=False))

    assert stored.read_text() == before


def test_every_benchmark_has_a_stored_baseline():
    names = {path.stem for path in FOLDER.glob("*.py")} - {"baseline"}
    kept = json.loads((FOLDER / "baseline.json").read_text())

    assert {name for name in names if not any(one.startswith(name) for one in kept)} == set()
