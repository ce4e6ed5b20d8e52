"""What anyone may see: one OpenAPI document, its page, how each service is doing."""

import json
import socket

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.main import create_gateway
from gateway.portal.merging import merge
from gateway.portal.pages import problems_page
from gateway.settings import GatewaySettings
from tests.gateway.conftest import serving


def a_document(path: str, **schemas: object) -> dict:
    return {"paths": {path: {"get": {"responses": {}}}}, "components": {"schemas": schemas}}


def test_schemas_of_the_same_content_become_one():
    problem = {"type": "object"}
    merged = merge(
        {"a": a_document("/a", Problem=problem), "b": a_document("/b", Problem=problem)}, (), public_url="http://x"
    )

    assert list(merged["paths"]) == ["/a", "/b"]
    assert merged["components"]["schemas"] == {"Problem": problem}


def test_schemas_of_another_content_keep_both_meanings():
    pointing = {"$ref": "#/components/schemas/Item"}
    one = a_document("/a", Item={"type": "string"}, Page={"items": pointing})
    two = a_document("/b", Item={"type": "number"}, Page={"items": pointing})
    two["paths"]["/b"]["get"]["responses"] = {"200": {"schema": {"$ref": "#/components/schemas/Page"}}}

    merged = merge({"a": one, "b": two}, (), public_url="http://x")

    assert merged["components"]["schemas"] == {
        "Item": {"type": "string"},
        "Page": {"items": pointing},
        "b_Item": {"type": "number"},
        "b_Page": {"items": {"$ref": "#/components/schemas/b_Item"}},
    }
    answer = merged["paths"]["/b"]["get"]["responses"]["200"]["schema"]
    assert answer == {"$ref": "#/components/schemas/b_Page"}


async def test_the_document_holds_every_service_and_is_valid(settings: GatewaySettings):
    described = a_document("/v1/agencies", AgencyRead={"type": "object"})
    described["paths"]["/v1/agencies"]["get"] = {
        "responses": {"200": {"description": "x"}},
        "security": [{"accessToken": []}],
    }
    (settings.api_documents / "registry.json").write_text(json.dumps(described))
    async with serving(create_gateway(settings)) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        answer = await client.get("/openapi.json")
    document = answer.json()

    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://gateway.test"}]
    assert {"/v1/agencies", "/oauth/token", "/v1/clients", "/v1/me"} <= set(document["paths"])
    assert not any(path.startswith("/internal") for path in document["paths"])
    assert set(document["components"]["securitySchemes"]) == {"accessToken", "clientBasic"}


async def test_the_documentation_page_needs_nothing_from_elsewhere(client):
    page = await client.get("/docs")
    files = [await client.get(f"/docs/{name}") for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js")]

    assert page.status_code == 200
    assert "//" not in page.text.replace("<!DOCTYPE html>", "")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert [answer.status_code for answer in files] == [200, 200, 200]
    assert files[1].headers["content-type"].startswith("text/javascript")
    assert len(files[1].content) > 1_000_000


@pytest.mark.parametrize("name", ["LICENSE", "README.md", "nothing", "..%2Fmain.py"])
async def test_no_other_file_is_given_out(client, name):
    assert (await client.get(f"/docs/{name}")).status_code in (400, 404)


async def test_the_list_of_problems_has_an_anchor_for_each_code(client):
    assert (await client.get("/docs/problems")).status_code == 200
    assert '<b id="not_found">not_found</b>' in problems_page("| `not_found` | 404 |")
    assert "<script>" not in problems_page("<script>")


async def test_the_landing_shows_the_way(client):
    assert (await client.get("/")).json()["docs"] == "http://gateway.test/docs"


async def test_health_is_open(client):
    assert (await client.get("/livez")).status_code == 200
    assert (await client.get("/readyz")).json()["status"] == "ready"


async def test_the_status_says_what_it_means_when_a_service_is_down(client, settings: GatewaySettings):
    down = settings.model_copy(update={"registry_url": "http://127.0.0.1:1"})
    all_up = (await client.get("/v1/status")).json()
    async with serving(create_gateway(down)) as url, httpx.AsyncClient(base_url=url, timeout=60) as other:
        one_down = (await other.get("/v1/status")).json()

    assert {one["service"]: one["state"] for one in all_up["services"]} == {
        "registry": "accepting",
        "submissions": "accepting",
        "notifications": "accepting",
    }
    assert one_down["state"] == "accepting"
    assert one_down["services"][0] == {
        "service": "registry",
        "state": "down",
        "vi": "Danh mục tạm thời không đọc được; báo cáo vẫn gửi được.",
        "en": "Reference data cannot be read for now; reports are still taken in.",
    }


async def test_figures_are_shown_on_a_port_of_their_own(settings: GatewaySettings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    shown = settings.model_copy(update={"metrics_port": port})
    async with serving(create_gateway(shown)), httpx.AsyncClient() as client:
        figures = await client.get(f"http://127.0.0.1:{port}/metrics")

    assert "gcm_requests_total" in figures.text
