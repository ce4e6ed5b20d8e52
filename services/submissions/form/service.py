"""Shows forms and their versions, and makes the file that a reporter fills."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from kernel.clock import in_vietnam
from services.submissions.checking.check import ReportContext
from services.submissions.form.definition import FormDefinition, VersionState
from services.submissions.form.errors import FormNotFound, FormNotOwed, TemplateUnavailable
from services.submissions.form.schemas import FormRead, FormVersionRead
from services.submissions.form.store import FormStore
from services.submissions.form.tables import FormVersion
from services.submissions.form.template import HeaderLanguage, write_template

TEMPLATE_FORMATS = ["csv"]


class OwedForm(Protocol):
    """What an occurrence says about the form on which it is answered."""

    @property
    def form(self) -> str | None: ...
    @property
    def form_version(self) -> int | None: ...
    @property
    def context(self) -> ReportContext: ...


class Ledger(Protocol):
    """Where it is known who owes what."""

    async def get_owed(self, occurrence: UUID) -> OwedForm:
        """Return what an occurrence asks for, or refuse when the caller may not see it."""


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
        found = await self._store.find_version(form, version)
        if found is None:
            raise FormNotFound(form, version)
        return found

    async def write_template(
        self, form: str, *, wanted: str, occurrence: UUID | None, language: HeaderLanguage
    ) -> bytes:
        """Return the empty file for a form: of one occurrence only what its reporter owes."""
        if wanted not in TEMPLATE_FORMATS:
            raise TemplateUnavailable(wanted, TEMPLATE_FORMATS)
        version, context = await self._asked(form, occurrence)
        found = await self.get_version(form, version)
        return write_template(FormDefinition.model_validate(found.definition), context, language)

    async def _asked(self, form: str, occurrence: UUID | None) -> tuple[int, ReportContext]:
        if occurrence is None:
            return await self._newest(form), ReportContext()
        owed = await self._ledger.get_owed(occurrence)
        if owed.form != form or owed.form_version is None:
            raise FormNotOwed(form, owed.form)
        return owed.form_version, owed.context

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
