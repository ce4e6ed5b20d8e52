"""Every public door of a service is reached through the gateway."""

import json
from pathlib import Path

import pytest

from deploy.services import NAMES
from gateway.route.table import find_way

JOB_PREFIXES = {"registry": "reg_", "submissions": "sub_", "notifications": "ntf_"}
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", NAMES)
def test_the_gateway_leads_each_public_path_to_the_service_that_has_it(name: str):
    paths = json.loads((ROOT / "docs" / "api" / f"{name}.json").read_text())["paths"]
    real = {path: path.replace("{job}", f"{JOB_PREFIXES.get(name)}1") for path in paths}
    owners = {path: find_way(asked, tuple(asked.strip("/").split("/"))) for path, asked in real.items()}

    assert {path for path, way in owners.items() if way is None or way.owner != name} == set()
