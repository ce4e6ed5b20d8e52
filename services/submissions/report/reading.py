"""Reading what a report is written from: all of it of one moment, and with the eyes of the agency whose it is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from services.submissions.consolidation.building import Builder, Built
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.rights import closed_tables
from services.submissions.form.shelf import FormShelf
from services.submissions.progress.rules import Line
from services.submissions.progress.schemas import TaskProgressRead
from services.submissions.progress.service import show_progress
from services.submissions.progress.store import ProgressStore
from services.submissions.registry_schemas import PlanAnswer
from services.submissions.report.errors import ReportSourcesClosed
from services.submissions.report.facts import Facts
from services.submissions.report.kinds import Kind
from services.submissions.report.rules import Upward, choose_upward, own_words_of, tasks_of_report
from services.submissions.report.store import ReportStore, Wanted

PROFILE = "migration-profile"


class FactsReader:
    """Reads the facts of one report in one transaction."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf) -> None:
        self._session, self._clock, self._forms = session, clock, forms
        self._store = ReportStore(session)

    async def read(
        self, caller: Caller, kind: Kind, wanted: Wanted, plan: PlanAnswer, lines: Sequence[Line]
    ) -> Facts:
        """Return the facts, or refuse who may not read the report. Whoever may reads the same."""
        today, year = self._clock.today(), wanted.years[-1]
        viewer = await read_viewer(self._session, caller, today)
        found = await self._store.list_upward(viewer, wanted, of_provinces=kind is Kind.PROVINCE)
        upward = choose_upward(found, wanted.agency)
        owner = upward[0]
        figures = await self._read_figures(upward, wanted.years)
        plans = _plans_of(caller, wanted, kind, figures.values())
        eyes = await read_viewer(self._session, replace(caller, agency=owner.agency, on_behalf_of=None), today)
        own = [one.id for one in upward]
        ledger = await self._store.list_ledger(
            eyes,
            plans,
            wanted.years,
            self._clock(),
            without=own,
            without_agency=owner.agency if kind is Kind.PROVINCE else None,
        )
        is_letter = kind is not Kind.MIGRATION_PROFILE
        if not is_letter:
            ledger = [row for row in ledger if await self._asks_for_figures(row)]
        tasks = await self._read_tasks(eyes, lines, year, today, own) if is_letter else []
        accepted = {row.accepted: (row.form, row.form_version) for row in ledger if row.accepted is not None}
        told = own_words_of(upward) if is_letter else []
        used = sorted({*accepted.values(), *(form for form, _ in told)})
        forms = {key: await self._forms.fetch(self._session, *key) for key in used}
        speaking = [*accepted, *(version for _, version in told if version is not None)]
        return Facts(
            kind=kind,
            plan=plan,
            year=year,
            upward=upward,
            ledger=ledger,
            figures=figures,
            names=await self._store.read_names(_agencies(upward, tasks)),
            withheld=_withheld(caller, figures.values()),
            unread=frozenset(key for key, form in forms.items() if closed_tables(caller, form.tables)),
            tasks=tasks_of_report(tasks, owner, wanted.plan, {owner.agency, *(row.agency for row in ledger)}),
            words=await self._store.list_words(speaking) if is_letter else [],
            forms=forms,
            only_tables=None if is_letter else self._profile_tables(year),
        )

    async def _read_figures(self, upward: Sequence[Upward], years: Iterable[int]) -> dict[int, Built]:
        builder = Builder(session=self._session, forms=self._forms)
        of_year = {year: [one.id for one in upward if one.year == year] for year in years}
        kept = {year: await self._store.list_own_parts(ids) for year, ids in of_year.items()}
        return {year: await builder.put_together_below(ids, kept[year]) for year, ids in of_year.items()}

    async def _read_tasks(
        self, eyes: Viewer, lines: Sequence[Line], year: int, today: date, own: Sequence[UUID]
    ) -> list[TaskProgressRead]:
        """Return what was accepted about the tasks, and what the report itself says before anybody accepts it."""
        wanted = sorted({task for line in lines for task in (line.id, *line.derived)})
        said = await ProgressStore(self._session).list_statements(
            eyes, wanted, year, today, accepted_only=True, but_of=own
        )
        return show_progress(lines, said)

    async def _asks_for_figures(self, row: Any) -> bool:
        if row.asked_form is None or row.asked_version is None:
            return False
        return bool((await self._forms.fetch(self._session, row.asked_form, row.asked_version)).tables)

    def _profile_tables(self, year: int) -> frozenset[str] | None:
        version = self._forms.find_version(PROFILE, date(year, 12, 31))
        if version is None:
            return None
        return frozenset(table.code for table in self._forms.get(PROFILE, version).tables)


def _plans_of(caller: Caller, wanted: Wanted, kind: Kind, figures: Iterable[Built]) -> set[str]:
    """Return the plans whose reports are told of; refuse a client that is not open to one of them."""
    below = {feed.obligation.plan for built in figures for feed, _ in built.told if feed.obligation.plan}
    if not all(caller.may_see_plan(plan) for plan in below):
        raise ReportSourcesClosed()
    return {wanted.plan, *below} if kind is Kind.PROVINCE else {wanted.plan}


def _withheld(caller: Caller, figures: Iterable[Built]) -> frozenset[str]:
    return closed_tables(caller, (table for built in figures for table in built.book.tables.values()))


def _agencies(upward: Iterable[Upward], tasks: Iterable[TaskProgressRead]) -> list[str]:
    found = {agency for one in upward for agency in one.recipients}
    for task in tasks:
        found |= {*task.leads, *task.silent, *(said.agency for said in task.statements)}
    return sorted(found)
