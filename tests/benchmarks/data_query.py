"""P6: a query over a million figures (or as many as are named) grouped by three dimensions, and a large export.

python -m tests.benchmarks.data_query [FIGURES]

A database of its own is filled first; that is not counted. Then /v1/data is asked as a steward asks it (token,
rights, which versions count, JSON), in turn with hand-written SQL for the same answer. The SQL has no rights and
knows what counts; it is measured twice: with the counts of cell states that our answer has, and the sum alone.
The export is CSV over a socket, of a server in a process of its own, whose memory is read while it sends.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx

from deploy.keys import ensure_keys
from deploy.postgres import EmbeddedPostgres, free_port
from kernel.migrations import upgrade
from tests.benchmarks.baseline import Figure, settle
from tests.support import bearer, internal_token

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "services/submissions/migrations"
REPORT = 1_000
ROUNDS = 5
EXPORTED = 1_000_000
GROUPED = ("sex", "age_group", "partner_country")

FILLING = """
insert into agency (id, name_vi, name_en, kind, province)
    select 'A' || lpad(n::text, 5, '0'), 'Cơ quan ' || n, 'Agency ' || n, 'provincial_department', 'P' || n % 34
    from generate_series(1, {reports}) n;
insert into obligation (id, instrument, plan, steward, kind, subject, title_vi, title_en, form, recipients)
    values ('O1', 'I', 'PLAN', 'BNG', 'periodic', 'migration_data', 'Số liệu', 'Figures', 'migration-data',
        '{{BNG}}');
insert into cycle (id, obligation, period, period_start, period_end, origin, opened_at, history, provisional,
        recipients, next_level, form, form_version, trace, version)
    select uuidv7(), 'O1', '2026-S1', '2026-01-01', '2026-06-30', 'schedule', now(), false, false,
        '{{BNG}}', '{{}}', 'migration-data', 1, '[]', 1;
insert into occurrence (id, cycle_id, agency, duty, state, received_at)
    select uuidv7(), c.id, a.id, a.id, 'accepted', now() from cycle c, agency a;
insert into submission (id, occurrence_id, version, agency, agency_name_vi, submitted_by, client, received_at,
        media_type, period_year, form, form_version, rules_version, content_sha256, nil, narrative,
        observation_count, cell_counts, finding_counts, receipt)
    select uuidv7(), o.id, 1, o.agency, o.agency, o.agency, 'x', now() - interval '2 day', 'text/csv', 2026,
        'migration-data', 1, '1', 'x', '[]', '{{}}', {size}, '{{}}', '{{}}', 'x' from occurrence o;
insert into review (submission_id, decision, decided_at, agency, client, cells)
    select id, 'accepted', now() - interval '1 day', 'BNG', 'y', '[]' from submission;
update occurrence o set submission_id = s.id, accepted_submission_id = s.id, submission_version = 1
    from submission s where s.occurrence_id = o.id;
"""
CODES = """
insert into observation (period_year, submission_id, line, indicator, d1, d2, d3, d4, value, status)
    select 2026, s.id, n, 'LABOUR.OUT.FLOW', (array['male', 'female', 'unknown'])[n % 3 + 1],
        (array['child_under_16', 'age_16_17', 'adult', 'unknown'])[n / 3 % 4 + 1],
        (array['JP', 'KR', 'TW', 'US', 'CN', 'DE', 'FR', 'AU', 'LA', 'KH'])[n / 12 % 10 + 1],
        (array['skilled', 'unskilled', 'unknown'])[n / 120 % 3 + 1],
        case when n % 50 = 0 then null else (n * 7 + s.r) % 1000 end,
        case when n % 50 = 0 then 'not_available' else 'value' end
    from (select id, row_number() over () as r from submission) s, generate_series(1, $1::int) n
    where s.r > $2 and s.r <= $3
"""
BARE = """
select d1, d2, d3, sum(o.value) {counts} from observation o
  join occurrence w on w.accepted_submission_id = o.submission_id
 where o.period_year = 2026 and o.indicator = 'LABOUR.OUT.FLOW'
 group by d1, d2, d3 order by d1, d2, d3
"""
COUNTS = """, count(o.value), count(*) filter (where o.value = 0),
    count(*) filter (where o.status = 'not_available'), count(*) filter (where o.status = 'not_applicable')"""


async def fill(url: str, figures: int) -> None:
    """Make as many accepted reports as it takes, a thousand figures each."""
    reports = figures // REPORT
    connection = await asyncpg.connect(url)
    await connection.execute(FILLING.format(reports=reports, size=REPORT))
    for first in range(0, reports, 1_000):
        await connection.execute(CODES, REPORT, first, first + 1_000)
    await connection.execute("vacuum analyze")
    await connection.close()


async def timed_sql(connection: asyncpg.Connection, statement: str) -> tuple[float, list[asyncpg.Record]]:
    """Run a statement and return the seconds with its rows."""
    begun = time.perf_counter()
    rows = await connection.fetch(statement)
    return time.perf_counter() - begun, rows


async def timed_query(http: httpx.AsyncClient, headers: dict[str, str]) -> tuple[float, list[dict[str, object]]]:
    """Ask the door and return the seconds with its figures."""
    params = {"form": "migration-data", "indicator": "LABOUR.OUT.FLOW", "group_by": ",".join(GROUPED)}
    begun = time.perf_counter()
    answer = await http.get("/v1/data", params=params, headers=headers)
    took = time.perf_counter() - begun
    assert answer.status_code == 200, answer.text[:500]
    return took, answer.json()["items"]


async def export(
    http: httpx.AsyncClient, headers: dict[str, str], process: int
) -> tuple[float, float, int, float]:
    """Read a million figures as CSV; return seconds to the first byte and to the last, lines, and memory added."""
    params = {"form": "migration-data", "format": "csv"}
    before = memory_of(process)
    begun, first, lines, most = time.perf_counter(), 0.0, 0, before
    async with http.stream("GET", "/v1/data", params=params, headers=headers) as answer:
        assert answer.status_code == 200
        async for piece in answer.aiter_bytes():
            if not first:
                first = time.perf_counter() - begun
            lines += piece.count(b"\n")
            most = max(most, memory_of(process)) if lines % 50 == 0 else most
            if lines > EXPORTED:
                break
    return first, time.perf_counter() - begun, lines, max(most, memory_of(process)) - before


def memory_of(process: int) -> float:
    """Return the megabytes that a process holds."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def same(ours: list[dict[str, object]], bare: list[asyncpg.Record]) -> bool:
    """Say whether both have the same figures and the same counts."""
    found = {}
    for item in ours:
        codes, cells = item["dimensions"], item["cells"]
        assert isinstance(codes, dict)
        assert isinstance(cells, dict)
        found[tuple(codes[name] for name in GROUPED)] = (item["value"], *cells.values())
    return found == {tuple(row[:3]): (int(row[3]), *row[4:]) for row in bare}


async def measure(url: str, keys: Path, address: str, process: int) -> None:
    """Ask and compute in turn, then export, and hold the figures against target and baseline."""
    connection = await asyncpg.connect(url)
    ours: list[float] = []
    bare: list[float] = []
    alone: list[float] = []
    limits = httpx.Timeout(300)
    async with httpx.AsyncClient(base_url=address, timeout=limits, trust_env=False) as http:
        for turn in range(ROUNDS + 1):
            token = internal_token(keys, "submissions", agency="BNG", scopes=["data:read"], expires_in=600)
            headers = bearer(token)
            seconds, items = await timed_query(http, headers)
            with_counts, rows = await timed_sql(connection, BARE.format(counts=COUNTS))
            only_sum, _ = await timed_sql(connection, BARE.format(counts=""))
            assert same(items, rows)
            if turn:
                ours.append(seconds)
                bare.append(with_counts)
                alone.append(only_sum)
        await connection.close()
        firsts, rates, added = [], [], []
        for _ in range(3):
            first, took, lines, memory = await export(http, headers, process)
            firsts.append(first)
            rates.append(lines / took)
            added.append(memory)
    best, best_alone = sorted(bare)[len(bare) // 2], sorted(alone)[len(alone) // 2]
    middle = sorted(ours)[len(ours) // 2]
    print(f"query: {middle:.2f} s; bare SQL for the same {best:.2f} s, for the sum alone {best_alone:.2f} s")
    print(f"export: first byte {sorted(firsts)[1] * 1000:.0f} ms, {sorted(rates)[1]:.0f} figures/s")
    settle(
        "data_query",
        times_the_bare_sql=Figure(middle / best, target=1.5, higher_is_better=False),
        times_the_bare_sum=Figure(middle / best_alone, higher_is_better=False),
        first_byte_milliseconds=Figure(sorted(firsts)[1] * 1000, target=300, higher_is_better=False, tolerance=1),
        megabytes_added_by_an_export=Figure(max(added), target=50, higher_is_better=False, tolerance=1),
    )


async def run(admin_url: str, keys: Path, figures: int) -> None:
    """Fill a database, start a server of its own, then measure."""
    admin = await asyncpg.connect(admin_url)
    await admin.execute("create database benchmark")
    await admin.close()
    url = admin_url.rsplit("/", 1)[0] + "/benchmark"
    await asyncio.to_thread(upgrade, MIGRATIONS, url)
    port = free_port()
    environment = {
        **os.environ,
        "GCM_DATABASE_URL": url,
        "GCM_KEYS_DIR": str(keys),
        "GCM_PORT": str(port),
        "GCM_DATA_DIR": str(ROOT / "data"),
    }
    await fill(url, figures)
    words = [sys.executable, "-m", "services.submissions", "api"]
    server = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        await until_ready(address)
        await measure(url, keys, address, server.pid)
    finally:
        server.terminate()
        await server.wait()


async def until_ready(address: str) -> None:
    """Wait until the server answers."""
    async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
        for _ in range(1800):
            try:
                if (await http.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise SystemExit("the server does not start")


def main() -> None:
    figures = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder), durable=False).lease() as url:
        keys = Path(folder) / "keys"
        ensure_keys(keys)
        asyncio.run(run(url, keys, figures))


if __name__ == "__main__":
    main()
