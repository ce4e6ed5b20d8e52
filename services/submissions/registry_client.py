"""How submissions asks registry. The only place of this service that speaks HTTP to it."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from kernel.errors import NotFound
from kernel.http import ServiceClient
from services.submissions.registry_schemas import (
    AgencyAnswer,
    DerivationAnswer,
    ObligationAnswer,
    PlanAnswer,
    ProvinceAnswer,
    RegistryCopy,
    ScheduleAnswer,
    TaskAnswer,
    UnusualDayAnswer,
)


class Registry(Protocol):
    """What submissions needs to know from registry."""

    async def copy(self, as_of: date) -> RegistryCopy:
        """Return all agencies, provinces and obligations, and the tasks as carried on a day."""

    async def list_schedule(self, start: date, end: date, obligations: Sequence[str] = ()) -> ScheduleAnswer:
        """Return the cycles whose due day, else period end, lies between two days, both included."""

    async def find_cycle(self, obligation: str, period: str) -> ScheduleAnswer:
        """Return one cycle, also of an obligation that has none by itself; nothing when it cannot be."""

    async def list_unusual_days(self, start: date, end: date) -> tuple[UnusualDayAnswer, ...]:
        """Return the days off and the make-up Saturdays between two days, both included."""

    async def list_tasks(self, as_of: date) -> tuple[TaskAnswer, ...]:
        """Return the leaf tasks of all plans as carried on a day."""

    async def list_derivations(self) -> tuple[DerivationAnswer, ...]:
        """Return which task carries out which line of a plan above."""

    async def list_plans(self) -> tuple[PlanAnswer, ...]:
        """Return all plans with what their instruments are called."""


class RegistryClient:
    """Registry over its inside doors."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def copy(self, as_of: date) -> RegistryCopy:
        """Return all agencies, provinces and obligations, and the tasks as carried on a day."""
        agencies = await self._client.get("/internal/agencies")
        provinces = await self._client.get("/internal/provinces")
        obligations = await self._client.get("/internal/obligations")
        tasks = await self.list_tasks(as_of)
        return RegistryCopy(
            agencies=tuple(AgencyAnswer.model_validate(item) for item in agencies["items"]),
            obligations=tuple(ObligationAnswer.model_validate(item) for item in obligations["items"]),
            tasks=tasks,
            provinces=tuple(ProvinceAnswer.model_validate(item) for item in provinces["items"]),
        )

    async def list_schedule(self, start: date, end: date, obligations: Sequence[str] = ()) -> ScheduleAnswer:
        """Return the cycles whose due day, else period end, lies between two days, both included."""
        span = {"from": start.isoformat(), "to": end.isoformat(), "obligation": list(obligations)}
        try:
            answer = await self._client.get("/internal/schedule", {k: v for k, v in span.items() if v})
        except NotFound:  # registry does not know one of the obligations
            return ScheduleAnswer()
        return ScheduleAnswer.model_validate(answer)

    async def find_cycle(self, obligation: str, period: str) -> ScheduleAnswer:
        """Return one cycle, also of an obligation that has none by itself; nothing when it cannot be."""
        try:
            answer = await self._client.get("/internal/cycle", {"obligation": obligation, "period": period})
        except NotFound:  # no such obligation, or no such period of it
            return ScheduleAnswer()
        return ScheduleAnswer.model_validate(answer)

    async def list_unusual_days(self, start: date, end: date) -> tuple[UnusualDayAnswer, ...]:
        """Return the days off and the make-up Saturdays between two days, both included."""
        span = {"from": start.isoformat(), "to": end.isoformat()}
        answer = await self._client.get("/internal/unusual-days", span)
        return tuple(UnusualDayAnswer.model_validate(item) for item in answer["items"])

    async def list_tasks(self, as_of: date) -> tuple[TaskAnswer, ...]:
        """Return the leaf tasks of all plans as carried on a day."""
        answer = await self._client.get("/internal/tasks", {"as_of": as_of.isoformat()})
        return tuple(TaskAnswer.model_validate(item) for item in answer["items"])

    async def list_derivations(self) -> tuple[DerivationAnswer, ...]:
        """Return which task carries out which line of a plan above."""
        answer = await self._client.get("/internal/task-derivations")
        return tuple(DerivationAnswer.model_validate(item) for item in answer["items"])

    async def list_plans(self) -> tuple[PlanAnswer, ...]:
        """Return all plans with what their instruments are called."""
        answer = await self._client.get("/internal/plans")
        return tuple(PlanAnswer.model_validate(item) for item in answer["items"])
