"""The stories of changing obligations: new ones, corrected or ended ones, other readings, derogations.

A due date never moves in silence: every change is kept beside what it replaces, and told as an event.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from kernel.callers import Caller
from kernel.clock import VIETNAM, BusinessClock
from kernel.errors import PreconditionFailed
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.ids import new_id
from services.registry.obligation import changing_schemas as wire
from services.registry.obligation.change_store import ChangeStore
from services.registry.obligation.cycles import Register
from services.registry.obligation.draft import KeptDraft, ObligationDraft
from services.registry.obligation.duty import readings_of
from services.registry.obligation.errors import DerogationWrong, ObligationUnchanged
from services.registry.obligation.findings import Finding
from services.registry.obligation.preview import base_of, sharing
from services.registry.obligation.rights import require_plan_steward
from services.registry.obligation.rule_schemas import DeadlineRuleIn, DeadlineRuleRead
from services.registry.obligation.schemas import ObligationRead
from services.registry.obligation.service import ObligationService
from services.registry.obligation.store import KeptObligation
from services.registry.obligation.writing import add_obligation, check_obligation, require_sound
from services.registry.plan.stewards import Steward
from services.registry.validity import days

FIRST_KEPT = "As it was first kept."
FIRST_AUTHOR = "registry"


class ChangeService:
    """Keeps obligations as stewards write them."""

    def __init__(
        self,
        *,
        obligations: ObligationService,
        store: ChangeStore,
        session: AsyncSession,
        events: EventLog,
        clock: BusinessClock,
    ) -> None:
        self._obligations = obligations
        self._store = store
        self._session = session
        self._events = events
        self._clock = clock

    async def create(self, body: wire.ObligationCreate, steward: Steward, caller: Caller) -> wire.ObligationKept:
        """Keep a new obligation with the first reading of its wording."""
        await self._store.lock()
        above = await self._store.plan_above(body.plan) if body.plan else None
        require_plan_steward(steward, body.plan, above)
        draft = ObligationDraft.model_validate(body.model_dump(exclude={"reason"}))
        found = await check_obligation(self._session, draft, today=self._clock.today())
        require_sound(found)
        author = caller.acting_agency
        await add_obligation(self._session, draft, author=author, reason=body.reason, now=self._clock())
        created = await self._obligations.get(caller, draft.id, self._clock.today())
        await self._revise(created, author, body.reason)
        await self._tell([draft.id], caller, body.reason, None, _json(created))
        return _kept(created, found)

    async def change(
        self, obligation: str, body: wire.ObligationUpdate, if_match: str, steward: Steward, caller: Caller
    ) -> wire.ObligationKept:
        """Correct an obligation, change whom it names, or end it; what it said before stays on record."""
        kept, before = await self._take(obligation, steward, caller)
        require_match(if_match, etag_of(_json(before)))
        draft = KeptDraft.model_validate({**draft_fields(kept), **body.changes})
        if draft_fields(kept) == draft.model_dump(mode="json"):
            raise ObligationUnchanged(obligation)
        found = await check_obligation(self._session, draft, today=self._clock.today())
        require_sound(found)
        await self._store.rewrite(draft)
        changed = await self._obligations.get(caller, obligation, self._clock.today())
        if not await self._store.list_revisions(obligation):
            await self._revise(before, FIRST_AUTHOR, FIRST_KEPT)
        await self._revise(changed, caller.acting_agency, body.reason)
        await self._tell([obligation], caller, body.reason, _json(before), _json(changed))
        return _kept(changed, found)

    async def add_version(
        self, obligation: str, body: wire.RuleVersionCreate, if_match: str, steward: Steward, caller: Caller
    ) -> wire.RuleVersionRead:
        """Keep another reading of the wording; earlier ones stay, and read what it leaves to them."""
        kept, before = await self._take(obligation, steward, caller)
        require_match(if_match, etag_of(_json(before)))
        register, _ = await self._obligations.read_register()
        _require_base(register, obligation, body.previewed)
        fields = draft_fields(kept)
        deadline = {**fields["deadline"], **body.rule.model_dump(mode="json", exclude_unset=True)}
        if deadline == fields["deadline"] and body.applies_from == kept.rule["applies_from"]:
            raise ObligationUnchanged(obligation)
        draft = KeptDraft.model_validate({**fields, "deadline": deadline})
        found = await check_obligation(self._session, draft, today=self._clock.today())
        require_sound(_within_rule(found))
        row = {
            "obligation": obligation,
            "version": kept.rule["version"] + 1,
            "applies_from": body.applies_from,
            **draft.deadline.columns(),
            "author": caller.acting_agency,
            "reason": body.reason,
            "recorded_at": self._clock(),
        }
        await self._store.add_version(row)
        touched = [obligation, *sharing(register, obligation)]
        await self._tell(touched, caller, body.reason, _rule_json(kept.rule), _rule_json(row))
        return _versions([*kept.rules, row])[-1]

    async def list_versions(self, caller: Caller, obligation: str) -> wire.RuleVersions:
        """Return every reading of an obligation's wording."""
        kept = await self._obligations.get_kept(caller, obligation)
        return wire.RuleVersions(obligation=obligation, items=_versions(kept.rules))

    async def list_revisions(self, caller: Caller, obligation: str) -> wire.Revisions:
        """Return what an obligation said before and says now."""
        await self._obligations.get_kept(caller, obligation)
        rows = await self._store.list_revisions(obligation)
        return wire.Revisions(
            obligation=obligation,
            items=[wire.RevisionRead.model_validate(_here(row, "recorded_at")) for row in rows],
        )

    async def derogate(
        self, obligation: str, body: wire.DerogationCreate, steward: Steward, caller: Caller
    ) -> wire.DerogationRead:
        """Excuse an agency from an obligation for some days: it leaves the count of those who owe."""
        kept, _ = await self._take(obligation, steward, caller)
        valid = days(body.valid_from, body.valid_to)
        if body.valid_to is not None and body.valid_to < body.valid_from:
            raise DerogationWrong("/valid_to", str(body.valid_to), "The derogation ends before it begins.")
        row = {
            "id": new_id(),
            "obligation": kept.row["id"],
            "agency": body.agency,
            "valid": valid,
            "reason": body.reason,
            "legal_basis": body.legal_basis,
            "author": caller.acting_agency,
            "recorded_at": self._clock(),
        }
        await self._store.add_derogation(row)
        shown = await self.list_derogations(caller, obligation)
        added = next(one for one in shown.items if one.id == row["id"])
        await self._tell([obligation], caller, body.reason, None, {"derogation": added.model_dump(mode="json")})
        return added

    async def withdraw_derogation(
        self, obligation: str, derogation: UUID, reason: str, steward: Steward, caller: Caller
    ) -> wire.DerogationRead:
        """Take a derogation back; it stays listed."""
        await self._take(obligation, steward, caller)
        row = await self._store.withdraw(
            obligation,
            derogation,
            withdrawn_at=self._clock(),
            withdrawn_by=caller.acting_agency,
            withdrawal=reason,
        )
        shown = _derogation(row)
        await self._tell([obligation], caller, reason, None, {"derogation": shown.model_dump(mode="json")})
        return shown

    async def list_derogations(self, caller: Caller, obligation: str) -> wire.Derogations:
        """Return every derogation from an obligation."""
        await self._obligations.get_kept(caller, obligation)
        rows = await self._store.list_derogations(obligation)
        return wire.Derogations(obligation=obligation, items=[_derogation(row) for row in rows])

    async def _take(
        self, obligation: str, steward: Steward, caller: Caller
    ) -> tuple[KeptObligation, ObligationRead]:
        """Hold all obligations, and return one that this steward may change."""
        await self._store.lock()
        kept = await self._obligations.get_kept(caller, obligation)
        require_plan_steward(steward, kept.row["plan"], kept.row["derives_from"])
        return kept, await self._obligations.get(caller, obligation, self._clock.today())

    async def _revise(self, shown: ObligationRead, author: str, reason: str) -> None:
        facts = shown.model_dump(mode="json", exclude={"deadline", "rule_version", "in_force", "orphaned"})
        await self._store.add_revision(
            shown.id, facts=facts, author=author, reason=reason, recorded_at=self._clock()
        )

    async def _tell(
        self, obligations: Iterable[str], caller: Caller, reason: str, before: Any, after: dict[str, Any]
    ) -> None:
        told = [
            NewEvent(
                type="obligation.changed",
                subject=obligation,
                data={"obligation": obligation},
                before=before,
                after=after,
                reason=reason,
            )
            for obligation in obligations
        ]
        await self._events.append(*told, caller=caller)


def draft_fields(kept: KeptObligation) -> dict[str, Any]:
    """Return an obligation as it would be written anew."""
    row, duty = kept.row, kept.duty
    rule = {"window": kept.rule["period_window"], **kept.rule}
    fields = {name: row[name] for name in ObligationDraft.model_fields if name in row}
    named = {"reporter": duty.reporter, "recipient": duty.recipient, "via": duty.via}
    written = {name: rule[name] for name in DeadlineRuleIn.model_fields}
    draft = KeptDraft.model_validate({**fields, **named, "next_level": duty.next_level, "deadline": written})
    return draft.model_dump(mode="json")


def _within_rule(found: Sequence[Finding]) -> list[Finding]:
    """Return what is wrong with the rule itself, under the name that it has in the request."""
    prefix = "/deadline"
    return [
        Finding(f.rule, "/rule" + f.pointer.removeprefix(prefix), f.vi, f.en, f.severity, f.value)
        for f in found
        if f.pointer.startswith(prefix)
    ]


def _require_base(register: Register, obligation: str, previewed: str | None) -> None:
    base = base_of(register, obligation)
    if previewed is not None and previewed != base:
        raise PreconditionFailed("What the preview rests on has changed; preview again.", base=base)


def _versions(rows: Sequence[Any]) -> list[wire.RuleVersionRead]:
    reading = {one.version: one for one in readings_of(rows)}
    return [
        wire.RuleVersionRead(
            version=row["version"],
            deadline=DeadlineRuleRead.model_validate({**row, "window": row["period_window"]}),
            reads_from=reading[row["version"]].first if row["version"] in reading else None,
            reads_to=reading[row["version"]].last if row["version"] in reading else None,
            counts=row["version"] in reading,
            author=row["author"],
            reason=row["reason"],
            recorded_at=row["recorded_at"].astimezone(VIETNAM),
        )
        for row in rows
    ]


def _derogation(row: Any) -> wire.DerogationRead:
    return wire.DerogationRead.model_validate(_here(row, "recorded_at", "withdrawn_at"))


def _here(row: Any, *instants: str) -> dict[str, Any]:
    return {**row, **{name: row[name].astimezone(VIETNAM) for name in instants if row[name] is not None}}


def _rule_json(row: Any) -> dict[str, Any]:
    read = DeadlineRuleRead.model_validate({**row, "window": row["period_window"]})
    return {"rule_version": row["version"], "deadline": read.model_dump(mode="json")}


def _json(shown: ObligationRead) -> dict[str, Any]:
    return shown.model_dump(mode="json")


def _kept(shown: ObligationRead, found: Sequence[Finding]) -> wire.ObligationKept:
    warnings = [wire.FindingRead.model_validate(finding.as_json()) for finding in found]
    return wire.ObligationKept.model_validate({**shown.model_dump(), "warnings": warnings})
