"""The commands of `python -m gateway`, as real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture
def run(empty_url: str, keys_dir: Path):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GCM_")},
        "GCM_DATABASE_URL": empty_url,
        "GCM_KEYS_DIR": str(keys_dir),
        "GCM_PUBLIC_URL": "https://gcm.example",
    }

    def run(*args: str, **settings: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gateway", *args]
        return subprocess.run(
            command, env=environment | settings, cwd=ROOT, capture_output=True, text=True, timeout=60
        )

    return run


def test_the_first_administrator_is_printed_once(run):
    first = run("admin", "Quản trị hệ thống")
    second = run("admin", "Quản trị hệ thống")

    made = json.loads(first.stdout)
    assert made["client_id"].startswith("bng-")
    assert made["token_url"] == "https://gcm.example/oauth/token"
    assert second.returncode != 0
    assert "secret" not in second.stdout


def test_the_sandbox_administrator_is_for_sandboxes_only(run, tmp_path: Path):
    file = tmp_path / "folder" / "admin.json"
    refused = run("sandbox-admin", "--file", str(file))
    made = run("sandbox-admin", "--file", str(file), GCM_SANDBOX="true")
    kept = run("sandbox-admin", "--file", str(file), GCM_SANDBOX="true")

    assert refused.returncode != 0
    assert made.stdout.startswith("made sandbox-admin")
    assert kept.stdout.startswith("kept sandbox-admin")
    assert json.loads(file.read_text())["client_id"] == "sandbox-admin"
    assert "gcm_" not in made.stdout + made.stderr


def test_the_openapi_document_needs_neither_database_nor_keys(run):
    printed = run("openapi", GCM_DATABASE_URL="", GCM_KEYS_DIR="/nowhere")

    paths = json.loads(printed.stdout)["paths"]
    assert {"/oauth/token", "/v1/clients", "/v1/me", "/v1/status"} <= set(paths)
    assert "/v1/sandbox/clock" not in paths


def test_migrating_twice_changes_nothing(run):
    assert run("migrate").returncode == 0
    assert run("migrate").returncode == 0
