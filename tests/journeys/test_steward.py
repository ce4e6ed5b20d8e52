"""The whole registry as a new steward meets it: the guide as printed, then a province that nobody knew before."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from deploy.demo.actor import Actor
from deploy.stack import Stack
from tests.journeys.steward_steps import REPORTER, STEPS
from tests.journeys.test_readme import blocks_of, call, json_lines
from tests.journeys.walking import Walk, until_owed

pytestmark = pytest.mark.journey


def told_here() -> dict[str, str]:
    """The blocks of the guide but those of reports, which need a client of their own and run with the readme's."""
    return {name: text for name, text in blocks_of("docs/guides/steward.md").items() if name != "report"}


@pytest.fixture(scope="module")
async def guide(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each block of the guide says when all are run in their order, in one shell."""
    run = tmp_path_factory.mktemp("run")
    (run / "sandbox-admin").write_text(stack.installation.credentials.read_text())
    blocks = told_here()
    script = "\n".join(f"printf '\\n== {name}\\n'\n{text}" for name, text in blocks.items())

    status, said = await call("bash", "-ec", script, patience=300, GCM=stack.url, RUN=str(run))

    assert status == 0, said
    parts = [part.partition("\n") for part in said.split("\n== ")[1:]]
    return {name: text for name, _, text in parts}


async def test_every_block_of_the_guide_runs_and_none_is_refused(guide):
    refused = {
        name: [one["code"] for one in json_lines(said) if {"code", "status", "detail"} <= one.keys()]
        for name, said in guide.items()
    }

    assert list(guide) == list(told_here())
    assert refused == {name: [] for name in guide}


async def test_the_merger_of_the_guide_moves_what_it_says(guide):
    confirmed = [one["lines"] for one in json_lines(guide["merger 5"]) if "lines" in one]
    before, after = json_lines(guide["merger 6"])

    assert confirmed[0]["confirmed"] == 1
    assert list(confirmed[-1]) == ["confirmed"]
    assert "O402-02" in {one["obligation"] for one in before["obligations"]}
    assert "QD-402-2020/1.4" in {one["task"] for one in after["tasks"]}


async def test_the_plan_of_the_guide_becomes_a_report_that_is_owed(guide, walk):
    preview, published, explained = json_lines(guide["plan document 4"])
    (obligation,) = (one["obligation"] for one in published["obligations"])

    assert preview["publishable"], preview["findings"]
    assert (published["plan"], published["tasks"]) == ("KH-512-2026-P42", 1)
    assert [one["agency"] for one in explained["reporters"]] == ["HT-SNV"]
    await until_owed(await walk.enter("HT-SNV", REPORTER), obligation)


async def test_the_keeping_of_the_guide_finds_corrects_and_imports(guide, admin):
    pages = [[item["id"] for item in one["items"]] for one in json_lines(guide["keeping 1"])]
    (history,) = (one for one in json_lines(guide["keeping 2"]) if "changes" in one)
    imported = json_lines(guide["keeping 4"])[-1]

    assert pages[:2] == [["HT-SLDTBXH"], ["BNV"]]
    assert len(pages[2]) == 2
    assert [act["act"] for act in history["changes"]] == ["corrected"]
    assert "}204\n" in guide["keeping 3"]
    assert imported["state"] == "applied"
    assert imported["counts"] == {"create": 1, "change": 0, "unchanged": 0, "rejected": 1}
    assert (await admin.ask("GET", "/v1/agencies/HT-SXD")).json()["name_vi"] == "Sở Xây dựng tỉnh Hà Tĩnh"


async def test_the_changes_of_the_guide_move_the_day_twice(guide):
    preview, _, explained = json_lines(guide["deadline 1"])
    moves, _, explained_again = json_lines(guide["deadline 2"])

    assert [
        (one["old"]["due_on"], one["new"]["due_on"]) for one in preview["items"] if one["change"] == "moved"
    ] == [("2028-01-04", "2028-01-10")]
    assert explained["due_on"] == "2028-01-10"
    assert [(one["obligation"], one["new"]["due_on"]) for one in moves["items"]] == [("OHT-02", "2028-01-11")]
    assert explained_again["due_on"] == "2028-01-11"


async def test_a_province_finds_in_three_lines_what_it_owes_today(stack, walk):
    department = await walk.enter("HT-SNV", REPORTER)
    await until_owed(department, "OHT-01")
    body = {"name": "Sở Ngoại vụ", "agency": "HT-SNGV", "scopes": ["registry:read", "submissions:read"]}
    client = await walk.admin.post("/v1/clients", body)
    known = {"GCM": stack.url, "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}

    status, said = await call("bash", "-ec", blocks_of("docs/guides/machine-client.md")["owed today"], **known)

    below, above, carried = json_lines(said)
    assert status == 0, said
    assert {"HT-SNV", "HT-STP", "HT-CAT"} <= {one["agency"] for one in below["items"]}
    due = {one["obligation"]: (one["next_cycle"] or {}).get("due_on") for one in above["obligations"]}
    assert due["O402-02"] == "2026-11-14"
    assert "OHT-01" in {one["obligation"] for one in carried["obligations"]}


@pytest.fixture
async def walk(stack: Stack, admin: Actor) -> AsyncIterator[Walk]:
    async with AsyncExitStack() as actors:
        yield Walk(stack.url, admin, actors)


async def test_a_new_steward_walks_from_nothing_to_an_amended_plan(walk: Walk):
    for step in STEPS:
        await step(walk)
