"""The public ids of jobs."""

import pytest

from kernel.ids import new_id
from kernel.jobs import JobUnknown, public_id, read_public_id


def test_an_id_is_read_as_it_was_written():
    job = new_id()

    assert read_public_id("reg_", public_id("reg_", job)) == job


WRONG = ["", "reg_", "sub_" + "0" * 32, "reg_" + "0" * 31, "reg_" + "A" * 32, "reg_" + "0" * 30 + "-0", "0" * 32]


@pytest.mark.parametrize("written", WRONG)
def test_what_is_no_id_of_this_service_is_unknown(written):
    with pytest.raises(JobUnknown):
        read_public_id("reg_", written)
