"""The stories of requests: whom the lead of a task asks to take part, from when to when, and why."""

from datetime import date
from typing import Any
from uuid import UUID

from kernel.callers import Caller
from kernel.clock import VIETNAM, BusinessClock
from kernel.etags import etag_of, require_match
from kernel.events import EventLog, NewEvent
from kernel.paging import Page, cut, read_cursor
from services.registry.agency.rules import RegistrySnapshot
from services.registry.agency.snapshot import read_snapshot
from services.registry.group.membership_schemas import EndingUpdate, RequestCreate, RequestRead
from services.registry.group.membership_store import MembershipStore
from services.registry.group.rules import (
    choose_group,
    choose_lead,
    require_end,
    require_ender,
    require_existing,
)
from services.registry.plan.errors import PlanUnknown
from services.registry.plan.parties import agencies_of
from services.registry.plan.stewards import Steward
from services.registry.plan.store import PlanStore
from services.registry.plan.tables import TaskPart


class RequestService:
    """Keeps who takes part in a task at the request of its lead."""

    def __init__(
        self, *, store: MembershipStore, plans: PlanStore, events: EventLog, clock: BusinessClock
    ) -> None:
        self._store = store
        self._plans = plans
        self._events = events
        self._clock = clock

    async def list_requests(
        self, caller: Caller, plan: str, code: str, cursor: str | None, limit: int
    ) -> Page[RequestRead]:
        """Return a page of the requests ever made for a task."""
        task = await self._task(caller, plan, code)
        rows = await self._store.list_requests(task.id, read_cursor(cursor, date.fromisoformat, UUID), limit + 1)
        page, next_cursor = cut(rows, limit, lambda row: (row.valid_from, row.id))
        return Page(items=[shown(row) for row in page], next_cursor=next_cursor)

    async def get(self, caller: Caller, plan: str, code: str, request: UUID) -> RequestRead:
        """Return one request."""
        task = await self._task(caller, plan, code)
        return shown(await self._store.get_request(task.id, request))

    async def add(
        self, caller: Caller, steward: Steward, plan: str, code: str, body: RequestCreate
    ) -> RequestRead:
        """Keep a request of a task's lead."""
        task = await self._task(caller, plan, code)
        snapshot = await read_snapshot(self._store.session)
        leads = _leads(task, body.valid_from, snapshot)
        is_steward = _is_steward_of(steward, plan)
        lead = choose_lead(caller.acting_agency, body.requested_by, leads, is_steward=is_steward)
        offered = await self._store.list_request_groups([c for _, c, is_group in task.parties if is_group])
        chosen = choose_group(task.id, offered, body.agency_group)
        require_existing(body.agency, body.valid_from, body.valid_to, snapshot, asking=lead)
        row = {
            **body.model_dump(),
            "task": task.id,
            "agency_group": chosen,
            "requested_by": lead,
            "author": caller.acting_agency,
            "recorded_at": self._clock(),
        }
        added = shown(await self._store.get_request(task.id, await self._store.add_request(row)))
        await self._tell(None, added, body.reason, caller)
        return added

    async def end(
        self,
        caller: Caller,
        steward: Steward,
        plan: str,
        code: str,
        request: UUID,
        body: EndingUpdate,
        if_match: str,
    ) -> RequestRead:
        """Let a request hold until a day; what was before stays as it was."""
        task = await self._task(caller, plan, code)
        before = shown(await self._store.get_request(task.id, request, hold=True))
        leads = _leads(task, self._clock.today(), await read_snapshot(self._store.session))
        is_steward = _is_steward_of(steward, plan)
        require_ender(caller.acting_agency, before.requested_by, leads, is_steward=is_steward)
        require_match(if_match, etag_of(before.model_dump(mode="json")))
        first = before.valid_from or body.valid_to
        require_end(first, before.valid_to, body.valid_to)
        await self._store.end_request(request, first, body.valid_to, caller.acting_agency, body.reason)
        ended = shown(await self._store.get_request(task.id, request))
        await self._tell(before, ended, body.reason, caller)
        return ended

    async def _task(self, caller: Caller, plan: str, code: str) -> Any:
        if not caller.may_see_plan(plan):
            raise PlanUnknown(plan)
        await self._plans.require(plan)
        return await self._plans.get_task(plan, code)

    async def _tell(self, before: RequestRead | None, after: RequestRead, reason: str, caller: Caller) -> None:
        told = NewEvent(
            type="task.changed",
            subject=after.task,
            data={"task": after.task, "plan": after.task.split("/", 1)[0]},
            before=before.model_dump(mode="json") if before else None,
            after=after.model_dump(mode="json"),
            reason=reason,
        )
        await self._events.append(told, caller=caller)


def _leads(task: Any, day: date, snapshot: RegistrySnapshot) -> tuple[str, ...]:
    return tuple(agencies_of(task.id, task.parties, TaskPart.LEAD, day, snapshot))


def _is_steward_of(steward: Steward, plan: str) -> bool:
    return steward.is_administrator or any(one.plan == plan for one in steward.stewardships)


def shown(row: Any) -> RequestRead:
    """Return a request as the door shows it."""
    return RequestRead.model_validate({**row._mapping, "recorded_at": row.recorded_at.astimezone(VIETNAM)})
