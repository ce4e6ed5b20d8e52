"""Reading stored submissions: what they say, what was found, how two differ."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.errors import ScopeMissing
from services.submissions.cycle.sight import read_viewer
from services.submissions.cycle.viewer import Viewer
from services.submissions.disclosure.masking import mask_figures
from services.submissions.disclosure.origin import find_hidden
from services.submissions.disclosure.rights import CONFIDENTIAL, closed_indicators
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

    async def get(self, caller: Caller, submission: UUID) -> tuple[Found, bool]:
        """Return one version that the caller may see, and whether the caller reads all of its figures."""
        viewer, found = await self._find(caller, submission)
        form = await self._form_of(found[0])
        hidden = await find_hidden(self._session, viewer, found[0].occurrence_id, found[0].agency, [form])
        return found, not await self._store.has_figures(found[0], hidden)

    async def get_receipt(self, caller: Caller, submission: UUID) -> str:
        """Return the receipt of a version, or refuse: it states the hash, which is for those who read it all."""
        found, reads_all = await self.get(caller, submission)
        if not reads_all:
            raise ScopeMissing(CONFIDENTIAL)
        return found[0].receipt

    async def is_open(self, caller: Caller, version: Submission) -> bool:
        """Say whether a caller reads all figures of a version by its scopes alone."""
        closed = closed_indicators(caller, [await self._form_of(version)])
        return not await self._store.has_figures(version, closed)

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
        hidden = await find_hidden(self._session, viewer, found[0].occurrence_id, found[0].agency, [form])
        return mask_figures(rows, hidden), dimension_names(form)

    async def compare(
        self, caller: Caller, submission: UUID, other: UUID, *, limit: int, after: int
    ) -> tuple[Found, Found, list[DifferenceRead]]:
        """Return two versions of one report, and what changed from the other to this one: one more than `limit`
        differences behind so many.

        Who sent a whole and does not read it is not told which hidden figures differ: they could be tried."""
        viewer = await read_viewer(self._session, caller, self._clock.today())
        found = await self._store.find_each(viewer, submission, other)
        if not {submission, other} <= set(found):
            raise SubmissionNotFound()
        this, before = found[submission], found[other]
        if this[0].occurrence_id != before[0].occurrence_id:
            raise OtherOccurrence()
        forms = [await self._form_of(one[0]) for one in (before, this)]
        names = dimension_names(forms[0]) | dimension_names(forms[1])
        hidden = await find_hidden(self._session, viewer, this[0].occurrence_id, this[0].agency, forms)
        untold = hidden if this[0].agency in viewer.stands_for else ()
        rows, every = await self._store.list_changed(
            before[0], this[0], without=untold, limit=limit + 1, offset=after
        )
        told = find_other_differences(before[0], this[0])[max(after - every, 0) :]
        differences = [*show_changed(rows, names), *(told if after + len(rows) >= every else ())][: limit + 1]
        return this, before, mask_differences(differences, hidden)

    async def _form_of(self, version: Submission) -> FormDefinition:
        return await self._forms.fetch(self._session, version.form, version.form_version)

    async def list_receipt_keys(self) -> list[dict[str, Any]]:
        """Return every public key that ever signed receipts here."""
        keys = sa.select(col(ReceiptKey.jwk)).order_by(col(ReceiptKey.added_at), col(ReceiptKey.kid))
        return list((await self._session.execute(keys)).scalars())
