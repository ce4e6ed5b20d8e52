"""A registry in memory: it answers what submissions asks, the way the real one does."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kernel.clock import end_of_day
from kernel.errors import ServiceSilent
from services.submissions.registry_schemas import (
    AgencyAnswer,
    DerivationAnswer,
    ObligationAnswer,
    PlanAnswer,
    ProvinceAnswer,
    RegistryCopy,
    ReporterAnswer,
    ScheduleAnswer,
    ScheduleItem,
    SuccessorAnswer,
    TaskAnswer,
    UnusualDayAnswer,
)

PLAN_HT, PLAN_402 = "KH-167-HATINH", "QD-402-2020"
SEVEN = ("HT-STP", "HT-SGDDT", "HT-SNV", "HT-STC", "HT-SKHCN", "HT-CAT", "HT-BCHBP")


def an_agency(id_: str, **changes: Any) -> AgencyAnswer:
    """Return an agency of which only the id matters."""
    facts = {"id": id_, "name_vi": f"Cơ quan {id_}", "name_en": f"Agency {id_}", "kind": "ministry"}
    return AgencyAnswer(**{**facts, **changes})


def an_obligation(id_: str, **changes: Any) -> ObligationAnswer:
    """Return Hà Tĩnh's half-year duty, changed as asked."""
    facts = {
        "id": id_,
        "instrument": PLAN_HT,
        "plan": PLAN_HT,
        "steward": "UBND-P42",
        "kind": "periodic",
        "subject": "migration_data",
        "title_vi": "Số liệu di cư 6 tháng",
        "title_en": "Six-monthly migration data",
        "form": "migration-data",
        "recipients": ("HT-SNGV",),
        "next_level": "O402-01",
        "valid_from": date(2020, 5, 11),
        "valid_to": date(2030, 12, 31),
    }
    return ObligationAnswer(**{**facts, **changes})


def a_cycle(obligation: str, period: str, start: date, end: date, **changes: Any) -> ScheduleItem:
    """Return one cycle of the schedule; with a due day its instant follows."""
    due_on = changes.get("due_on")
    due_at: datetime | None = end_of_day(due_on) if due_on else None
    facts = {
        "obligation": obligation,
        "period": period,
        "period_start": start,
        "period_end": end,
        "opens_on": start,
        "due_at": due_at,
        "overdue_after": due_at,
        "rule_version": "1",
        "reporters": tuple(ReporterAnswer(agency=one, duty=one) for one in SEVEN),
        "recipients": ("HT-SNGV",),
        "next_level": ("UBND-P42",),
        "trace": ({"code": "wording", "vi": "trước ngày 05/7", "en": "before 5 July"},),
    }
    return ScheduleItem(**{**facts, **changes})


def owed_by(*agencies: str) -> tuple[ReporterAnswer, ...]:
    """Return reporters that carry their own duty."""
    return tuple(ReporterAnswer(agency=one, duty=one) for one in agencies)


class FakeRegistry:
    """Registry as a test sets it up; `silent` makes it fall quiet."""

    def __init__(self) -> None:
        self.silent = False
        self.calendar_version = "2026-1"
        self.agencies = [an_agency(one) for one in (*SEVEN, "HT-SNGV", "UBND-P42", "BNG", "TTG", "BCA")]
        gone = an_agency(
            "HT-SLDTBXH",
            valid_to=date(2025, 2, 28),
            successors=(SuccessorAnswer(agency="HT-SNV", kind="merge", effective_on=date(2025, 3, 1)),),
        )
        self.agencies.append(gone)
        self.obligations = default_obligations()
        self.tasks = [
            TaskAnswer(
                id="QD-402-2020/2.1",
                plan=PLAN_402,
                code="2.1",
                title_vi="Thu thập dữ liệu",
                title_en="Collect data",
                leads=("BCA",),
                coordinators=("HT-SNV",),
            )
        ]
        self.derivations: list[DerivationAnswer] = []
        self.schedule = default_schedule()
        self.provinces: list[ProvinceAnswer] = []
        self.unusual_days = {date(2026, 9, 2): False}

    async def copy(self, as_of: date) -> RegistryCopy:
        self._answer()
        return RegistryCopy(
            agencies=tuple(self.agencies),
            obligations=tuple(self.obligations),
            tasks=tuple(self.tasks),
            provinces=tuple(self.provinces),
        )

    async def list_schedule(self, start: date, end: date, obligations: Sequence[str] = ()) -> ScheduleAnswer:
        self._answer()
        items = (
            item
            for item in self.schedule
            if start <= (item.due_on or item.period_end) <= end
            and (not obligations or item.obligation in obligations)
        )
        return ScheduleAnswer(calendar_version=self.calendar_version, items=tuple(items))

    async def find_cycle(self, obligation: str, period: str) -> ScheduleAnswer:
        self._answer()
        items = (i for i in self.schedule if (i.obligation, i.period) == (obligation, period))
        return ScheduleAnswer(calendar_version=self.calendar_version, items=tuple(items))

    async def list_unusual_days(self, start: date, end: date) -> tuple[UnusualDayAnswer, ...]:
        self._answer()
        return tuple(
            UnusualDayAnswer(day=day, is_working=is_working)
            for day, is_working in sorted(self.unusual_days.items())
            if start <= day <= end
        )

    async def list_tasks(self, as_of: date) -> tuple[TaskAnswer, ...]:
        self._answer()
        return tuple(self.tasks)

    async def list_derivations(self) -> tuple[DerivationAnswer, ...]:
        self._answer()
        return tuple(self.derivations)

    async def list_plans(self) -> tuple[PlanAnswer, ...]:
        self._answer()
        return (
            PlanAnswer(
                id=PLAN_402, steward="BNG", number="402/QĐ-TTg", title_vi="Kế hoạch GCM", title_en="GCM plan"
            ),
            PlanAnswer(
                id=PLAN_HT,
                steward="HT-SNGV",
                derives_from=PLAN_402,
                title_vi="Kế hoạch của Hà Tĩnh",
                title_en="Plan of Ha Tinh",
            ),
        )

    def change(self, obligation: str, period: str, **changes: Any) -> None:
        """Change one cycle of the schedule."""
        self.schedule = [
            item.model_copy(update=changes) if (item.obligation, item.period) == (obligation, period) else item
            for item in self.schedule
        ]

    def _answer(self) -> None:
        if self.silent:
            raise ServiceSilent("registry")


def default_obligations() -> list[ObligationAnswer]:
    """Return duties of every kind: dated, without a date, a series, the same report twice, ad hoc, formless."""
    national = {"plan": PLAN_402, "instrument": PLAN_402, "steward": "BNG", "recipients": ("BNG",)}
    return [
        an_obligation("OHT-01"),
        an_obligation("OHT-05", kind="ad_hoc", form=None, next_level="UBND-P42"),
        an_obligation("OHT-04", satisfied_by="OHT-06", recipients=("BNG", "UBND-P42"), form="plan-report"),
        an_obligation("OHT-06", recipients=("UBND-P42",), form="plan-report", steward="UBND-P42"),
        an_obligation("OHT-07", form=None, kind="irregular"),
        an_obligation("O402-01", next_level="O402-03", **national),
        an_obligation("O402-02", form="plan-report", next_level="O402-03", **national),
        an_obligation("O402-07", form=None, **{**national, "recipients": ()}),
        an_obligation("O402-11", kind="ad_hoc", form="migration-data", **national),
    ]


def default_schedule() -> list[ScheduleItem]:
    """Return the cycles of 2024 to 2027 that the tests look at."""
    half, year = (date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 1, 1), date(2026, 12, 31))
    national = {"recipients": ("BNG",), "next_level": ("BNG",)}
    consolidating = {"reporters": owed_by("HT-SNGV"), "due_on": None}
    return [
        a_cycle("OHT-01", "2024-S1", date(2024, 1, 1), date(2024, 6, 30), due_on=date(2024, 7, 4)),
        a_cycle("OHT-01", "2026-S1", *half, due_on=date(2026, 7, 4)),
        a_cycle("OHT-01", "2027-S1", date(2027, 1, 1), date(2027, 6, 30), due_on=date(2027, 7, 4)),
        a_cycle("OHT-04", "2026", *year, recipients=("BNG", "UBND-P42"), **consolidating),
        a_cycle("OHT-06", "2026", *year, recipients=("UBND-P42",), **consolidating),
        a_cycle("O402-01", "2026-S2", date(2026, 7, 1), date(2026, 12, 31), reporters=owed_by("BCA"), **national),
        a_cycle(
            "O402-02", "2026", *year, due_on=date(2026, 11, 14), reporters=owed_by("BCA", "UBND-P42"), **national
        ),
        a_cycle(
            "O402-07",
            "2026",
            *year,
            reporters=owed_by("BNG"),
            recipients=(),
            next_level=(),
            overdue_after=end_of_day(date(2026, 12, 31)),
        ),
    ]
