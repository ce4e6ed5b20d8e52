"""What loading brings in, and that loading again changes nothing and tells nobody."""

import asyncio
import csv
import shutil
from pathlib import Path

import sqlalchemy as sa

from kernel.clock import BusinessClock
from kernel.tables import event
from services.registry.loading.service import load_registry

DATA = Path(__file__).resolve().parents[3] / "data"

SOURCES = {
    "province": ["provinces.csv"],
    "province_succession": ["province_successions.csv"],
    "agency": ["agencies.csv", "missions.csv"],
    "agency_version": ["agencies.csv", "missions.csv"],
    "succession": ["successions.csv"],
    "group_kind": ["group_kinds.csv"],
    "agency_group": ["agency_groups.csv"],
    "instrument": ["instruments.csv"],
    "plan": ["plans.csv"],
    "task": ["tasks_402.csv", "tasks_hatinh_167.csv", "tasks_kontum.csv", "tasks_actip_1957.csv"],
    "assigned_duty": ["duties.csv"],
    "gcm_objective": ["gcm_objectives.csv"],
    "obligation": ["obligations.csv"],
    "calendar_override": ["holidays_vn.csv"],
}
KNOWN = {
    "agencies.csv": 185,
    "missions.csv": 99,
    "agency_groups.csv": 30,
    "provinces.csv": 88,
    "province_successions.csv": 54,
    "instruments.csv": 47,
    "successions.csv": 73,
    "tasks_402.csv": 69,
    "tasks_hatinh_167.csv": 23,
    "tasks_kontum.csv": 26,
    "tasks_actip_1957.csv": 49,
    "duties.csv": 37,
    "obligations.csv": 32,
    "gcm_objectives.csv": 23,
    "group_kinds.csv": 15,
    "holidays_vn.csv": 61,
    "plans.csv": 5,
}


def lines_of(file):
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def parts_in(file, *columns):
    return sum(len(line[c].split("|")) for line in lines_of(file) for c in columns if line[c])


def data_with(folder, old, new):
    """Copy the reference files with one name of an agency written differently."""
    copy = Path(shutil.copytree(DATA, folder / "data"))
    agencies = copy / "agencies.csv"
    agencies.write_text(agencies.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return copy


async def count(database, table):
    async with database.transaction() as session:
        return (await session.execute(sa.text(f"select count(*) from {table}"))).scalar_one()


async def events_by_type(database):
    async with database.transaction() as session:
        rows = await session.execute(sa.select(event.c.type, sa.func.count()).group_by(event.c.type))
        return dict(map(tuple, rows.all()))


async def test_every_line_of_every_file_is_in_the_registry(database):
    assert {file: len(lines_of(file)) for file in KNOWN} == KNOWN
    for table, files in SOURCES.items():
        assert await count(database, table) == sum(len(lines_of(file)) for file in files), table


async def test_every_named_party_is_in_the_registry(database):
    tasks = SOURCES["task"]

    assert await count(database, "task_party") == sum(parts_in(file, "lead", "coord") for file in tasks)
    assert await count(database, "task_derivation") == sum(parts_in(file, "derives_from") for file in tasks)
    assert await count(database, "assigned_duty_party") == parts_in("duties.csv", "actor", "coord")
    assert await count(database, "instrument_basis") == parts_in("instruments.csv", "based_on")
    assert await count(database, "task_objective") == parts_in("gcm_objectives.csv", "tasks_402_editorial")
    assert await count(database, "agency_group_word") == parts_in("agency_groups.csv", "member_kinds")


async def test_the_first_load_tells_of_each_agency_plan_obligation_and_confirmed_succession_once(database):
    assert await events_by_type(database) == {
        "agency.changed": 185 + 99,
        "plan.published": 5,
        "obligation.changed": 32,
        "succession.confirmed": 67,
    }


async def test_loading_again_changes_nothing_and_tells_nobody(database):
    before = await events_by_type(database)

    loaded = await load_registry(database, DATA, BusinessClock())

    assert {name: counts.changed for name, counts in loaded.slices.items()} == dict.fromkeys(loaded.slices, ())
    assert await events_by_type(database) == before


async def test_a_changed_line_is_brought_in_and_told_alone(database, tmp_path):
    data = data_with(tmp_path, "Ministry of Health", "Health Ministry")
    before = await events_by_type(database)

    loaded = await load_registry(database, data, BusinessClock())

    assert loaded.changed("agency") == ["BYT"]
    assert await events_by_type(database) == before | {"agency.changed": before["agency.changed"] + 1}
    async with database.transaction() as session:
        name = await session.execute(sa.text("select name_en from agency_version where agency = 'BYT'"))
        assert name.scalar_one() == "Health Ministry"


async def test_two_loads_at_once_do_it_once(database, tmp_path):
    data = data_with(tmp_path, "Ministry of Finance", "Finance Ministry")

    both = await asyncio.gather(*(load_registry(database, data, BusinessClock()) for _ in range(2)))

    assert sorted("BTC" in loaded.changed("agency") for loaded in both) == [False, True]
