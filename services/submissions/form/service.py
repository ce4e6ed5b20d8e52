"""Shows forms and their versions, and makes the file that a reporter fills."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from kernel.clock import in_vietnam
from services.submissions.checking.check import tables_owed
from services.submissions.form.definition import FormDefinition, VersionState
from services.submissions.form.errors import FormNotFound, FormNotOwed
from services.submissions.form.previous import Figures, Previous, as_figures
from services.submissions.form.schemas import FormRead, FormVersionRead
from services.submissions.form.store import FormStore
from services.submissions.form.tables import FormVersion
from services.submissions.form.template import HeaderLanguage, TemplateFormat, write_csv
from services.submissions.form.template_facts import TemplateFacts
from services.submissions.form.workbook import write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]")


class OwedForm(Protocol):
    """What an occurrence says about the form on which it is answered."""

    @property
    def form(self) -> str | None: ...
    @property
    def form_version(self) -> int | None: ...
    @property
    def facts(self) -> TemplateFacts: ...


class Ledger(Protocol):
    """Where it is known who owes what."""

    async def get_owed(self, occurrence: UUID) -> OwedForm:
        """Return what an occurrence asks for, or refuse when the caller may not see it."""

    async def find_previous(self, occurrence: UUID) -> Previous | None:
        """Return the figures of the last period that were accepted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file is wanted."""

    format: TemplateFormat
    occurrence: UUID | None
    language: HeaderLanguage
    prefill: bool


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A file to fill."""

    body: bytes
    media_type: str
    name: str


class FormService:
    """The forms, for those who fill them."""

    def __init__(self, *, store: FormStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    async def list_forms(self, *, limit: int, after: str | None) -> list[FormRead]:
        """Return one form more than `limit`, in the order of their ids."""
        rows = await self._store.list_facts(after=after, forms=limit + 1)
        return [_read(form, list(versions)) for form, versions in groupby(rows, key=lambda row: row.form)]

    async def get_form(self, form: str) -> FormRead:
        """Return a form with its versions."""
        rows = await self._store.list_facts(form)
        if not rows:
            raise FormNotFound(form)
        return _read(form, rows)

    async def get_version(self, form: str, version: int) -> FormVersion:
        """Return one version with its definition."""
        found = await self._store.find_published(form, version)
        if found is None:
            raise FormNotFound(form, version)
        return found

    async def write_template(self, form: str, wanted: Wanted) -> TemplateFile:
        """Return the file to fill for a form: of one occurrence only what its reporter owes."""
        version, facts = await self._asked(form, wanted.occurrence)
        definition = FormDefinition.model_validate((await self.get_version(form, version)).definition)
        previous: Figures = {}
        if wanted.prefill and wanted.occurrence is not None and facts.day is not None:
            last = await self._ledger.find_previous(wanted.occurrence)
            previous = as_figures(last, definition, facts.day) if last else {}
        name = UNSAFE_IN_NAMES.sub("_", "-".join(one for one in (form, facts.agency, facts.period) if one))
        if wanted.format is TemplateFormat.CSV:
            body = write_csv(definition, facts.context, wanted.language, previous)
            return TemplateFile(body, "text/csv; charset=utf-8", f"{name}-{wanted.language}.csv")
        tables = tables_owed(definition, facts.context)
        body = await asyncio.to_thread(write_workbook, definition, tables, facts, previous)
        return TemplateFile(body, XLSX, f"{name}.xlsx")

    async def _asked(self, form: str, occurrence: UUID | None) -> tuple[int, TemplateFacts]:
        if occurrence is None:
            return await self._newest(form), TemplateFacts()
        owed = await self._ledger.get_owed(occurrence)
        if owed.form != form or owed.form_version is None:
            raise FormNotOwed(form, owed.form)
        return owed.form_version, owed.facts

    async def _newest(self, form: str) -> int:
        rows = await self._store.list_facts(form)
        published = [row.version for row in rows if row.state == VersionState.PUBLISHED]
        if not published:
            raise FormNotFound(form)
        return int(max(published))


def _read(form: str, rows: Sequence[Any]) -> FormRead:
    newest = rows[-1]
    return FormRead(
        id=form,
        title_vi=newest.title_vi,
        title_en=newest.title_en,
        versions=[_read_version(row) for row in rows],
    )


def _read_version(row: Any) -> FormVersionRead:
    return FormVersionRead(
        version=row.version,
        state=row.state,
        applies_from=row.applies_from,
        applies_to=row.applies_to,
        published_at=None if row.published_at is None else in_vietnam(row.published_at),
        sha256=row.sha256,
        link=f"/v1/forms/{row.form}/versions/{row.version}",
    )
