import asyncio

import asyncpg
import pytest

from deploy.databases import EXTENSIONS, address_file, ensure_databases, forget_databases
from deploy.services import NAMES


async def test_each_service_gets_a_database_that_it_owns(admin_url, folder):
    addresses = await ensure_databases(admin_url, folder)

    assert set(addresses) == set(NAMES)
    for name, address in addresses.items():
        connection = await asyncpg.connect(address)
        whose = await connection.fetchrow("select current_user::text, current_database()::text")
        extensions = {row[0] for row in await connection.fetch("select extname from pg_extension")}
        await connection.close()
        assert tuple(whose) == (name, name)
        assert set(EXTENSIONS) <= extensions


async def test_no_service_can_enter_the_database_of_another(admin_url, folder):
    addresses = await ensure_databases(admin_url, folder)

    for name in NAMES:
        for other in set(NAMES) - {name}:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(addresses[name].rsplit("/", 1)[0] + f"/{other}")


async def test_no_service_is_more_than_an_owner(admin_url, folder):
    await ensure_databases(admin_url, folder)
    admin = await asyncpg.connect(admin_url)

    powers = await admin.fetch(
        "select rolname from pg_roles where rolname = any($1) "
        "and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)",
        list(NAMES),
    )
    await admin.close()

    assert powers == []


async def test_passwords_survive_the_next_start_and_are_private(admin_url, folder):
    first = await ensure_databases(admin_url, folder)
    again = await ensure_databases(admin_url, folder)

    assert again == first
    assert address_file(folder, "registry").stat().st_mode & 0o077 == 0


async def test_two_starts_at_once_do_not_disturb_each_other(admin_url, tmp_path):
    both = await asyncio.gather(
        ensure_databases(admin_url, tmp_path / "one", "one_"),
        ensure_databases(admin_url, tmp_path / "two", "two_"),
    )

    for addresses in both:
        for address in addresses.values():
            await (await asyncpg.connect(address)).close()


async def test_an_administrator_who_is_no_superuser_is_enough(admin_url, tmp_path):
    admin = await asyncpg.connect(admin_url)
    await admin.execute("create role hosting login createdb createrole password 'secret'")
    await admin.close()
    hosted = "postgresql://hosting:secret@" + admin_url.rpartition("@")[2]

    addresses = await ensure_databases(hosted, tmp_path, "hosted_")

    for address in addresses.values():
        await (await asyncpg.connect(address)).close()


async def test_a_passing_stack_leaves_neither_databases_nor_roles(admin_url, tmp_path):
    await ensure_databases(admin_url, tmp_path, "passing_")

    await forget_databases(admin_url, tmp_path)

    admin = await asyncpg.connect(admin_url)
    left = await admin.fetch(
        "select datname from pg_database where datname like 'passing%'"
        " union all select rolname from pg_roles where rolname like 'passing%'"
    )
    await admin.close()
    assert left == []
    assert list(tmp_path.iterdir()) == []
