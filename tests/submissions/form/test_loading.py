"""Loading of forms into a real database: once, again, changed, published, and by several processes at once."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kernel.database import Database
from services.submissions.form.errors import PublishedVersionChanged
from services.submissions.form.loading import load
from services.submissions.form.shelf import read_shelf
from services.submissions.form.tables import FormVersion

DATA = Path(__file__).resolve().parents[3] / "data"
SHIPPED = len(list((DATA / "forms").glob("*.json")))
NOW = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
async def database(new_database) -> AsyncIterator[Database]:
    database = Database(await asyncio.to_thread(new_database, "submissions"))
    yield database
    await database.close()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    shutil.copytree(DATA / "forms", tmp_path / "forms")
    return tmp_path


def change(data_dir: Path, **changes) -> None:
    path = data_dir / "forms" / "difficulties-1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


async def load_once(database: Database, data_dir: Path) -> int:
    async with database.transaction() as session:
        return await load(session, data_dir, NOW)


async def test_loading_twice_is_as_loading_once(database):
    assert [await load_once(database, DATA), await load_once(database, DATA)] == [SHIPPED, 0]

    async with database.transaction() as session:
        shelf = await read_shelf(session)
    assert shelf.get("migration-data", 1).title_en == "Six-monthly and yearly international migration data"


async def test_several_processes_may_load_at_once(database):
    assert sorted(await asyncio.gather(*(load_once(database, DATA) for _ in range(6)))) == [0, 0, 0, 0, 0, SHIPPED]


async def test_a_draft_changes_until_it_is_published_and_then_never(database, data_dir):
    change(data_dir, state="draft")
    assert await load_once(database, data_dir) == SHIPPED
    change(data_dir, title_en="Another title")
    assert await load_once(database, data_dir) == 1
    async with database.transaction() as session:
        assert (await read_shelf(session)).find_version("difficulties", NOW.date()) is None
    change(data_dir, state="published")
    assert await load_once(database, data_dir) == 1

    change(data_dir, title_en="A third title")
    with pytest.raises(PublishedVersionChanged):
        await load_once(database, data_dir)


@pytest.mark.parametrize(
    "statement", ["update form_version set title_vi = 'x'", "delete from form_version", "truncate form_version"]
)
async def test_the_database_itself_keeps_a_published_version(database, statement):
    await load_once(database, DATA)

    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.execute(sa.text(statement))
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(FormVersion)) == SHIPPED
