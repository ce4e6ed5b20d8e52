"""What must not stand in any committed file."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# written in parts, so that this file does not name them
REGISTRIES = ["py" + "pi.org", "pythonhosted" + ".org", "registry.npm" + "js", "crates" + ".io", "docker" + ".io"]
PLACES = [r"/wo" + r"rk/", r"/ro" + r"ot/", r"/ho" + r"me/\w", r"/tm" + r"p/\w"]


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in committed_files():
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                found.append((str(path.relative_to(ROOT)), content.decode()))
    return found


def places_of(pattern: str) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if wanted.search(line)
    ]


def test_no_line_names_a_package_registry():
    assert places_of("|".join(re.escape(name) for name in REGISTRIES)) == []


def test_no_line_names_a_place_on_one_persons_machine():
    assert places_of("|".join(rf"(?<![\w.$}}/]){place}" for place in PLACES)) == []


def test_no_private_key_is_committed():
    assert places_of("BEGIN (EC |RSA )?PRIVATE" + " KEY") == []


def test_nothing_is_committed_that_is_ignored():
    ignored = subprocess.run(
        ["git", "ls-files", "-ci", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ignored.stdout == ""
