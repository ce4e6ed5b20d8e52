"""The doors of the sandbox clock."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from gateway.dependencies import Administrator, SandboxClocks
from kernel.callers import AnyCaller
from kernel.clock import in_vietnam
from kernel.web import Router

router = Router(tags=["sandbox"])
LAST = datetime(2100, 1, 1, tzinfo=UTC)


def _thinkable(instant: datetime) -> datetime:
    if instant > LAST:
        raise ValueError("the sandbox clock ends with the year 2099")
    return instant


class ClockMove(BaseModel):
    """The instant that it shall be now."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"now": "2026-07-05T09:00:00+07:00"}]}
    )

    now: Annotated[AwareDatetime, AfterValidator(_thinkable), Field(description="With an offset.")]


class ClockRead(BaseModel):
    """What time it is in the sandbox."""

    now: str
    offset_seconds: Annotated[float, Field(description="Business time minus real time.")]


@router.get("/v1/sandbox/clock")
async def read_clock(request: Request, _: AnyCaller) -> ClockRead:
    """Say what time it is in the sandbox."""
    clock = request.app.state.runtime.clock
    return ClockRead(now=in_vietnam(clock()), offset_seconds=clock.offset.total_seconds())


@router.post("/v1/sandbox/clock")
async def move_clock(body: ClockMove, request: Request, clocks: SandboxClocks, _: Administrator) -> ClockRead:
    """Move business time forward in every service. When one does not follow, repeat the same request."""
    offset = await clocks.move(body.now)
    return ClockRead(now=in_vietnam(request.app.state.runtime.clock()), offset_seconds=offset.total_seconds())
