"""Coverage of a plan by the plans below it, and who may change the registry."""

import pytest

from services.registry.plan.coverage import Counterpart, PlanLine, find_counterparts
from services.registry.plan.stewards import NotSteward, Steward, Stewardship


def test_a_task_is_carried_out_by_the_task_that_names_it():
    lines = [PlanLine("1", None, False, ()), PlanLine("1.1", "1", True, ("HT/1",)), PlanLine("1.2", "1", True, ())]

    assert find_counterparts(lines) == {"1.1": (Counterpart("HT/1", "1.1"),), "1.2": ()}


def test_a_counterpart_of_a_heading_covers_the_tasks_under_it_nearest_first():
    lines = [PlanLine("1", None, False, ("HT/2",)), PlanLine("1.1", "1", True, ("HT/1",))]

    assert find_counterparts(lines)["1.1"] == (Counterpart("HT/1", "1.1"), Counterpart("HT/2", "1"))


NATIONAL = Stewardship("QD-402-2020", True, None)
HA_TINH = Stewardship("KH-167-HATINH", False, "P42")


@pytest.mark.parametrize(
    ("steward", "provinces", "may"),
    [
        (Steward("BNG", False, (NATIONAL,)), ["P42", None], True),
        (Steward("HT-SNGV", False, (HA_TINH,)), ["P42"], True),
        (Steward("HT-SNGV", False, (HA_TINH,)), ["P42", None], False),
        (Steward("HT-SNGV", False, (HA_TINH,)), ["P62"], False),
        (Steward("HT-SNGV", False, (HA_TINH,)), [None], False),
        (Steward("HT-SNGV", False, (HA_TINH,)), [], False),
        (Steward("HT-STP", False), ["P42"], False),
        (Steward("HT-STP", True), [None], True),
    ],
)
def test_national_stewards_change_everything_and_provincial_ones_their_province(steward, provinces, may):
    assert steward.may_change(provinces) is may
    if not may:
        with pytest.raises(NotSteward):
            steward.require(*provinces)
