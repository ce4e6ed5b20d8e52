import asyncio
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

from deploy.log import Log
from deploy.postgres import free_port
from deploy.supervised import ROOT, Supervised, run_to_end


@pytest.fixture
async def log(tmp_path):
    with Log(tmp_path / "stack.log", screen=False) as log:
        yield log


@pytest.fixture
async def process(tmp_path, log):
    """A small web server that says yes to /readyz."""
    (tmp_path / "readyz").write_text("yes")
    port = free_port()
    words = ["http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    process = Supervised("registry", words, os.environ, f"http://127.0.0.1:{port}/readyz", log)
    yield process
    await process.stop()


async def until(condition, limit: float = 15.0) -> None:
    end = time.monotonic() + limit
    while not await condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


async def test_a_process_becomes_ready_and_stops(process):
    async with httpx.AsyncClient(trust_env=False) as client:
        process.start()
        await until(lambda: process.is_ready(client))

        await process.stop()

        assert process.pid is None
        assert not await process.is_ready(client)


async def test_a_killed_process_starts_again(process, log):
    async with httpx.AsyncClient(trust_env=False) as client:
        process.start()
        await until(lambda: process.is_ready(client))
        first = process.pid

        process.kill()
        await until(lambda: asyncio.sleep(0, process.deaths == 1))
        await until(lambda: process.is_ready(client))

    assert process.pid != first
    assert "registry ended (SIGKILL); it starts again" in log.path.read_text()


async def test_a_stopped_process_can_be_started_again(process):
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(2):
            process.start()
            await until(lambda: process.is_ready(client))
            await process.stop()

    assert process.deaths == 0


async def test_what_a_process_says_stands_in_the_log_with_its_name(log):
    code = await run_to_end(["this"], os.environ, "registry-load", log)

    assert code == 0
    assert "registry-load       | Beautiful is better than ugly." in log.path.read_text()
    assert log.last_lines_of("registry-load", 1).endswith("let's do more of those!")


async def test_a_command_that_is_given_up_does_not_live_on(log):
    command = asyncio.create_task(run_to_end(["http.server", str(free_port())], os.environ, "server", log))
    await asyncio.sleep(0.5)

    command.cancel()
    with pytest.raises(asyncio.CancelledError):
        await command

    assert children() == set()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_children_end_when_the_supervisor_is_killed(tmp_path):
    code = (
        "import asyncio, os, sys, pathlib; from deploy.log import Log; from deploy.supervised import Supervised\n"
        "async def main():\n"
        f"    log = Log(pathlib.Path({str(tmp_path / 'log')!r}), screen=False).__enter__()\n"
        f"    child = Supervised('child', ['http.server', '{free_port()}'], os.environ, '', log)\n"
        "    child.start(); await asyncio.sleep(0.5); print(child.pid, flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        supervisor.send_signal(signal.SIGKILL)

    assert ended_within(child, 5.0)


def ended_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def children() -> set[str]:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return set(file.read().split())
