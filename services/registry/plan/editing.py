"""The stories of drafts and versions: begun, written, checked, published, and what changed between two."""

from typing import Any

from kernel.callers import Caller
from kernel.clock import BusinessClock, in_vietnam
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.agency.snapshot import read_snapshot
from services.registry.instrument.store import InstrumentStore
from services.registry.plan.difference import difference_of
from services.registry.plan.draft_store import DraftStore
from services.registry.plan.drafts import PlanDraft
from services.registry.plan.errors import PlanDraftUnknown, PlanExists, PlanUnknown, PlanVersionUnknown
from services.registry.plan.stewards import NotSteward, Steward, stewards_on
from services.registry.plan.version_schemas import (
    DifferenceRead,
    DraftRead,
    PlanAmend,
    PlanCreate,
    PlanPublish,
    PublishedRead,
    VersionDetail,
    VersionRead,
    VersionState,
)
from services.registry.plan.versions import VersionStore
from services.registry.plan.writing import check_draft, publish_draft


class PlanEditing:
    """Lets the steward's side of a plan prepare and publish its versions."""

    def __init__(
        self, *, drafts: DraftStore, versions: VersionStore, events: EventLog, clock: BusinessClock
    ) -> None:
        self._drafts = drafts
        self._versions = versions
        self._instruments = InstrumentStore(drafts.session)
        self._events = events
        self._clock = clock

    async def create(self, body: PlanCreate, steward: Steward, caller: Caller) -> DraftRead:
        """Begin the first draft of a plan that an instrument orders."""
        _require_open(caller, body.plan)
        ordering = await self._instruments.get(body.plan)
        named = [code for code in (body.content.steward, ordering.issuer) if code]
        steward.require(*await self._drafts.list_provinces_of(named))
        if await self._versions.find_latest(body.plan) is not None:
            raise PlanExists(body.plan)
        await self._drafts.add(body.plan, body.plan, None, body.content, steward.agency, self._clock())
        return await self.get(body.plan, steward, caller)

    async def amend(self, plan: str, body: PlanAmend, steward: Steward, caller: Caller) -> DraftRead:
        """Begin a draft from the version that is in force."""
        _require_open(caller, plan)
        latest = await self._versions.find_latest(plan)
        if latest is None:
            raise PlanUnknown(plan)
        present = await self._versions.read_present(plan)
        if not await self._is_on_side(plan, present.steward, None, steward):
            raise NotSteward(steward.agency)
        if body.instrument is not None:
            await self._instruments.get(body.instrument)
        amending = body.instrument or plan
        await self._drafts.add(plan, amending, latest.version, present, steward.agency, self._clock())
        return await self.get(plan, steward, caller)

    async def get(self, plan: str, steward: Steward, caller: Caller) -> DraftRead:
        """Return a draft with what is found in it, for the steward's side only."""
        return await self._read(await self._require_draft(plan, steward, caller))

    async def change(
        self, plan: str, content: PlanDraft, if_match: str, steward: Steward, caller: Caller
    ) -> DraftRead:
        """Put a whole new content in the place of the draft's."""
        kept = await self._require_draft(plan, steward, caller, lock=True)
        require_match(if_match, draft_etag(kept))
        await self._drafts.change(plan, content, steward.agency, self._clock())
        return await self.get(plan, steward, caller)

    async def discard(self, plan: str, if_match: str, steward: Steward, caller: Caller) -> None:
        """Forget a draft."""
        kept = await self._require_draft(plan, steward, caller, lock=True)
        require_match(if_match, draft_etag(kept))
        await self._drafts.remove(plan)

    async def publish(
        self, plan: str, body: PlanPublish, if_match: str, steward: Steward, caller: Caller
    ) -> PublishedRead:
        """Publish the draft as the next version: one transaction, one event."""
        kept = await self._require_draft(plan, steward, caller, lock=True)
        require_match(if_match, draft_etag(kept))
        content = PlanDraft.model_validate(kept.content)
        number = await publish_draft(
            self._drafts.session,
            plan,
            content,
            author=steward.agency,
            reason=body.reason,
            now=self._clock(),
            instrument=kept.instrument,
            in_force_from=body.in_force_from,
        )
        await self._drafts.remove(plan)
        published = await self._get_facts(plan, number)
        told = NewEvent(
            "plan.published",
            plan,
            {"plan": plan, "version": number},
            after=published.model_dump(mode="json"),
            reason=body.reason,
        )
        await self._events.append(told, caller=caller)
        day = published.in_force_from or self._clock.today()
        warnings = await check_draft(self._drafts.session, plan, content, day=day)
        return PublishedRead(**published.model_dump(), warnings=warnings)

    async def list_versions(self, caller: Caller, plan: str, cursor: str | None, limit: int) -> Page[VersionRead]:
        """Return a page of the published versions, oldest first."""
        _require_open(caller, plan)
        rows = await self._versions.list_versions(plan)
        if not rows:
            raise PlanUnknown(plan)
        after = read_cursor(cursor, int)
        beyond = [row for row in rows if after is None or row.version > after[0]]
        page, next_cursor = cut(beyond[: limit + 1], limit, lambda row: (row.version,))
        return Page(items=[_version(row, rows[-1].version) for row in page], next_cursor=next_cursor)

    async def get_version(self, caller: Caller, plan: str, number: int) -> VersionDetail:
        """Return one published version with what it says."""
        _require_open(caller, plan)
        facts = await self._get_facts(plan, number)
        return VersionDetail(**facts.model_dump(), content=await self._require_content(plan, number))

    async def compare(self, caller: Caller, plan: str, number: int, to: int | None) -> DifferenceRead:
        """Return what is different between a version and another one, default the newest."""
        _require_open(caller, plan)
        rows = await self._versions.list_versions(plan)
        if not rows:
            raise PlanUnknown(plan)
        other = to if to is not None else rows[-1].version
        before = await self._require_content(plan, number)
        after = await self._require_content(plan, other)
        return _difference(plan, number, other, before, after)

    async def compare_draft(self, plan: str, steward: Steward, caller: Caller) -> DifferenceRead:
        """Return what a draft changes in the version that it begins from; all of it where it is the first."""
        kept = await self._require_draft(plan, steward, caller)
        content = PlanDraft.model_validate(kept.content)
        nothing = PlanDraft(steward=content.steward)
        before = await self._require_content(plan, kept.based_on) if kept.based_on else nothing
        return _difference(plan, kept.based_on, None, before, content)

    async def _require_draft(self, plan: str, steward: Steward, caller: Caller, *, lock: bool = False) -> Any:
        _require_open(caller, plan)
        kept = await self._drafts.find(plan, lock=lock)
        if kept is None:
            raise PlanDraftUnknown(plan)
        published = await self._versions.find_steward(plan)
        author = kept.author if published is None else None
        if not await self._is_on_side(plan, published or kept.content["steward"], author, steward):
            raise PlanDraftUnknown(plan)
        return kept

    async def _is_on_side(self, plan: str, printed: str, author: str | None, steward: Steward) -> bool:
        """Whoever has the steward's part today, who began a plan that is not published yet, an administrator."""
        if steward.is_administrator or steward.agency == author:
            return True
        snapshot = await read_snapshot(self._drafts.session)
        return steward.agency in stewards_on(plan, printed, self._clock.today(), snapshot)

    async def _read(self, kept: Any) -> DraftRead:
        content = PlanDraft.model_validate(kept.content)
        found = await check_draft(self._drafts.session, kept.plan, content, day=self._clock.today())
        facts = {name: getattr(kept, name) for name in ("plan", "instrument", "based_on", "revision", "author")}
        written = {name: in_vietnam(getattr(kept, name)) for name in ("begun_at", "changed_at")}
        return DraftRead.model_validate({**facts, **written, "content": content, "findings": found})

    async def _get_facts(self, plan: str, number: int) -> VersionRead:
        rows = await self._versions.list_versions(plan)
        if not rows:
            raise PlanUnknown(plan)
        row = next((row for row in rows if row.version == number), None)
        if row is None:
            raise PlanVersionUnknown(plan, number)
        return _version(row, rows[-1].version)

    async def _require_content(self, plan: str, number: int) -> PlanDraft:
        content = await self._versions.read_content(plan, number)
        if content is None:
            raise PlanVersionUnknown(plan, number)
        return content


def draft_etag(draft: Any) -> str:
    """Return the ETag of a draft, of the row or of what is shown of it."""
    return etag_of(draft.plan, draft.revision, draft.begun_at.timestamp())


def _require_open(caller: Caller, plan: str) -> None:
    if not caller.may_see_plan(plan):
        raise PlanUnknown(plan)


def _version(row: Any, newest: int) -> VersionRead:
    state = VersionState.PUBLISHED if row.version == newest else VersionState.AMENDED
    facts = {**row._mapping, "published_at": in_vietnam(row.published_at)}
    return VersionRead.model_validate({**facts, "state": state})


def _difference(
    plan: str, number: int | None, other: int | None, before: PlanDraft, after: PlanDraft
) -> DifferenceRead:
    items = difference_of(before, after)
    return DifferenceRead.model_validate(
        {"plan": plan, "from_version": number, "to_version": other, "items": items}
    )
