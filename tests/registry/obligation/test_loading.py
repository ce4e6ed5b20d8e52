"""A wording that reads differently becomes a new version of its rule; a steward's day is never loaded over."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.clock import BusinessClock
from services.registry.loading.service import load_registry
from services.registry.obligation.errors import DeadlineRuleWrong

DATA = Path(__file__).resolve().parents[3] / "data"
VERSIONS = sa.text("select version, day, reason from deadline_rule where obligation = 'OHT-01' order by version")
OVERRIDES = sa.text("select kind, author from calendar_override where day = '2026-01-02' order by number")
STEWARDS_DAY = sa.text(
    "insert into calendar_override (day, kind, name_vi, name_en, source, confidence, author, reason, recorded_at)"
    " values ('2026-01-02', 'ordinary_day', 'Ngày', 'Day', 'thư', 'verified', 'BNG', 'đổi lại', now())"
)


@pytest.fixture
def changed_data(tmp_path: Path):
    """Give a copy of the data folder in which one text of one file was replaced."""

    def change(name: str, old: str, new: str) -> Path:
        folder = tmp_path / "data"
        shutil.copytree(DATA, folder, dirs_exist_ok=True)
        whole = (folder / name).read_text(encoding="utf-8")
        assert old in whole
        (folder / name).write_text(whole.replace(old, new), encoding="utf-8")
        return folder

    return change


async def rows(database, statement):
    async with database.transaction() as session:
        return [tuple(row) for row in await session.execute(statement)]


async def test_a_new_reading_is_a_new_version_and_the_old_one_stays(database, changed_data):
    before = await rows(database, VERSIONS)
    moved = changed_data("obligations.csv", "trước ngày 05/7,before,7,5", "trước ngày 10/7,before,7,10")
    loaded = await load_registry(database, moved, BusinessClock())
    after = await rows(database, VERSIONS)

    assert [row[:2] for row in before] == [(1, 5)]
    assert [row[:2] for row in after] == [(1, 5), (2, 10)]
    assert before[0] == after[0]
    assert loaded.changed("obligation") == ["OHT-01"]


async def test_another_note_is_no_new_version(database, changed_data):
    reworded = changed_data("obligations.csv", "drafted by KT-SNGV", "written by KT-SNGV")
    loaded = await load_registry(database, reworded, BusinessClock())
    kept = sa.text("select count(*) from deadline_rule where obligation = 'OKT-04'")

    assert "OKT-04" in loaded.changed("obligation")
    assert await rows(database, kept) == [(1,)]


async def test_a_rule_that_cannot_be_is_refused_and_nothing_is_loaded(database, changed_data):
    broken = changed_data("obligations.csv", "trước ngày 05/11,before,11,5", "trước ngày 05/11,before,,5")
    before = await rows(database, sa.text("select count(*) from deadline_rule"))

    with pytest.raises(DeadlineRuleWrong):
        await load_registry(database, broken, BusinessClock())

    assert await rows(database, sa.text("select count(*) from deadline_rule")) == before


async def test_a_stewards_day_is_not_loaded_over(database, changed_data):
    async with database.transaction() as session:
        await session.execute(STEWARDS_DAY)
    other = changed_data("holidays_vn.csv", "missing from python-holidays 0.109", "still missing")
    await load_registry(database, other, BusinessClock())

    assert await rows(database, OVERRIDES) == [("swapped_day_off", "loader"), ("ordinary_day", "BNG")]
