"""From a file to live duties: the blocks of the guide run as they stand, and a report is owed at the end."""

import pytest

from deploy.demo.actor import REPORTER, Actor, wait_for
from tests.journeys.test_readme import blocks_of, call, json_lines, ledger_is_open, run_folder

pytestmark = pytest.mark.journey

__all__ = ["run_folder"]


async def test_a_file_becomes_a_report_that_is_owed(stack, admin, run_folder):
    await ledger_is_open(admin)
    guide = blocks_of("docs/guides/steward.md")
    script = "\n".join([guide["merger 1"], *(guide[f"plan document {n}"] for n in (1, 2, 3, 4))])

    status, said = await call("bash", "-ec", script, GCM=stack.url, RUN=str(run_folder))

    answers = json_lines(said)
    preview, published, explained = (
        next((one for one in answers if key in one), None) for key in ("publishable", "plan_document", "steps")
    )
    assert status == 0, said
    assert preview, said
    assert preview["publishable"], preview["findings"]
    assert (published["plan"], published["tasks"]) == ("KH-512-2026-P42", 1)
    assert [one["agency"] for one in explained["reporters"]] == ["HT-SNV"]
    (obligation,) = (one["obligation"] for one in published["obligations"])

    body = {"name": "Sở Nội vụ", "agency": "HT-SNV", "scopes": list(REPORTER)}
    client = await admin.post("/v1/clients", body)
    async with Actor(stack.url, "HT-SNV", client["client_id"], client["client_secret"]) as reporter:

        async def owed() -> bool:
            return bool(await reporter.list("/v1/occurrences", obligation=obligation))

        await wait_for("the report is owed", owed)
