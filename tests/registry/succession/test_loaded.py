"""The reforms of 1 March and 1 July 2025 come in through the same model, line by line."""

import asyncio
import shutil
from pathlib import Path

from kernel.clock import BusinessClock
from kernel.settings import ServiceSettings
from services.registry.loading.service import load_registry
from services.registry.main import create_app
from tests.registry.succession.walking import SUCCESSIONS, confirm, lines_of
from tests.support import running

DATA = Path(__file__).resolve().parents[3] / "data"


async def loaded(client, reader):
    return (await client.get(f"{SUCCESSIONS}?limit=500", headers=reader)).json()["items"]


async def leads_of(client, reader, day):
    """The tasks of 402 with a lead, and who carries the leads that are agencies and no groups."""
    answer = await client.get(f"/v1/plans/QD-402-2020/tasks?limit=500&as_of={day}", headers=reader)
    return {
        t["id"]: [p["carried_by"] for p in t["leads"] if not p["is_group"]]
        for t in answer.json()["items"]
        if t["leads"]
    }


async def test_18_of_the_61_task_rows_of_402_changed_hands(client, reader):
    changed = {}
    for fact in await loaded(client, reader):
        for line in await lines_of(client, reader, fact["id"], kind="task", state="confirmed"):
            if (line["plan"], line["part"]) == ("QD-402-2020", "lead"):
                changed[line["item"]] = line["receivers"]
    before, after = [await leads_of(client, reader, day) for day in ("2025-02-28", "2026-07-01")]

    assert len(before) == 61
    assert len(changed) == 18
    assert set(changed) == {task for task in before if before[task] != after[task]}
    for task, receivers in changed.items():
        assert receivers in after[task], task


async def test_what_is_confirmed_carries_and_what_is_proposed_moves_nothing(client, reader):
    merged, proposed = await lines_of(client, reader, "S01"), await lines_of(client, reader, "S05")

    assert {line["state"] for line in merged} == {"confirmed"}
    assert {tuple(line["receivers"]) for line in merged} == {("BNV",)}
    assert {line["item"] for line in proposed} == {line["item"] for line in merged}
    assert {line["state"] for line in proposed} == {"proposed"}


async def test_a_proposed_merger_leaves_its_duties_orphaned(keys_dir, new_database, reader, tmp_path):
    """As if nobody had confirmed yet what became of the Ministry of Information and Communications."""
    url = await asyncio.to_thread(new_database, "registry")
    data = changed_data(
        tmp_path, "S06,BTTTT,BKHCN,merge,2025-03-01,Nghị quyết 176/2025/QH15,confirmed", "proposed"
    )
    app = create_app(ServiceSettings(database_url=url, keys_dir=keys_dir))
    async with running(app) as http:
        await load_registry(app.state.runtime.database, data, BusinessClock())
        lines = await lines_of(http, reader, "S06")
        leads = next(line for line in lines if (line["plan"], line["part"]) == ("QD-402-2020", "lead"))
        path = f"/v1/plans/QD-402-2020/tasks/{leads['item'].split('/', 1)[1]}?as_of="
        then, now = [(await http.get(path + day, headers=reader)).json() for day in ("2025-02-28", "2025-03-01")]

    assert {line["state"] for line in lines} == {"proposed"}
    assert leads["receivers"] == ["BKHCN"]
    assert [task["orphaned"] for task in (then, now)] == [False, True]


def changed_data(folder: Path, line: str, state: str) -> Path:
    """Copy the reference files with one succession in another state."""
    copy = Path(shutil.copytree(DATA, folder / "data"))
    file = copy / "successions.csv"
    text = file.read_text(encoding="utf-8")
    assert line in text
    file.write_text(text.replace(line, line.rsplit(",", 1)[0] + "," + state), encoding="utf-8")
    return copy


async def test_a_confirmed_transfer_moves_nothing_until_a_line_is_confirmed(client, reader, writer):
    """Social protection went from the labour ministry to health; one task of it is given there."""
    lines = await lines_of(client, reader, "S03", kind="task")
    line = next(one for one in lines if one["receivers"] == ["BYT"])
    task = f"/v1/plans/{line['plan']}/tasks/{line['item'].split('/', 1)[1]}"

    async def carried(day):
        read = (await client.get(f"{task}?as_of={day}", headers=reader)).json()
        parties = read["leads"] if line["part"] == "lead" else read["coordinators"]
        return next(p["carried_by"] for p in parties if p["printed"] == "BLDTBXH")

    before = [await carried(day) for day in ("2025-02-28", "2025-03-01")]
    answer = await confirm(client, writer, "S03", {"number": line["number"]})
    after = [await carried(day) for day in ("2025-02-28", "2025-03-01")]

    assert {one["state"] for one in lines} == {"proposed"}
    assert before == [["BLDTBXH"], ["BNV"]]
    assert answer.status_code == 200, answer.text
    assert after == [["BLDTBXH"], ["BYT"]]


async def test_a_proposed_one_is_confirmed_though_the_agency_had_ended_before(client, reader, writer):
    answer = await confirm(client, writer, "S15")
    chain = (await client.get("/v1/agencies/TCTK/successors?on=2026-07-01", headers=reader)).json()
    ended = (await client.get("/v1/agencies/TCTK", headers=reader)).json()

    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["decided_by"]) == ("confirmed", "BNG")
    assert chain["carried_by"] == ["CTK"]
    assert ended["valid_to"] == "2025-02-28"


async def test_loading_again_leaves_what_a_steward_decided(client, database, reader, tmp_path):
    """Two lines of the file change: what nobody touched follows it, what a steward confirmed does not."""
    data = changed_data(tmp_path, "S15,TCTK,CTK,rename,2025-03-01", "2025-03-02")
    file = data / "successions.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Drug rehab", "All drug rehab"), encoding="utf-8")
    before = (await client.get(f"{SUCCESSIONS}/S15", headers=reader)).json()

    await load_registry(database, data, BusinessClock())
    touched = (await client.get(f"{SUCCESSIONS}/S15", headers=reader)).json()
    untouched = (await client.get(f"{SUCCESSIONS}/S05", headers=reader)).json()
    first, second = [len(await lines_of(client, reader, fact)) for fact in ("S05", "S04")]

    assert touched == before
    assert untouched["note"].startswith("All drug rehab")
    assert first == second > 0
