"""The public list of refusals and the classes say the same."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from kernel.errors import Problem
from services.submissions.checking.catalogue import RULES

ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\|\s*`([a-z0-9_]+)`\s*\|\s*([0-9/]+)\s*\|", re.MULTILINE)


def every_problem() -> set[type[Problem]]:
    for name in ("kernel", "gateway", "services"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)
    found: set[type[Problem]] = set()
    waiting = [Problem]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting += kind.__subclasses__()
    return {kind for kind in found if kind.__module__.split(".")[0] in ("kernel", "gateway", "services")}


@pytest.fixture(scope="module")
def classes() -> list[type[Problem]]:
    return sorted((kind for kind in every_problem() if "code" in vars(kind)), key=lambda kind: kind.code)


@pytest.fixture(scope="module")
def listed() -> list[tuple[str, set[int]]]:
    """Every row of the list: a code and the statuses that it comes with."""
    rows = _ROW.findall((ROOT / "docs" / "problems.md").read_text())
    return [(code, {int(status) for status in statuses.split("/")}) for code, statuses in rows]


def test_every_refusal_is_listed_and_nothing_else(classes, listed):
    codes = {kind.code for kind in classes}
    named = {code for code, _ in listed}

    assert codes - named == set(), "not listed in docs/problems.md"
    assert named - codes == set(), "listed, but no class has it"


def test_every_rule_of_the_checks_is_listed_with_its_weight_and_words():
    listed = re.findall(r"^- `(\w+)` \((\w+)\): (.*)$", (ROOT / "docs" / "problems.md").read_text(), re.MULTILINE)
    words = {name: re.sub(r"\{(\w+)\}", r"⟨\1⟩", rule.en).replace("⟨hint_en⟩", "") for name, rule in RULES.items()}

    assert listed == [(name, rule.severity, words[name]) for name, rule in RULES.items()]


def test_no_code_is_listed_twice(listed):
    codes = [code for code, _ in listed]

    assert sorted(codes) == sorted(set(codes))


def test_every_code_comes_with_the_statuses_that_are_listed(classes, listed):
    statuses: dict[str, set[int]] = {}
    for kind in classes:
        statuses.setdefault(kind.code, set()).add(kind.status)

    assert {code: said for code, said in listed if statuses.get(code) != said} == {}
