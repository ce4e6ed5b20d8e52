"""The inside door by which the gateway moves a sandbox's business clock. Not there outside sandbox mode."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from kernel.callers import requires_service
from kernel.clock import in_vietnam

router = APIRouter(include_in_schema=False)

Gateway = Annotated[str, Depends(requires_service("gateway"))]


class ClockOffset(BaseModel):
    """Business time minus real time."""

    offset_seconds: float


@router.put("/internal/clock")
async def move_clock(body: ClockOffset, request: Request, _: Gateway) -> dict[str, str]:
    """Follow the gateway's sandbox clock."""
    runtime = request.app.state.runtime
    await runtime.set_clock_offset(timedelta(seconds=body.offset_seconds))
    return {"business_time": in_vietnam(runtime.clock())}
