import asyncio
import os
import signal
import socket
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone

import pytest

from deploy.holding import find_holder, hold, stop_holder
from deploy.installation import Installation, StackError, find_port_block
from deploy.services import SERVICES
from deploy.supervised import ROOT
from kernel.settings import ServiceSettings

HOLD = """import pathlib, sys, time
from deploy.holding import hold
from deploy.installation import Installation
with hold(Installation(pathlib.Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_holder(folder):
    """Another process that runs the installation of this folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_gateways_port_moves_all_others(folder):
    ports = Installation(folder, port=9000).ports()

    assert ports == {
        "gateway": 9000,
        "registry": 9001,
        "submissions": 9002,
        "notifications": 9003,
        "registry-worker": 9101,
        "submissions-worker": 9102,
        "notifications-worker": 9103,
    }


def test_a_taken_port_is_named_with_a_way_out(folder):
    port = find_port_block()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + 2))
        other.listen()

        with pytest.raises(StackError, match=rf"{port + 2} \(submissions\)") as refusal:
            Installation(folder, port=port).require_free_ports()

    assert "make run PORT=" in str(refusal.value)


def test_a_process_reads_its_place_from_its_environment(folder, monkeypatch):
    start = datetime(2026, 7, 1, 8, tzinfo=timezone(timedelta(hours=7)))
    installation = Installation(folder, port=9000, sandbox_start=start, live_from=date(2026, 6, 1))
    installation.databases.mkdir(parents=True)
    (installation.databases / "database-registry").write_text("postgresql://registry:x@127.0.0.1/registry\n")
    for name, value in installation.environment(SERVICES[1], "registry-worker").items():
        monkeypatch.setenv(name, value)

    settings = ServiceSettings()

    assert settings.database_url == "postgresql://registry:x@127.0.0.1/registry"
    assert (settings.port, settings.keys_dir, settings.sandbox) == (9101, installation.keys, True)
    assert (settings.sandbox_start, settings.live_from) == (start, date(2026, 6, 1))
    assert settings.submissions_url == "http://127.0.0.1:9002"
    assert settings.public_url == "http://127.0.0.1:9000"


def test_an_installation_that_runs_cannot_be_started_again(folder, other_holder):
    refusal = rf"already runs at http://127.0.0.1:8000 \(process {other_holder.pid}\)"
    with pytest.raises(StackError, match=refusal), hold(Installation(folder)):
        pass


def test_stopping_waits_for_the_one_who_runs_it(folder, other_holder):
    assert stop_holder(folder)

    assert other_holder.wait(5) == -signal.SIGTERM
    assert find_holder(folder) is None


def test_one_who_was_killed_holds_nothing(folder, other_holder):
    os.kill(other_holder.pid, signal.SIGKILL)
    other_holder.wait()

    assert not stop_holder(folder)
    with hold(Installation(folder)):
        assert find_holder(folder).pid == os.getpid()


async def test_free_blocks_for_two_stacks_are_found(folder):
    first, second = await asyncio.gather(asyncio.to_thread(find_port_block), asyncio.to_thread(find_port_block))

    for port in (first, second):
        Installation(folder, port=port).require_free_ports()
