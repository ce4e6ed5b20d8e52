import hashlib
import io
import json
import tarfile
from pathlib import Path

import asyncpg
import pytest

from deploy.backup import backup, restore
from deploy.databases import ensure_databases
from deploy.installation import Installation, StackError
from deploy.services import NAMES
from kernel.migrations import KERNEL_1

UNSEALED = """insert into event (id, txid, type, subject, occurred_at, data, audience)
values (uuidv7(), '9000000000000', 'agency.changed', 'HT-SNV', now(), '{}', '{*}')"""


async def execute(url: str, statement: str):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
async def place(admin_url, tmp_path_factory):
    """An installation whose four databases hold the kernel's tables and one event not yet sealed."""
    installation = Installation(tmp_path_factory.mktemp("run"))
    addresses = await ensure_databases(admin_url, installation.databases)
    for address in addresses.values():
        connection = await asyncpg.connect(address)
        await connection.execute(KERNEL_1)
        await connection.execute(UNSEALED)
        await connection.close()
    return installation, addresses


async def test_a_restore_brings_back_what_was_lost(admin_url, place, tmp_path):
    installation, addresses = place
    file = await backup(addresses, tmp_path / "all.tar")
    for address in addresses.values():
        await execute(address, "drop table installation")

    await restore(file, admin_url, installation)

    for address in addresses.values():
        assert await execute(address, "select count(*) from installation")
        assert (await execute(address, "select count(*) from event"))[0][0] == 1


async def test_a_restored_log_begins_a_new_epoch_and_its_open_events_can_be_sealed(admin_url, place, tmp_path):
    installation, addresses = place
    file = await backup(addresses, tmp_path / "all.tar")
    before = {name: await execute(url, "select epoch from log_epoch") for name, url in addresses.items()}

    await restore(file, admin_url, installation)

    for name, address in addresses.items():
        epochs = await execute(address, "select epoch from log_epoch")
        assert len(epochs) == 1
        assert epochs != before[name]
        ready = "select txid < pg_snapshot_xmin(pg_current_snapshot()) from event where position is null"
        assert [row[0] for row in await execute(address, ready)] == [True]


async def test_the_role_of_each_service_owns_what_is_restored(admin_url, place, tmp_path):
    installation, addresses = place
    file = await backup(addresses, tmp_path / "all.tar")

    await restore(file, admin_url, installation)

    for name in NAMES:
        owners = await execute(
            addresses[name], "select distinct tableowner from pg_tables where schemaname = 'public'"
        )
        assert [row[0] for row in owners] == [name]


async def test_a_damaged_backup_changes_nothing(admin_url, place, tmp_path):
    installation, addresses = place
    file = await backup(addresses, tmp_path / "all.tar")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    epoch = await execute(addresses["registry"], "select epoch from log_epoch")

    with pytest.raises(StackError, match=r"damaged|no backup"):
        await restore(file, admin_url, installation)

    assert await execute(addresses["registry"], "select epoch from log_epoch") == epoch


async def test_a_backup_that_fails_to_load_leaves_every_database_as_it_was(admin_url, place, tmp_path):
    installation, addresses = place
    file = await backup(addresses, tmp_path / "all.tar")
    replace_dump(file, "registry", b"PGDMP and nothing after it")
    epoch = await execute(addresses["submissions"], "select epoch from log_epoch")

    with pytest.raises(StackError, match="pg_restore of registry_restored failed"):
        await restore(file, admin_url, installation)

    assert await execute(addresses["submissions"], "select epoch from log_epoch") == epoch
    names = [row[0] for row in await execute(admin_url, "select datname from pg_database")]
    assert not [name for name in names if name.endswith("_restored")]


def replace_dump(file: Path, service: str, content: bytes) -> None:
    """Put another dump, with its right digest, into a backup."""
    with tarfile.open(file) as archive:
        parts = {name: archive.extractfile(name).read() for name in archive.getnames()}
    manifest = json.loads(parts["manifest.json"])
    manifest["sha256"][service] = hashlib.sha256(content).hexdigest()
    parts |= {f"{service}.dump": content, "manifest.json": json.dumps(manifest).encode()}
    with tarfile.open(file, "w") as archive:
        for name, part in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(part)
            archive.addfile(entry, io.BytesIO(part))


async def test_only_its_owner_reads_a_backup(place, tmp_path):
    file = await backup(place[1], tmp_path / "all.tar")

    assert file.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [file]


async def test_a_file_that_is_no_backup_is_refused_in_words(admin_url, place, tmp_path):
    (tmp_path / "letter.txt").write_text("Kính gửi Bộ Ngoại giao")

    with pytest.raises(StackError, match="is no backup of ours"):
        await restore(tmp_path / "letter.txt", admin_url, place[0])
