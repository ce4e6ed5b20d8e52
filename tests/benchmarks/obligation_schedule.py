"""10,000 agencies and 100,000 obligations × periods: how long the registry's schedule takes, database included.

python -m tests.benchmarks.obligation_schedule

A database of its own is filled first; that is not counted. Then the register is read and every cycle of 25 months
is computed as `GET /internal/schedule` does it. The bare limit, measured in the same run, is reading the same rows
with a driver alone, plus one plain date sum for each cycle. Three rounds in turn, the best of each counts; the
memory of the process is kept as the service keeps its own. No two obligations have the same wording.
"""

import asyncio
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import asyncpg

from deploy.postgres import EmbeddedPostgres
from kernel.clock import BusinessClock
from kernel.database import Database
from kernel.migrations import upgrade
from kernel.process import look_for_garbage_seldom
from services.registry.calendar.store import CalendarStore
from services.registry.obligation import shaping
from services.registry.obligation.service import ObligationService
from services.registry.obligation.store import ObligationStore
from tests.benchmarks.baseline import Figure, settle

MIGRATIONS = Path(__file__).resolve().parents[2] / "services/registry/migrations"
AGENCIES, OBLIGATIONS, MONTHS = 10_000, 4_000, 25
FIRST, LAST = date(2025, 1, 1), date(2027, 1, 31)
ROUNDS = 3
WITHIN = 5.0

FILLING = f"""
insert into agency (id, lifetime, source_documents)
    select 'A' || n, '[2000-01-01,)', '{{}}' from generate_series(1, {AGENCIES}) n;
insert into agency_version (agency, valid, name_vi, name_en, kind, time_zone)
    select 'A' || n, v, 'Cơ quan ' || n, 'Agency ' || n, 'provincial_department', 'Asia/Ho_Chi_Minh'
    from generate_series(1, {AGENCIES}) n,
        unnest(array['[2000-01-01,2026-03-01)', '[2026-03-01,)']::daterange[]) v;
insert into instrument (id, doc_type, title_vi, title_en) values ('I', 'quyet_dinh', 'Quyết định', 'Decision');
insert into agency_group (id, expression_vi, expression_en, membership, on_lead_request, variants_vi)
    select 'G' || n, 'Nhóm ' || n, 'Group ' || n, 'listed', false, '{{}}' from generate_series(1, 40) n;
insert into group_member (agency_group, agency, valid, reason, listed_by)
    select 'G' || g, 'A' || (g * 100 + n), '[2000-01-01,)', 'test', 'A1'
    from generate_series(1, 40) g, generate_series(1, 60) n;
insert into obligation (id, instrument, source_ref, subject, title_vi, title_en, kind, valid)
    select 'O' || n, 'I', 'I.1', 'figures', 'Báo cáo ' || n, 'Report ' || n, 'periodic',
        '[2025-01-01,2027-02-01)'
    from generate_series(1, {OBLIGATIONS}) n;
insert into obligation_party (obligation, part, place, agency, agency_group)
    select 'O' || n, 'recipient', 1, 'A' || (n % 500 + 1), null from generate_series(1, {OBLIGATIONS}) n
    union all
    select 'O' || n, 'reporter', p, 'A' || ((n * 2 + p * 17) % {AGENCIES} + 1), null
    from generate_series(1, {OBLIGATIONS}) n, generate_series(1, 2) p where n % 100 <> 0
    union all
    select 'O' || n, 'reporter', 1, null, 'G' || n / 100 from generate_series(1, {OBLIGATIONS}) n
    where n % 100 = 0;
insert into deadline_rule (obligation, version, period_window, parts, series_years, wording, operator, day,
        month_offset, days_after, year_offset, counts_working_days, with_obligation, roll, author, reason,
        recorded_at)
    select 'O' || n, 1, case when n % 3 = 0 then 'decree09_month' else 'calendar_month' end, '{{}}', '{{}}',
        'trong văn bản thứ ' || n,
        case when n % 10 = 1 then 'with' when n % 2 = 0 then 'before' else 'no_later_than' end,
        case when n % 10 in (1, 5) then null else n % 28 + 1 end, case when n % 10 in (1, 5) then null else 1 end,
        case when n % 10 = 5 then 5 end, 0, n % 10 = 5, case when n % 10 = 1 then 'O' || n + 1 end,
        case when n % 4 = 0 then 'following' else 'none' end, 'loader', 'test', now()
    from generate_series(1, {OBLIGATIONS}) n;
analyze;
"""

ROWS = (
    "select id, instrument, title_vi, title_en, lower(valid), upper(valid) from obligation",
    "select * from obligation_party",
    "select * from deadline_rule",
    "select agency, kind, province, lower(valid), upper(valid) from agency_version",
    "select * from group_member",
    "select * from calendar_override",
)


async def fill(url: str) -> None:
    """Bring agencies, obligations and rules in."""
    connection = await asyncpg.connect(url)
    for extension in ("btree_gist", "unaccent", "pg_trgm"):
        await connection.execute(f"create extension if not exists {extension}")
    await connection.close()
    await asyncio.to_thread(upgrade, MIGRATIONS, url)
    connection = await asyncpg.connect(url)
    await connection.execute(FILLING)
    await connection.close()


async def bare_limit(url: str) -> float:
    """Read the same rows with the driver alone, and reckon one plain day for each cycle."""
    connection = await asyncpg.connect(url)
    started = time.perf_counter()
    for query in ROWS:
        await connection.fetch(query)
    days = [FIRST + timedelta(days=30 * month) for _ in range(OBLIGATIONS) for month in range(MONTHS)]
    spent = time.perf_counter() - started
    assert len(days) == OBLIGATIONS * MONTHS
    await connection.close()
    return spent


async def compute(database: Database) -> tuple[float, float, int, int]:
    """Read the register and compute every cycle; then put some into words. Seconds, those of one core, counts."""
    clock = BusinessClock()
    async with database.transaction() as session:
        service = ObligationService(
            store=ObligationStore(session), calendar=CalendarStore(session), session=session, clock=clock
        )
        started, spent = time.perf_counter(), time.process_time()
        register, _ = await service.read_register()
        read = time.perf_counter()
        cycles = list(register.cycles_between(FIRST, date(2027, 12, 31)))
        computed, spent = time.perf_counter(), time.process_time() - spent
        shaping.schedule(register.calendar, cycles[:: len(cycles) // 10_000])
        shaped = time.perf_counter()
    print(
        f"read {read - started:.2f} s, computed {computed - read:.2f} s ({spent:.2f} s of one core); "
        f"10,000 of them explained and made ready for the wire {shaped - computed:.2f} s"
    )
    return computed - started, spent, len(cycles), sum(len(cycle.owing.reporters) for cycle in cycles)


async def run(admin_url: str) -> None:
    """Fill, measure, and hold the figures against target and baseline."""
    admin = await asyncpg.connect(admin_url)
    await admin.execute("create database benchmark")
    await admin.close()
    url = admin_url.rsplit("/", 1)[0] + "/benchmark"
    await fill(url)
    database = Database(url)
    look_for_garbage_seldom()
    bare, whole, core, count, reporters = [], [], [], 0, 0
    for _ in range(ROUNDS):
        bare.append(await bare_limit(url))
        seconds, spent, count, reporters = await compute(database)
        whole.append(seconds)
        core.append(spent)
    await database.close()
    print(f"{AGENCIES} agencies, {count} cycles, {reporters} reports owed")
    print(f"bare limit {min(bare):.2f} s, whole {min(whole):.2f} s, of which one core worked {min(core):.2f} s")
    settle(
        "obligation_schedule",
        seconds=Figure(min(whole), target=WITHIN, higher_is_better=False),
        times_the_bare_limit=Figure(min(whole) / min(bare), higher_is_better=False),
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder), durable=False).lease() as url:
        asyncio.run(run(url))


if __name__ == "__main__":
    sys.exit(main())
