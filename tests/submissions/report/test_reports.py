"""Reports as documents, as a steward and a province ask for them."""

import pytest


@pytest.mark.parametrize("kind", ["prime-minister", "migration-profile"])
async def test_a_steward_reads_the_reports_of_its_plan(year, kind):
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in (await year.read(kind)).decode()
