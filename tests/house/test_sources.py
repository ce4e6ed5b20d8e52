"""Rules of the house for source files that no linter knows."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 300
LONGER_FOR_A_REASON: dict[str, str] = {}
CATCHES_EVERYTHING = {
    "kernel/worker.py": "a step may fail, the worker goes on",
    "kernel/web.py": "what is no problem becomes a bare 500",
    "kernel/jose.py": "python-jose lets errors of many kinds out",
}
RANKS = {"errors": 1, "rules": 2, "schemas": 3, "tables": 3, "store": 4, "service": 5, "endpoints": 6, "tasks": 6}
OUTSIDE_OF_RULES = ("sqlalchemy", "sqlmodel", "fastapi", "httpx", "asyncpg", "starlette", "alembic")

SOURCES = sorted(
    path.relative_to(ROOT)
    for area in ("kernel", "gateway", "services", "deploy")
    for path in (ROOT / area).rglob("*.py")
)


def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


def imported_by(path: Path) -> set[str]:
    """Return the full names of modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_there_are_sources():
    assert len(SOURCES) > 50


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_a_file_can_be_read_in_one_sitting(path):
    if str(path) in LONGER_FOR_A_REASON:
        pytest.skip(LONGER_FOR_A_REASON[str(path)])

    assert len((ROOT / path).read_text().splitlines()) <= LONGEST


def test_every_exception_to_length_still_needs_it():
    for path in LONGER_FOR_A_REASON:
        assert len((ROOT / path).read_text().splitlines()) > LONGEST, path


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_only_the_named_places_catch_everything(path):
    if str(path) in CATCHES_EVERYTHING:
        return
    caught = [
        handler.lineno
        for handler in ast.walk(tree_of(path))
        if isinstance(handler, ast.ExceptHandler) and _is_everything(handler.type)
    ]

    assert caught == []


def _is_everything(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(
        one is None or (isinstance(one, ast.Name) and one.id in ("Exception", "BaseException")) for one in kinds
    )


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name != "__init__.py"], ids=str)
def test_a_module_opens_with_a_sentence(path):
    assert ast.get_docstring(tree_of(path)), path


ROOMS = [path for path in SOURCES if path.stem in RANKS and path.parts[0] in ("gateway", "services")]


@pytest.mark.parametrize("path", ROOMS, ids=str)
def test_imports_between_rooms_only_point_down(path):
    own = ".".join(path.parts[: 1 if path.parts[0] == "gateway" else 2])
    rooms = {name.split(".")[-1] for name in imported_by(path) if name.startswith(own + ".")}

    above = {room for room in rooms & RANKS.keys() if RANKS[room] > RANKS[path.stem]}

    assert above == set()


@pytest.mark.parametrize("path", [p for p in ROOMS if p.stem == "rules"], ids=str)
def test_rules_know_neither_database_nor_web(path):
    assert {name for name in imported_by(path) if name.split(".")[0] in OUTSIDE_OF_RULES} == set()
