"""The story of a timeline: windows, reviews and series of tasks beside the due days of reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.callers import Caller
from kernel.paging import cut, read_cursor
from services.registry.agency.rules import RegistrySnapshot
from services.registry.obligation.cycles import Cycle, Register
from services.registry.obligation.service import ObligationService
from services.registry.obligation.step import day_en, day_vi
from services.registry.obligation.store import KeptObligation
from services.registry.plan.dated import DatedTasks
from services.registry.plan.errors import PlanUnknown
from services.registry.plan.parties import Reading, parties_on
from services.registry.plan.tables import TaskPart
from services.registry.timeline.rules import WORDS, Timeframe, TimelineKind, find_kinds
from services.registry.timeline.schemas import TimelineItem, TimelinePage


@dataclass(frozen=True, slots=True)
class Asked:
    """What a timeline is asked for."""

    year: int
    day: date
    plan: str | None = None
    agency: str | None = None


class TimelineService:
    """Says what falls due in a year."""

    def __init__(self, *, dated: DatedTasks, obligations: ObligationService) -> None:
        self._dated = dated
        self._obligations = obligations

    async def read(self, caller: Caller, asked: Asked, cursor: str | None, limit: int) -> TimelinePage:
        """Return a page of what falls due, by day."""
        after = read_cursor(cursor, str, str)
        register, kept = await self._obligations.read_register()
        if asked.plan is not None:
            held = await self._dated.read_held(asked.day)
            if asked.plan not in held or not caller.may_see_plan(asked.plan):
                raise PlanUnknown(asked.plan)
        tasks = await self._dated.list_leaf_tasks(asked.day, register.snapshot.groups)
        found = [
            item
            for item in (*_of_tasks(tasks, asked, register.snapshot), *_of_reports(register, kept, asked))
            if caller.may_see_plan(item.plan)
            and asked.plan in (None, item.plan)
            and (asked.agency is None or asked.agency in item.agencies)
        ]
        ordered = sorted(found, key=_key)
        beyond = [item for item in ordered if after is None or _key(item) > after]
        items, next_cursor = cut(beyond[: limit + 1], limit, _key)
        return TimelinePage(year=asked.year, as_of=asked.day, items=items, next_cursor=next_cursor)


def _key(item: TimelineItem) -> tuple[str, str]:
    """By day; what has only the year stands after the days. The second part keeps the order one."""
    about = f"{item.obligation or ''}|{item.period or ''}|{item.task or ''}"
    return (str(item.on) if item.on else "9999", f"{item.kind}|{item.plan or ''}|{about}")


def _of_tasks(rows: list[Any], asked: Asked, snapshot: RegistrySnapshot) -> Iterator[TimelineItem]:
    reading = Reading(asked.day, snapshot)
    for row in rows:
        timeframe = Timeframe(
            row.timeframe_mode,
            row.starts_in,
            row.ends_in,
            row.review_mode,
            row.review_starts_in,
            row.review_ends_in,
            row.period_iso,
        )
        for kind in find_kinds(timeframe, asked.year):
            leads = dict.fromkeys(
                agency
                for part, code, _ in parties_on(row, asked.day)
                if part == TaskPart.LEAD
                for agency in reading.of(row.id, part, code).agencies
            )
            vi, en = WORDS[kind]
            yield TimelineItem(
                kind=kind,
                on=None,
                plan=row.plan,
                task=row.id,
                obligation=None,
                period=None,
                title_vi=row.title_vi,
                title_en=row.title_en,
                source_ref=row.code,
                printed_vi=row.timeframe_vi,
                agencies=list(leads),
                text_vi=f"{vi} ({asked.year})",
                text_en=f"{en} ({asked.year})",
            )


def _of_reports(register: Register, kept: dict[str, KeptObligation], asked: Asked) -> Iterator[TimelineItem]:
    first, last = date(asked.year, 1, 1), date(asked.year, 12, 31)
    for cycle in register.cycles_between(first, last):
        yield _report(cycle, kept[cycle.obligation], asked.year)


def _report(cycle: Cycle, obligation: KeptObligation, year: int) -> TimelineItem:
    due_on = cycle.deadline.due_on
    kind = TimelineKind.REPORT_DUE if due_on else TimelineKind.REPORT_IN_YEAR
    vi, en = WORDS[kind]
    row = obligation.row
    return TimelineItem(
        kind=kind,
        on=due_on,
        plan=row["plan"],
        task=None,
        obligation=cycle.obligation,
        period=cycle.period.label,
        title_vi=row["title_vi"],
        title_en=row["title_en"],
        source_ref=row["source_ref"],
        printed_vi=obligation.rule["wording"],
        agencies=list(cycle.owing.agencies),
        text_vi=f"{vi}: {day_vi(due_on)}" if due_on else f"{vi} ({year})",
        text_en=f"{en} on {day_en(due_on)}" if due_on else f"{en} ({year})",
    )
