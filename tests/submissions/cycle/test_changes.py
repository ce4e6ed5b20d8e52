"""What the ledger must change to agree with registry: pure, one story each."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from kernel.clock import VIETNAM, end_of_day
from kernel.ids import new_id
from services.submissions.cycle.changes import NO_LONGER_OWED, CycleChange, Reason, Schedule, find_changes
from services.submissions.cycle.opening import open_cycle
from services.submissions.cycle.tables import Cycle, Occurrence, Origin
from services.submissions.form.shelf import FormShelf
from services.submissions.projection.tables import Obligation
from services.submissions.registry_schemas import CalendarChange, ScheduleItem
from tests.submissions.fake_registry import a_cycle, an_obligation, owed_by

TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 8, tzinfo=VIETNAM)
AHEAD = a_cycle(
    "O402-02",
    "2026",
    date(2026, 1, 1),
    date(2026, 12, 31),
    due_on=date(2026, 11, 14),
    reporters=owed_by("BCA", "UBND-P42"),
)
PAST = a_cycle(
    "OHT-01", "2025-S1", date(2025, 1, 1), date(2025, 6, 30), due_on=date(2025, 7, 4), reporters=owed_by("BCA")
)


def kept(item: ScheduleItem, **changes: Any) -> tuple[Cycle, list[Occurrence]]:
    """Return the ledger as it stands after this item was opened."""
    obligation = Obligation(**an_obligation(item.obligation, form=None).model_dump())
    cycle = open_cycle(item, obligation, FormShelf([]), "2026-1", Origin.SCHEDULE, NOW)
    for name, value in changes.items():
        setattr(cycle, name, value)
    owed = [
        Occurrence(id=new_id(), cycle_id=cycle.id, agency=r.agency, duty=r.duty, state="owed")
        for r in item.reporters
    ]
    return cycle, owed


def changes(
    before: tuple[Cycle, list[Occurrence]], *items: ScheduleItem, calendar: str = "2026-1", overrides: Any = ()
) -> Any:
    """Return the changes that a schedule asks for."""
    planned = {(item.obligation, item.period): item for item in items}
    return find_changes([before], Schedule(calendar, planned, overrides), TODAY)


def the_change(*args: Any, **options: Any) -> CycleChange:
    (change,) = changes(*args, **options)
    return change


def moved_to(item: ScheduleItem, day: date, **more: Any) -> ScheduleItem:
    """Return the cycle with another due day."""
    due = {"due_on": day, "due_at": end_of_day(day), "overdue_after": end_of_day(day)}
    return item.model_copy(update={**due, **more})


def test_nothing_changed_means_no_change():
    assert changes(kept(AHEAD), AHEAD) == []


def test_a_moved_date_says_whether_rule_calendar_or_a_correction_moved_it():
    moved = moved_to(AHEAD, date(2026, 11, 13))

    assert the_change(kept(AHEAD), moved).moved is Reason.REGISTRY_CORRECTED
    assert the_change(kept(AHEAD), moved, calendar="2026-2").moved is Reason.CALENDAR_CHANGED
    ruled = moved_to(AHEAD, date(2026, 11, 13), rule_version="2")
    assert the_change(kept(AHEAD), ruled).moved is Reason.RULE_CHANGED


def test_a_date_that_the_recipient_set_is_not_overwritten():
    mine = kept(AHEAD, date_set_by="BNG", due_on=date(2026, 10, 1))

    assert changes(mine, AHEAD) == []


def test_a_new_reporter_of_a_cycle_ahead_is_added_and_one_gone_is_withdrawn():
    before = kept(AHEAD)
    change = the_change(before, AHEAD.model_copy(update={"reporters": owed_by("BCA", "BNV")}))

    assert [reporter.agency for reporter in change.added] == ["BNV"]
    assert change.withdrawn == (before[1][1].id,)


def test_who_owed_a_past_cycle_is_never_recomputed():
    assert changes(kept(PAST), PAST.model_copy(update={"reporters": owed_by("BNV")})) == []


def test_an_answered_occurrence_is_never_withdrawn():
    cycle, owed = kept(AHEAD)
    owed[1].state = "submitted"

    assert changes((cycle, owed), AHEAD.model_copy(update={"reporters": owed_by("BCA")})) == []


def test_a_withdrawn_occurrence_comes_back_when_it_is_owed_again():
    cycle, owed = kept(AHEAD)
    owed[0].state, owed[0].waiver_code = "waived", NO_LONGER_OWED

    assert the_change((cycle, owed), AHEAD).owed_again == (owed[0].id,)


def test_a_waiver_that_a_person_gave_is_not_taken_back():
    cycle, owed = kept(AHEAD)
    owed[0].state, owed[0].waiver_code = "waived", "granted"

    assert changes((cycle, owed), AHEAD) == []


def test_a_cycle_that_left_the_schedule_is_withdrawn_only_while_it_lies_ahead():
    before = kept(AHEAD)

    assert set(the_change(before).withdrawn) == {one.id for one in before[1]}
    assert changes(kept(PAST)) == []


def test_a_closed_cycle_stays_as_it_is():
    assert changes(kept(AHEAD, closed_at=NOW), moved_to(AHEAD, date(2026, 11, 13))) == []


def test_a_changed_recipient_line_is_seen_without_a_moved_date():
    change = the_change(kept(AHEAD), AHEAD.model_copy(update={"via": "KT-SNGV"}))

    assert change.line_changed
    assert change.moved is None


def test_a_duty_that_passed_to_another_printed_reporter_is_written():
    before = kept(AHEAD)
    carried = tuple(replace_duty(r, "BLDTBXH") if r.agency == "BCA" else r for r in AHEAD.reporters)

    assert the_change(before, AHEAD.model_copy(update={"reporters": carried})).duties == (
        (before[1][0].id, "BLDTBXH"),
    )


def replace_duty(reporter: Any, duty: str) -> Any:
    """Return the reporter carrying another printed reporter's duty."""
    return reporter.model_copy(update={"duty": duty})


def test_an_empty_change_is_no_change():
    change = CycleChange(kept(AHEAD)[0], AHEAD)

    assert not change.is_any
    assert replace(change, line_changed=True).is_any


def test_the_newest_override_near_the_two_days_is_named_as_the_cause():
    overrides = [
        CalendarChange(number=n, day=day, source=f"CV {n}", author="BNG", reason="hoán đổi")
        for n, day in ((9, date(2028, 1, 1)), (8, date(2026, 11, 14)), (7, date(2026, 11, 14)))
    ]
    moved = moved_to(AHEAD, date(2026, 11, 16))
    change = the_change(kept(AHEAD, calendar_version="0.1+7"), moved, calendar="0.1+9", overrides=overrides)

    assert change.moved is Reason.CALENDAR_CHANGED
    assert change.cause.as_json() == {
        "by": "BNG",
        "reason": "hoán đổi",
        "source": "CV 8",
        "day": "2026-11-14",
    }
