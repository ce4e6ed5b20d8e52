"""The public list of refusals and the classes say the same."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from kernel.errors import Problem

ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\|\s*`(?P<code>[a-z0-9_]+)`\s*\|", re.MULTILINE)


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
def listed() -> list[str]:
    return _ROW.findall((ROOT / "docs" / "problems.md").read_text())


def test_every_refusal_is_listed_and_nothing_else(classes, listed):
    codes = {kind.code for kind in classes}

    assert codes - set(listed) == set(), "not listed in docs/problems.md"
    assert set(listed) - codes == set(), "listed, but no class has it"


def test_no_code_is_listed_twice(listed):
    assert sorted(listed) == sorted(set(listed))


def test_a_code_means_one_status_and_one_title(classes):
    meanings: dict[str, set[tuple[int, str]]] = {}
    for kind in classes:
        meanings.setdefault(kind.code, set()).add((kind.status, kind.title))

    assert {code: said for code, said in meanings.items() if len(said) > 1} == {}
