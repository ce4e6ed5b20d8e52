"""What the guide says about keeping agencies and contacts: its blocks run as they stand."""

import pytest

from tests.journeys.test_readme import blocks_of, call, json_lines, ledger_is_open, run_folder

pytestmark = pytest.mark.journey

__all__ = ["run_folder"]


async def test_agencies_are_found_changed_corrected_and_imported(stack, admin, run_folder):
    await ledger_is_open(admin)
    guide = blocks_of("docs/guides/steward.md")
    script = "\n".join([guide["merger 1"], *(guide[f"keeping {n}"] for n in (1, 2, 3, 4))])

    status, said = await call("bash", "-ec", script, GCM=stack.url, RUN=str(run_folder))

    answers = json_lines(said)
    pages = [
        [item.get("id") for item in one["items"]] for one in answers if "items" in one and "changes" not in one
    ]
    history = next(one for one in answers if "changes" in one)
    imported = next(one for one in answers if one.get("state") == "applied")
    assert status == 0, said
    assert pages[:2] == [["HT-SLDTBXH"], ["BNV"]]
    assert len(pages[2]) == 2
    assert [act["act"] for act in history["changes"]] == ["corrected"]
    assert "}204\n" in said
    assert imported["counts"] == {"create": 1, "change": 0, "unchanged": 0, "rejected": 1}
    rejected = (run_folder / "rejected.csv").read_text(encoding="utf-8-sig")
    assert "29/02/2025" in rejected
    assert (await admin.ask("GET", "/v1/agencies/HT-SXD")).json()["name_vi"] == "Sở Xây dựng tỉnh Hà Tĩnh"
