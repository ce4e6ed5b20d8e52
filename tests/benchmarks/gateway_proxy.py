"""P1 and P2: what the gateway adds to a small read, in CPU time per request and in throughput.

python -m tests.benchmarks.gateway_proxy [ROUNDS]

One gateway process with everything on (ES256 token, revocation, limit, log line, trace) in front of one small raw
ASGI service; rounds straight to the service and through the gateway alternate, so that both see the same machine.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import asyncpg

from deploy.keys import ensure_keys
from deploy.postgres import EmbeddedPostgres, free_port
from gateway.administrator import ensure_sandbox_admin
from gateway.client.secrets import Pepper
from kernel.database import Database
from kernel.migrations import upgrade
from tests.benchmarks.baseline import Figure, settle

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 32
SECONDS = 3.0
TICKS = os.sysconf("SC_CLK_TCK")
BODY = json.dumps({"items": [{"id": "HT-SNV", "name_vi": "Sở Nội vụ tỉnh Hà Tĩnh"}] * 5}).encode()


async def service(scope, receive, send):
    """Answer every request with the same small list."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def fire(port: int, token: str) -> list[float]:
    """Ask as fast as the other side answers, over kept connections; return every answer's time."""
    request = f"GET /v1/agencies?limit=5 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    until = time.perf_counter() + SECONDS
    times: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (started := time.perf_counter()) < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            await reader.readexactly(len(BODY))
            times.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return times


def measure(name: str, port: int, pid: int, token: str) -> dict[str, float]:
    before = cpu_seconds(pid)
    times = sorted(asyncio.run(fire(port, token)))
    spent = cpu_seconds(pid) - before
    figures = {
        "per_second": len(times) / SECONDS,
        "cpu_us": spent / len(times) * 1e6,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
    }
    print(f"{name:8}", "  ".join(f"{key} {value:8.1f}" for key, value in figures.items()), flush=True)
    return figures


@contextmanager
def process(words: list[str], port: int, environment: dict[str, str], path: str) -> Iterator[int]:
    log = (Path(environment["BENCH_DIR"]) / f"{port}.log").open("w")
    running = subprocess.Popen([sys.executable, *words], env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        try:
            _wait_for(f"http://127.0.0.1:{port}{path}")
        except TimeoutError:
            print(Path(log.name).read_text()[-3000:])
            raise
        yield running.pid
    finally:
        running.terminate()
        running.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{url} never answered")


async def _prepare(dsn: str, folder: Path) -> tuple[str, str, str]:
    name = "bench_gateway"
    admin = await asyncpg.connect(dsn)
    await admin.execute(f"drop database if exists {name} with (force)")
    await admin.execute(f"create database {name}")
    await admin.close()
    url = dsn.rsplit("/", 1)[0] + "/" + name
    await asyncio.to_thread(upgrade, ROOT / "gateway" / "migrations", url)
    ensure_keys(folder)
    database = Database(url, pool_size=1)
    file = folder / "sandbox-admin.json"
    await ensure_sandbox_admin(database, Pepper.load(folder / "client-pepper"), file, public_url="http://x")
    await database.close()
    kept = json.loads(file.read_text())
    return url, kept["client_id"], kept["client_secret"]


def _token(port: int, client_id: str, secret: str) -> str:
    form = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}"
    request = Request(f"http://127.0.0.1:{port}/oauth/token", data=form.encode())
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)["access_token"]


def main(rounds: int) -> None:
    """Run the rounds and print the ratios."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(ROOT / ".local" / "bench-postgres", durable=False).lease() as dsn,
    ):
        url, client_id, secret = asyncio.run(_prepare(dsn, Path(folder)))
        behind, front = free_port(), free_port()
        environment = {
            **os.environ,
            "BENCH_DIR": folder,
            "GCM_DATABASE_URL": url,
            "GCM_KEYS_DIR": folder,
            "GCM_PORT": str(front),
            "GCM_PUBLIC_URL": "http://x",
            "GCM_REGISTRY_URL": f"http://127.0.0.1:{behind}",
            "GCM_RATE_LIMIT_PER_MINUTE": "100000000",
            "GCM_RATE_LIMIT_BURST": "100000000",
        }
        plain = ["-m", "uvicorn", "tests.benchmarks.gateway_proxy:service", "--port", str(behind)]
        plain += ["--no-access-log", "--lifespan", "off"]
        with (
            process(plain, behind, environment, "/") as service_pid,
            process(["-m", "gateway", "api"], front, environment, "/readyz") as gateway_pid,
        ):
            token = _token(front, client_id, secret)
            direct, through = [], []
            for _ in range(rounds):
                direct.append(measure("direct", behind, service_pid, token))
                through.append(measure("through", front, gateway_pid, token))
    own = statistics.median(one["cpu_us"] for one in through)
    bare = statistics.median(one["cpu_us"] for one in direct)
    ratio = statistics.median(one["per_second"] for one in through) / statistics.median(
        one["per_second"] for one in direct
    )
    print(f"gateway {own:.0f} CPU-us per request, service itself {bare:.0f}")
    settle(
        "gateway_proxy",
        cpu_times_of_service=Figure(own / bare, higher_is_better=False),
        throughput_of_direct=Figure(ratio, target=0.7),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
