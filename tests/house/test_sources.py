"""Rules of the house for source files that no linter knows."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 300
LONGER_FOR_A_REASON = {
    "services/registry/obligation/schemas.py": "wire models with their examples and descriptions",
}
CATCHES_EVERYTHING = {
    "kernel/worker.py": "a step may fail, the worker goes on",
    "kernel/web.py": "what is no problem becomes a bare 500",
    "kernel/envelope.py": "the ASGI side of kernel/web.py",
    "gateway/route/dispatcher.py": "the gateway's own side of the same, outside FastAPI",
    "kernel/jose.py": "python-jose lets errors of many kinds out",
    "gateway/token/signing.py": "python-jose lets errors of many kinds out",
}
RANKS = {"errors": 1, "rules": 2, "schemas": 3, "tables": 3, "store": 4, "service": 5, "endpoints": 6, "tasks": 6}
RULES_LOOK_UP_TO = 3  # rules take rows and wire models as values; they never call a store
OUTSIDE_OF_RULES = ("sqlalchemy", "sqlmodel", "fastapi", "httpx", "asyncpg", "starlette", "alembic")

EVERYTHING = ("Exception", "BaseException")

SOURCES = sorted(
    path.relative_to(ROOT)
    for area in ("kernel", "gateway", "services", "deploy")
    for path in (ROOT / area).rglob("*.py")
)
ROOMS = [path for path in SOURCES if path.stem in RANKS and path.parts[0] in ("gateway", "services")]


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
    assert len(ROOMS) > 50


def test_a_file_can_be_read_in_one_sitting():
    """Migrations are left out: they are written once and never changed."""
    lengths = {
        str(path): len((ROOT / path).read_text().splitlines()) for path in SOURCES if "versions" not in path.parts
    }
    too_long = {path for path, length in lengths.items() if length > LONGEST}

    assert too_long == set(LONGER_FOR_A_REASON), "split it, or give a reason; a reason that is not needed goes"


def test_only_the_named_places_catch_everything():
    catching = {
        str(path) for path in SOURCES if any(_catches_everything(node) for node in ast.walk(tree_of(path)))
    }

    assert catching <= set(CATCHES_EVERYTHING), "only these may, each for its reason"


def _catches_everything(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in EVERYTHING) for kind in kinds)


def test_a_module_opens_with_a_sentence():
    assert [path for path in SOURCES if path.name != "__init__.py" and not ast.get_docstring(tree_of(path))] == []


def test_imports_between_rooms_only_point_down():
    assert {str(path): above for path in ROOMS if (above := _rooms_above(path))} == {}


def _rooms_above(path: Path) -> set[str]:
    own = ".".join(path.parts[: 1 if path.parts[0] == "gateway" else 2])
    rooms = {name.split(".")[-1] for name in imported_by(path) if name.startswith(own + ".")}
    highest = max(RANKS[path.stem], RULES_LOOK_UP_TO if path.stem == "rules" else 0)
    return {room for room in rooms & RANKS.keys() if RANKS[room] > highest}


def test_rules_know_neither_database_nor_web():
    rules = [path for path in ROOMS if path.stem == "rules"]

    foreign = {str(path): {n for n in imported_by(path) if n.split(".")[0] in OUTSIDE_OF_RULES} for path in rules}

    assert {path: names for path, names in foreign.items() if names} == {}


def test_what_a_door_depends_on_is_async():
    """FastAPI runs a plain function in a thread: a hop there and back for each request and dependency."""
    assert {str(path): names for path in SOURCES if (names := _plain_dependencies(tree_of(path)))} == {}


def _plain_dependencies(tree: ast.Module) -> set[str]:
    plain = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        one.id
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Depends"
        for one in call.args
        if isinstance(one, ast.Name) and one.id in plain
    }
