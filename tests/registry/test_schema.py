"""What the database itself refuses: overlapping validities, versions outside a lifetime, parents that are gone."""

import asyncpg
import pytest
import sqlalchemy as sa

TEMPORAL = {
    "pk_agency_version",
    "pk_group_member",
    "temporal_province_one_period",
    "temporal_province_one_code",
    "temporal_province_one_name",
    "temporal_agency_one_lifetime",
    "temporal_version_in_lifetime",
    "temporal_version_parent_exists",
    "temporal_version_province_exists",
    "temporal_code_one_agency",
    "pk_agency_alias",
    "pk_agency_code",
    "pk_agency_relation",
    "temporal_alias_in_lifetime",
    "temporal_code_in_lifetime",
    "temporal_relation_in_lifetime",
    "temporal_relation_related_exists",
}
EXCLUDING = {"temporal_relation_one_above", "temporal_contact_once"}
ONE_SPAN_A_ROW = {"plan", "obligation"}
"""Tables whose row is the thing itself, which holds once: its key needs no days."""


async def refusal_of(database, statement):
    with pytest.raises(sa.exc.IntegrityError) as refused:
        async with database.transaction() as session:
            await session.execute(sa.text(statement))
    return refused.value.orig.__cause__


async def test_the_database_holds_every_temporal_constraint(database):
    """SQLAlchemy and Alembic do not see these; without this test they could be lost in silence."""
    held = sa.text("select conname from pg_constraint where conperiod")
    async with database.transaction() as session:
        names = set((await session.execute(held)).scalars())

    assert names >= TEMPORAL


async def test_a_person_is_told_once_and_an_agency_is_part_of_one_line(database):
    excluding = sa.text("select conname from pg_constraint where contype = 'x' and not conperiod")
    async with database.transaction() as session:
        assert set((await session.execute(excluding)).scalars()) >= EXCLUDING


async def test_no_table_with_days_lets_them_overlap(database):
    """A new table with a validity needs a constraint over it, or a reason in the list above."""
    unguarded = sa.text(
        """
        select a.attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relkind = 'r' and a.atttypid = 'daterange'::regtype
          and not exists (select 1 from pg_constraint k where k.conrelid = a.attrelid
                          and k.contype in ('p', 'u', 'x') and a.attnum = any (k.conkey))
        """
    )
    async with database.transaction() as session:
        assert set((await session.execute(unguarded)).scalars()) <= ONE_SPAN_A_ROW


async def test_two_versions_of_one_agency_never_overlap(database):
    refused = await refusal_of(
        database,
        "insert into agency_version (agency, valid, name_vi, name_en, kind, time_zone)"
        " values ('BNG', '[2024-01-01,2025-01-01)', 'x', 'x', 'ministry', 'UTC')",
    )

    assert isinstance(refused, asyncpg.ExclusionViolationError)


async def test_a_version_never_leaves_the_lifetime_of_its_agency(database):
    refused = await refusal_of(
        database,
        "insert into agency_version (agency, valid, name_vi, name_en, kind, time_zone)"
        " values ('BLDTBXH', '[2025-03-01,)', 'x', 'x', 'ministry', 'UTC')",
    )

    assert refused.constraint_name == "temporal_version_in_lifetime"


async def test_an_agency_never_stands_under_one_that_has_ended(database):
    refused = await refusal_of(database, "update agency_version set parent = 'BLDTBXH' where agency = 'CQLLDNN'")

    assert refused.constraint_name == "temporal_version_parent_exists"


async def test_a_statistical_code_means_one_province_on_any_day(database):
    refused = await refusal_of(database, "update province set gso_code = '01' where id = 'P42'")

    assert refused.constraint_name == "temporal_province_one_code"


async def test_vietnamese_letters_stand_in_their_own_order(database):
    names = ["Đà Nẵng", "Zeta", "Ế", "Em", "Ân", "An", "Ăn", "Dương", "Ơn", "On", "Ông", "An Giang", "Án", "Ảnh"]
    ordered = sa.text('select name from unnest(cast(:names as text[])) name order by vi_key(name) collate "C"')
    async with database.transaction() as session:
        found = (await session.execute(ordered, {"names": names})).scalars().all()

    assert found == [
        "An", "Án", "An Giang", "Ảnh", "Ăn", "Ân", "Dương", "Đà Nẵng", "Em", "Ế", "On", "Ông", "Ơn", "Zeta",
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "bare"), [("Đại học ĐƯỜNG Ế", "dai hoc duong e"), ("Phú Thọ", "phu tho")])
async def test_accents_and_case_can_be_left_out(database, text, bare):
    async with database.transaction() as session:
        assert (await session.execute(sa.text("select accent_free(:t)"), {"t": text})).scalar_one() == bare


UNITS = [("2024-12-31", 63), ("2025-06-30", 63), ("2025-07-01", 34), ("2026-11-14", 34)]


@pytest.mark.parametrize(("day", "provinces"), UNITS)
async def test_there_are_63_provinces_and_34_from_july_2025(database, day, provinces):
    counted = sa.text("select count(*) from province where valid @> cast(cast(:day as text) as date)")
    async with database.transaction() as session:
        assert (await session.execute(counted, {"day": day})).scalar_one() == provinces
