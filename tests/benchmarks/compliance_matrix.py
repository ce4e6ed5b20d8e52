"""P5: the completeness matrix of 10,000 reporters × 12 cycles, counted live, against bare SQL for the same.

python -m tests.benchmarks.compliance_matrix

A database of its own is filled first; that is not counted. Then pages of the matrix are read as a steward reads
them (token, rights, counting, JSON), in turn with a driver that sends hand-written SQL for the same page: the
counts of each cycle over all reporters, and the cells of fifty of them, with no rights and no words but those it
counts by. The same is done for the figures grouped by province.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx

from deploy.keys import ensure_keys
from deploy.postgres import EmbeddedPostgres
from kernel.migrations import upgrade
from services.submissions.main import create_app
from services.submissions.settings import SubmissionsSettings
from tests.benchmarks.baseline import Figure, settle
from tests.submissions.fake_registry import FakeRegistry
from tests.submissions.service import FIRST_MORNING
from tests.support import bearer, internal_token, running, set_business_time

MIGRATIONS = Path(__file__).resolve().parents[2] / "services/submissions/migrations"
REPORTERS, CYCLES, PAGE, ROUNDS = 10_000, 12, 50, 20

FILLING = f"""
insert into agency (id, name_vi, name_en, kind, province)
    select 'A' || lpad(n::text, 5, '0'), 'Cơ quan ' || n, 'Agency ' || n, 'provincial_department', 'P' || n % 34
    from generate_series(1, {REPORTERS}) n;
insert into obligation (id, instrument, plan, steward, kind, subject, title_vi, title_en, form, recipients)
    values ('O1', 'I', 'PLAN', 'BNG', 'periodic', 'migration_data', 'Số liệu', 'Figures', 'migration-data',
        '{{BNG}}');
insert into cycle (id, obligation, period, period_start, period_end, origin, opened_at, history, provisional,
        opens_at, due_on, due_at, overdue_after, recipients, next_level, form, trace, version)
    select uuidv7(), 'O1', '2025-' || lpad(n::text, 2, '0') || '-01/P1M', make_date(2025, n, 1),
        make_date(2025, n, 28), 'schedule', now(), false, false, make_date(2025, n, 1), make_date(2025, n, 28),
        make_date(2025, n, 28), make_date(2025, n, 28), '{{BNG}}', '{{}}', 'migration-data',
        '[{{"code": "wording", "vi": "trước ngày 05", "en": "before the 5th"}}]', 1
    from generate_series(1, {CYCLES}) n;
insert into occurrence (id, cycle_id, agency, duty, state, received_at, waived_at)
    select uuidv7(), c.id, a.id, a.id,
        (array['accepted', 'accepted', 'submitted', 'owed', 'waived', 'returned'])[r % 6 + 1],
        case when r % 6 in (3, 4) then null else c.due_at + ((r % 9) - 6) * interval '1 day' end,
        case when r % 6 = 4 then now() end
    from cycle c, (select id, row_number() over () as n from agency) a,
        lateral (select (a.n * 7 + extract(month from c.period_start)::int * 5) % 101 as r) random;
analyze;
"""

COLUMNS = """
select c.id, c.period, count(*) filter (where o.state <> 'waived') as expected,
       count(*) filter (where o.state in ('submitted', 'returned', 'accepted')) as received,
       count(*) filter (where o.state = 'accepted') as accepted,
       count(*) filter (where o.state <> 'waived' and o.received_at <= c.overdue_after) as on_time,
       count(*) filter (where o.state <> 'waived' and o.received_at > c.overdue_after) as late,
       count(*) filter (where o.state <> 'waived' and o.received_at is null and c.overdue_after < $1) as overdue,
       count(*) filter (where o.state = 'waived') as waived
  from occurrence o join cycle c on c.id = o.cycle_id group by c.id order by c.due_on
"""
CELLS = """
select o.agency, a.name_vi, a.name_en, o.id, o.cycle_id, o.state, o.received_at, c.overdue_after
  from (select distinct agency from occurrence where agency > $1 order by agency limit $2) page
  join occurrence o on o.agency = page.agency join cycle c on c.id = o.cycle_id join agency a on a.id = o.agency
 order by o.agency
"""
PROVINCES = COLUMNS.replace("c.id, c.period,", "a.province,").replace(
    "group by c.id order by c.due_on", "join agency a on a.id = o.agency group by a.province order by a.province"
)
TOTAL = COLUMNS.replace("c.id, c.period,", "").replace("group by c.id order by c.due_on", "")


async def read_bare(database: asyncpg.Connection, after: str) -> float:
    """Read one page with hand-written SQL and return the seconds."""
    begun = time.perf_counter()
    columns = await database.fetch(COLUMNS, FIRST_MORNING)
    cells = await database.fetch(CELLS, after, PAGE + 1)
    took = time.perf_counter() - begun
    assert (len(columns), len(cells)) == (CYCLES, (PAGE + 1) * CYCLES)
    return took


async def read_provinces_bare(database: asyncpg.Connection) -> float:
    """Read the figures of each province and of all, and return the seconds."""
    begun = time.perf_counter()
    groups = await database.fetch(PROVINCES, FIRST_MORNING)
    await database.fetch(TOTAL, FIRST_MORNING)
    took = time.perf_counter() - begun
    assert len(groups) == 34
    return took


async def ask(
    http: httpx.AsyncClient, keys: Path, door: str, **params: str | int
) -> tuple[float, dict[str, object]]:
    """Ask a door as the plan's steward and return the seconds with the answer."""
    headers = bearer(internal_token(keys, "submissions", agency="BNG", scopes=["submissions:read"]))
    begun = time.perf_counter()
    answer = await http.get(door, params=params, headers=headers)
    took = time.perf_counter() - begun
    assert answer.status_code == 200, answer.text
    return took, answer.json()


def p95(seconds: list[float]) -> float:
    """Return what nineteen of twenty did not exceed."""
    return sorted(seconds)[int(len(seconds) * 0.95) - 1]


async def measure(url: str, keys: Path) -> None:
    """Read pages in turn and hold the figures against target and baseline."""
    app = create_app(SubmissionsSettings(database_url=url, keys_dir=keys), registry=FakeRegistry())
    database = await asyncpg.connect(url)
    ours: list[float] = []
    bare: list[float] = []
    grouped: list[float] = []
    grouped_bare: list[float] = []
    async with running(app) as http:
        set_business_time(app, FIRST_MORNING)
        cursor, after = {}, ""
        for turn in range(ROUNDS + 3):
            seconds, page = await ask(http, keys, "/v1/compliance/matrix", limit=PAGE, **cursor)
            items = page["items"]
            assert isinstance(items, list)
            assert len(items) == PAGE
            plain = await read_bare(database, after)
            by_province, _ = await ask(http, keys, "/v1/compliance", group_by="province")
            by_province_bare = await read_provinces_bare(database)
            cursor, after = {"cursor": str(page["next_cursor"])}, items[-1]["agency"]
            if turn >= 3:
                ours.append(seconds)
                bare.append(plain)
                grouped.append(by_province)
                grouped_bare.append(by_province_bare)
    await database.close()
    print(f"matrix: p95 {p95(ours) * 1000:.0f} ms, bare SQL {p95(bare) * 1000:.0f} ms")
    print(f"by province: p95 {p95(grouped) * 1000:.0f} ms, bare SQL {p95(grouped_bare) * 1000:.0f} ms")
    settle(
        "compliance_matrix",
        p95_milliseconds=Figure(p95(ours) * 1000, target=200, higher_is_better=False),
        times_the_bare_sql=Figure(p95(ours) / p95(bare), target=3, higher_is_better=False),
        by_province_times_the_bare_sql=Figure(p95(grouped) / p95(grouped_bare), target=3, higher_is_better=False),
    )


async def run(admin_url: str, keys: Path) -> None:
    """Fill a database, then measure."""
    admin = await asyncpg.connect(admin_url)
    await admin.execute("create database benchmark")
    await admin.close()
    url = admin_url.rsplit("/", 1)[0] + "/benchmark"
    await asyncio.to_thread(upgrade, MIGRATIONS, url)
    connection = await asyncpg.connect(url)
    await connection.execute(FILLING)
    await connection.close()
    await measure(url, keys)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder), durable=False).lease() as url:
        keys = Path(folder) / "keys"
        ensure_keys(keys)
        asyncio.run(run(url, keys))


if __name__ == "__main__":
    sys.exit(main())
