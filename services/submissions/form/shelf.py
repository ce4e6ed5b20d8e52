"""The published forms, ready for checking. They never change, so one reading serves a process until its end."""

from collections import defaultdict
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from services.submissions.form.definition import FormDefinition
from services.submissions.form.errors import FormNotFound
from services.submissions.form.rules import choose_version
from services.submissions.form.store import FormStore


class FormShelf:
    """The published versions of all forms."""

    def __init__(self, published: list[FormDefinition]) -> None:
        self._forms: dict[tuple[str, int], FormDefinition] = {}
        self._versions: dict[str, list[FormDefinition]] = defaultdict(list)
        for form in published:
            self._add(form)

    def _add(self, form: FormDefinition) -> None:
        if (form.id, form.version) not in self._forms:
            self._forms[form.id, form.version] = form
            self._versions[form.id].append(form)

    def find_version(self, form: str, period_end: date) -> int | None:
        """Return the number of the version that applies to a period, or None when there is none."""
        chosen = choose_version(self._versions.get(form, ()), period_end)
        return None if chosen is None else chosen.version

    def list_versions(self, form: str) -> list[FormDefinition]:
        """Return the published versions of a form; none of one that is not known."""
        return list(self._versions.get(form, ()))

    async def refresh(self, session: AsyncSession) -> None:
        """Learn of versions that were published since."""
        for version in await FormStore(session).list_published(self._forms.keys()):
            self._add(FormDefinition.model_validate(version.definition, strict=False))

    async def fetch(self, session: AsyncSession, form: str, version: int) -> FormDefinition:
        """Return a published version, also one that another process published a moment ago; or refuse."""
        if (form, version) not in self._forms:
            await self.refresh(session)
        return self.get(form, version)

    def get(self, form: str, version: int) -> FormDefinition:
        """Return a published version, or refuse."""
        try:
            return self._forms[form, version]
        except KeyError:
            raise FormNotFound(form, version) from None


async def read_shelf(session: AsyncSession) -> FormShelf:
    """Return the published forms as they stand in the database."""
    versions = await FormStore(session).list_published()
    return FormShelf([FormDefinition.model_validate(version.definition, strict=False) for version in versions])
