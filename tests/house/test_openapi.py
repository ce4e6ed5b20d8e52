"""The OpenAPI documents that are committed are those that the code writes."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from deploy.services import NAMES, SERVICES, Service

ROOT = Path(__file__).resolve().parents[2]


def write_document(service: Service) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GCM_")}
    words = [sys.executable, "-m", service.package, "openapi"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(NAMES, pool.map(write_document, SERVICES), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_document_is_the_one_the_code_writes(name, written):
    assert (ROOT / "docs" / "api" / f"{name}.json").read_text() == written[name], "run: make openapi"


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_valid(name, written):
    document = json.loads(written[name])

    assert document["openapi"].startswith("3.1")
    validate(document)


@pytest.mark.parametrize("name", NAMES)
def test_no_inside_door_is_shown(name, written):
    assert [path for path in json.loads(written[name])["paths"] if path.startswith("/internal")] == []


@pytest.mark.parametrize("name", ["registry", "submissions"])
def test_a_reason_of_blanks_is_none(name, written):
    """What stands on record says something."""
    schemas = json.loads(written[name])["components"]["schemas"]
    asked = {
        f"{name}.{field}": schema["properties"][field]
        for name, schema in schemas.items()
        for field in schema.get("required", [])
        if field in ("reason", "text", "document_number") and "maxLength" in schema["properties"][field]
    }

    assert len(asked) > 10
    assert [place for place, field in asked.items() if field.get("pattern") != r"\S"] == []
