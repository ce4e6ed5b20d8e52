import asyncio
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from deploy.postgres import EmbeddedPostgres, PostgresError, free_port
from deploy.postgres_home import installed_programs
from deploy.supervised import ROOT


def postmaster_of(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


async def ask(url: str, question: str):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def test_several_processes_that_start_it_at_once_get_one_server(server):
    words = [sys.executable, "-m", "deploy.postgres", "up", str(server.directory)]

    def start(_: int) -> str:
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(5) as pool:
        addresses = set(pool.map(start, range(5)))

    assert len(addresses) == 1
    assert addresses.pop().strip() == server.up()


async def test_the_server_is_postgresql_18_that_knows_vietnamese_letters(server):
    url = server.up()

    assert await ask(url, "select current_setting('server_version_num')::int / 10000") == 18
    assert await ask(url, "select upper('đặng thị ứng') = 'ĐẶNG THỊ ỨNG'")


async def test_after_a_kill_it_starts_again_with_its_data(server):
    url = server.up()
    await ask(url, "create table kept as select 402 as number")

    os.kill(postmaster_of(server), signal.SIGKILL)

    assert await ask(server.up(), "select number from kept") == 402


def test_a_pid_file_that_names_a_stranger_after_a_reboot_does_not_stop_it(server):
    server.up()
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    server.down()

    with subprocess.Popen(["sleep", "60"]) as stranger:
        (server.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        url = server.up()
        stranger.kill()

    assert asyncio.run(ask(url, "select 1")) == 1


async def test_when_its_port_is_taken_meanwhile_it_moves_to_another(server):
    before = server.up()
    port = int(before.rsplit(":", 1)[1].split("/")[0])
    server.down()

    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        after = server.up()

    assert after != before
    assert await ask(after, "select 1") == 1


def test_a_port_that_was_asked_for_and_is_taken_is_named(server):
    server.down()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PostgresError, match=f"another program has port {port}"):
            EmbeddedPostgres(server.directory, port).up()


async def test_the_last_to_give_back_its_lease_stops_the_server(server):
    first, second = server.lease(), EmbeddedPostgres(server.directory, durable=False).lease()
    url = first.__enter__()
    assert second.__enter__() == url

    first.__exit__(None, None, None)
    still_there = await ask(url, "select 1")
    second.__exit__(None, None, None)

    assert still_there == 1
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        await ask(url, "select 1")


def test_only_its_owner_can_read_the_password(server):
    server.up()

    assert (server.directory / "state.json").stat().st_mode & 0o077 == 0


def test_a_closed_home_stays_closed(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    postgres = EmbeddedPostgres(home / "run", durable=False)

    postgres.up()
    postgres.remove()

    assert home.stat().st_mode & 0o777 == 0o700
    assert not postgres.data.exists()


def test_data_without_its_password_is_refused_in_words(tmp_path):
    postgres = EmbeddedPostgres(tmp_path, free_port())
    postgres.data.mkdir(parents=True)
    (postgres.data / "PG_VERSION").write_text("18")

    with pytest.raises(PostgresError, match=r"Put state\.json back"):
        postgres.up()

    postgres.remove()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")
def test_an_ordinary_account_starts_its_own_server():
    if not is_open_to_others(installed_programs()):
        pytest.skip("the programs lie in a closed home, where no other account can run them")
    home = Path("/var/tmp") / f"gcm-hub-test-{os.getpid()}"
    home.mkdir()
    os.chown(home, 65534, 65534)

    # a fork, since another account may not be able to start this interpreter anew
    child = multiprocessing.get_context("fork").Process(target=start_and_remove_as_nobody, args=(home / "run",))
    child.start()
    child.join(60)
    shutil.rmtree(home)

    assert child.exitcode == 0


def start_and_remove_as_nobody(directory: Path) -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    postgres = EmbeddedPostgres(directory, durable=False)
    postgres.up()
    owner = postgres.data.stat().st_uid
    postgres.remove()
    os._exit(0 if owner == 65534 else 1)


def is_open_to_others(path: Path) -> bool:
    return all(step.stat().st_mode & 0o005 == 0o005 for step in [path, *path.parents])
