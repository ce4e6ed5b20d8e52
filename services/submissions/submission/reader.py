"""Reading stored submissions: what they say, what was found, how two differ."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.masking import mask_figures
from services.submissions.disclosure.origin import find_hidden
from services.submissions.form.definition import FormDefinition
from services.submissions.form.shelf import FormShelf
from services.submissions.submission.differences import find_other_differences, mask_differences, show_changed
from services.submissions.submission.errors import OtherOccurrence, SubmissionNotFound
from services.submissions.submission.schemas import DifferenceRead
from services.submissions.submission.showing import dimension_names
from services.submissions.submission.store import Found, SubmissionStore
from services.submissions.submission.tables import ReceiptKey, Submission


class SubmissionReader:
    """Shows what was submitted to those whom it concerns."""

    def __init__(self, *, session: AsyncSession, clock: BusinessClock, forms: FormShelf) -> None:
        self._session = session
        self._store = SubmissionStore(session)
        self._clock = clock
        self._forms = forms

    async def get(self, caller: Caller, submission: UUID) -> Found:
        """Return one version that the caller may see."""
        return (await self._find(caller, submission))[1]

    async def _find(self, caller: Caller, submission: UUID) -> tuple[Viewer, Found]:
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._store.find(viewer, submission)
        if found is None:
            raise SubmissionNotFound()
        return viewer, found

    async def list_observations(
        self, caller: Caller, submission: UUID, *, limit: int, after: int
    ) -> tuple[list[Any], dict[str, list[str]]]:
        """Return one more than `limit` figures of a version, and the names of their dimensions."""
        viewer, found = await self._find(caller, submission)
        rows = await self._store.list_observations(found[0], limit=limit, after=after)
        form = await self._form_of(found[0])
        hidden = await find_hidden(self._session, viewer, found[2].id, found[2].agency, [form])
        return mask_figures(rows, hidden), dimension_names(form)

    async def compare(
        self, caller: Caller, submission: UUID, other: UUID, *, limit: int, after: int
    ) -> tuple[Found, Found, list[DifferenceRead]]:
        """Return two versions of one report, and what changed from the other to this one: one more than `limit`
        differences behind so many."""
        (viewer, this), (_, before) = await self._find(caller, submission), await self._find(caller, other)
        if this[0].occurrence_id != before[0].occurrence_id:
            raise OtherOccurrence()
        forms = [await self._form_of(one[0]) for one in (before, this)]
        names = dimension_names(forms[0]) | dimension_names(forms[1])
        rows, every = await self._store.list_changed(before[0], this[0], limit=limit + 1, offset=after)
        told = find_other_differences(before[0], this[0])[max(after - every, 0) :]
        found = [*show_changed(rows, names), *(told if after + len(rows) >= every else ())][: limit + 1]
        hidden = await find_hidden(self._session, viewer, this[2].id, this[2].agency, forms)
        return this, before, mask_differences(found, hidden)

    async def _form_of(self, version: Submission) -> FormDefinition:
        return await self._forms.fetch(self._session, version.form, version.form_version)

    async def list_receipt_keys(self) -> list[dict[str, Any]]:
        """Return every public key that ever signed receipts here."""
        keys = sa.select(col(ReceiptKey.jwk)).order_by(col(ReceiptKey.added_at), col(ReceiptKey.kid))
        return list((await self._session.execute(keys)).scalars())
