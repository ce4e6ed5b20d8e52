"""Drafts of forms, and how they become versions that never change."""

from datetime import datetime
from typing import Any

from kernel.callers import Caller
from kernel.clock import BusinessClock
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from services.submissions.cycle.periods import read_period
from services.submissions.form.asked_of import require_somebody
from services.submissions.form.columns import require_columns
from services.submissions.form.definition import FormContent, FormDefinition, VersionState
from services.submissions.form.document import as_document, definition_sha256
from services.submissions.form.draft_schemas import FormCreate, FormPublish, FormPublishedRead
from services.submissions.form.errors import (
    FormDraftNotFound,
    FormExists,
    FormNotFound,
    NotFormSteward,
    PeriodTooEarly,
)
from services.submissions.form.guarding import require_guarded
from services.submissions.form.rule_checks import require_rules
from services.submissions.form.store import FormStore
from services.submissions.form.tables import FormVersion


class FormDraftService:
    """Keeps drafts of forms and publishes them."""

    def __init__(self, *, store: FormStore, events: EventLog, clock: BusinessClock) -> None:
        self._store, self._events, self._clock = store, events, clock

    async def create(self, caller: Caller, body: FormCreate) -> FormVersion:
        """Keep the first draft of a new form."""
        await self._require_steward(caller, body.id, body.plan)
        await self._store.lock(body.id)
        if await self._store.list_versions(body.id):
            raise FormExists(body.id)
        draft = _draft(body.id, 1, body.content, body.plan, caller, self._clock())
        await self._store.keep(draft)
        return draft

    async def get(self, caller: Caller, form: str) -> FormVersion:
        """Return the draft of a form; to all but its stewards it is not there."""
        draft = _draft_of(await self._store.list_versions(form))
        if draft is None:
            raise FormDraftNotFound(form)
        try:
            await self._require_steward(caller, form, draft.plan)
        except NotFormSteward as refusal:
            raise FormDraftNotFound(form) from refusal
        return draft

    async def change(self, caller: Caller, form: str, content: FormContent, if_match: str) -> FormVersion:
        """Replace the draft, or begin one from the newest version."""
        versions = await self._locked(caller, form)
        newest = versions[-1]
        require_match(if_match, draft_etag(newest))
        is_draft = newest.state == VersionState.DRAFT
        number = newest.version if is_draft else newest.version + 1
        draft = _draft(form, number, content, newest.plan, caller, self._clock())
        draft.revision = newest.revision + 1 if is_draft else 1
        await self._store.keep(draft)
        return draft

    async def discard(self, caller: Caller, form: str, if_match: str) -> None:
        """Remove the draft."""
        draft = _draft_of(await self._locked(caller, form))
        if draft is None:
            raise FormDraftNotFound(form)
        require_match(if_match, draft_etag(draft))
        await self._store.drop(draft)

    async def publish(self, caller: Caller, form: str, body: FormPublish, if_match: str) -> FormPublishedRead:
        """Make a version of the draft. From here on it never changes."""
        versions = await self._locked(caller, form)
        draft = _draft_of(versions)
        if draft is None:
            raise FormDraftNotFound(form)
        require_match(if_match, draft_etag(draft))
        definition = self._definition(draft, body)
        require_rules(definition)
        require_columns(definition)
        require_somebody(definition, *await self._store.list_known())
        require_guarded(definition, [one.definition for one in await self._store.list_published()])
        published = self._published(draft, definition, body, caller)
        before = [one for one in versions if one.state == VersionState.PUBLISHED]
        if before and published.applies_from < before[-1].applies_from:
            raise PeriodTooEarly(published.applies_from, before[-1].applies_from)
        await self._store.keep(published)
        rebound = await self._rebind(published) if body.rebind else []
        bound = await self._store.count_bound(form, published.applies_from)
        await self._events.append(_told(published), *rebound, caller=caller)
        return _shown(published, len(rebound), bound - len(rebound))

    def _definition(self, draft: FormVersion, body: FormPublish) -> FormDefinition:
        document: dict[str, Any] = {**draft.definition, "state": VersionState.PUBLISHED.value}
        if body.applies_from is not None:
            document["applies_from"] = read_period(body.applies_from).start.isoformat()
        return FormDefinition.model_validate(document)

    def _published(
        self, draft: FormVersion, definition: FormDefinition, body: FormPublish, caller: Caller
    ) -> FormVersion:
        document = as_document(definition)
        return FormVersion(
            **{
                **draft.model_dump(),
                "state": VersionState.PUBLISHED.value,
                "applies_from": definition.applies_from,
                "applies_to": definition.applies_to,
                "definition": document,
                "sha256": definition_sha256(document),
                "published_at": self._clock(),
                "published_by": caller.acting_agency,
                "reason": body.reason,
            }
        )

    async def _rebind(self, published: FormVersion) -> list[NewEvent]:
        rows = await self._store.rebind(
            published.form, published.version, published.applies_from, published.applies_to
        )
        return [
            NewEvent(
                type="cycle.form_changed",
                subject=str(cycle.id),
                data={
                    "cycle": str(cycle.id),
                    "obligation": obligation.id,
                    "plan": obligation.plan,
                    "period": cycle.period,
                    "form": published.form,
                    "form_version": published.version,
                },
                audience=[*cycle.recipients, *([obligation.steward] if obligation.steward else [])],
                before={"form_version": was},
                after={"form_version": published.version},
                reason=published.reason,
            )
            for cycle, obligation, was in rows
        ]

    async def _locked(self, caller: Caller, form: str) -> list[FormVersion]:
        """Return all versions of a form that the caller may change, and hold it."""
        await self._store.lock(form)
        versions = await self._store.list_versions(form)
        if not versions:
            raise FormNotFound(form)
        try:
            await self._require_steward(caller, form, versions[-1].plan)
        except NotFormSteward:
            if versions[0].state == VersionState.DRAFT:
                raise FormNotFound(form) from None
            raise
        return versions

    async def _require_steward(self, caller: Caller, form: str, plan: str | None) -> None:
        """Refuse all but administrators and the steward of the form's plan, or of every plan that uses it."""
        if caller.has_scope("admin"):
            return
        plans = [plan] if plan else await self._store.list_plans(form)
        own = await self._store.list_stewarded(caller.acting_agency)
        if not plans or not set(plans) <= own or not all(caller.may_see_plan(one) for one in plans):
            raise NotFormSteward(caller.acting_agency, sorted(one for one in plans if one))


def draft_etag(version: FormVersion) -> str:
    """Return what names a draft as it stands; of a published version its hash, as its own door does."""
    if version.state == VersionState.PUBLISHED:
        return etag_of(version.sha256)
    return etag_of(version.form, version.version, version.revision, version.sha256)


def _draft_of(versions: list[FormVersion]) -> FormVersion | None:
    return versions[-1] if versions and versions[-1].state == VersionState.DRAFT else None


def _draft(
    form: str, version: int, content: FormContent, plan: str | None, caller: Caller, now: datetime
) -> FormVersion:
    facts = {"id": form, "version": version, "state": VersionState.DRAFT}
    definition = FormDefinition.model_validate(content.model_dump() | facts)
    document = as_document(definition)
    return FormVersion(
        form=form,
        version=version,
        state=VersionState.DRAFT.value,
        title_vi=definition.title_vi,
        title_en=definition.title_en,
        applies_from=definition.applies_from,
        applies_to=definition.applies_to,
        sha256=definition_sha256(document),
        definition=document,
        loaded_at=now,
        plan=plan,
        changed_by=caller.acting_agency,
    )


def _told(published: FormVersion) -> NewEvent:
    return NewEvent(
        type="form.published",
        subject=published.form,
        data={"form": published.form, "form_version": published.version, "plan": published.plan},
        after={"sha256": published.sha256, "applies_from": published.applies_from.isoformat()},
        reason=published.reason,
    )


def _shown(published: FormVersion, rebound: int, bound_before: int) -> FormPublishedRead:
    return FormPublishedRead(
        id=published.form,
        version=published.version,
        applies_from=published.applies_from,
        applies_to=published.applies_to,
        reason=published.reason or "",
        published_by=published.published_by or "",
        sha256=published.sha256,
        link=f"/v1/forms/{published.form}/versions/{published.version}",
        rebound=rebound,
        bound_before=bound_before,
    )
